import {runKinds, type Port} from '../model/port.js';
import type {LeftOutReason, Reason} from '../model/plan.js';
import type {PortOrigin} from '../model/origin.js';
import type {InstalledPackage} from '../model/package.js';
import type {UpgradeRequest} from '../model/request.js';
import {changeOf} from './change.js';
import {leftOutReason} from './left-out.js';
import {Verdicts} from './verdicts.js';
import {sortedBy, type Need, type WorldView} from './world-view.js';

/** A port that the run will work on, before it becomes a step. */
export interface Selected {
  readonly port: Port;
  readonly reasons: readonly Reason[];
  /** `name-version` of each package that will be there for its build, sorted. */
  readonly builtWith: readonly string[];
  /** A finished package of an earlier run, good for what is planned now. */
  readonly finishedPackage?: string;
}

export interface Selection {
  readonly selected: ReadonlyMap<PortOrigin, Selected>;
  readonly leftOut: ReadonlyMap<PortOrigin, LeftOutReason>;
}

/**
 * Chooses which ports the run works on: what was asked for, and what that needs and lacks. A port that cannot be built is
 * left out with the reason, and so is all that cannot be built without it; what merely could be newer does not hold
 * anything back. `barred` are ports known from outside to be out of the question (cycles).
 */
export function selectPorts(
  view: WorldView,
  request: UpgradeRequest,
  barred: ReadonlyMap<PortOrigin, LeftOutReason>,
): Selection {
  return new Selector(view, request, barred).run();
}

class Selector {
  readonly #view: WorldView;
  readonly #request: UpgradeRequest;
  readonly #verdicts: Verdicts;
  readonly #outdated = new Map<string, readonly PortOrigin[]>();
  readonly #changesOf = new Map<PortOrigin, readonly Reason[]>();
  readonly #selected = new Map<PortOrigin, Selected>();
  readonly #leftOut = new Map<PortOrigin, LeftOutReason>();

  constructor(view: WorldView, request: UpgradeRequest, barred: ReadonlyMap<PortOrigin, LeftOutReason>) {
    this.#view = view;
    this.#request = request;
    this.#verdicts = new Verdicts(view, request, barred);
  }

  run(): Selection {
    for (const item of this.#request.all ? this.#view.packages : []) this.#considerInstalled(item);
    for (const origin of sortedBy(this.#request.origins, String)) {
      this.#want(origin, [...this.#changes(origin), {kind: 'requested'}]);
    }
    while (this.#dropUnsupported());
    return {selected: this.#selected, leftOut: this.#leftOut};
  }

  /**
   * Drops ports whose unmet dependencies did not get into the selection after all: a verdict reached inside a circle takes
   * the circle's other members for buildable before they are judged. True when something was dropped.
   */
  #dropUnsupported(): boolean {
    if (this.#request.fetchOnly) return false;
    let dropped = false;
    for (const [origin, {port, finishedPackage}] of this.#selected) {
      const lacking = this.#view
        .needs(port)
        .find(
          ({line, provider}) =>
            provider === null &&
            (finishedPackage === undefined || runKinds.has(line.kind)) &&
            line.origin !== origin &&
            !this.#selected.has(line.origin),
        );
      if (lacking === undefined) continue;
      const on = lacking.line.origin;
      const because = this.#leftOut.get(on) ?? this.#verdicts.of(on) ?? {kind: 'not-in-tree', text: ''};
      this.#selected.delete(origin);
      this.#leftOut.set(origin, {kind: 'needs-left-out', on, because});
      dropped = true;
    }
    return dropped;
  }

  #considerInstalled(item: InstalledPackage): void {
    const port = this.#view.portOf(item);
    if (port === undefined) {
      const missing = this.#view.missing.get(item.origin);
      if (missing !== undefined) this.#leftOut.set(item.origin, leftOutReason(missing));
      return;
    }
    if (this.#request.force && this.#view.changeOf(item)?.kind === 'older') {
      if (this.#selected.has(port.origin)) return;
      this.#leftOut.set(port.origin, {kind: 'newer-than-tree', installed: item.version, tree: port.version});
    } else if (this.#request.force)
      this.#want(port.origin, [...this.#changes(port.origin), {kind: 'forced'}]);
    else if (this.#view.needsUpgrade(item)) this.#want(port.origin, this.#changes(port.origin));
  }

  /** What differs between the installed package and its port. */
  #changes(origin: PortOrigin): readonly Reason[] {
    const known = this.#changesOf.get(origin);
    if (known !== undefined) return known;
    const changes = this.#findChanges(origin);
    this.#changesOf.set(origin, changes);
    return changes;
  }

  #findChanges(origin: PortOrigin): Reason[] {
    const port = this.#view.ports.get(origin);
    const item = this.#view.followers(origin)[0];
    if (port === undefined || item === undefined) return [];
    const change = changeOf(item, port);
    switch (change.kind) {
      case 'newer':
        return [{kind: 'newer-version', from: item.version, to: port.version}];
      case 'moved': {
        const text = this.#view.move(change.from)?.text ?? '';
        return [{kind: 'moved', from: change.from, text}];
      }
      case 'renamed': {
        const move = this.#view.move(item.origin);
        const renamed: Reason = {kind: 'renamed', from: item.name, to: port.name};
        return move === undefined
          ? [renamed]
          : [{kind: 'moved', from: item.origin, text: move.text}, renamed];
      }
      case 'older':
        return [{kind: 'older-in-tree', from: item.version, to: port.version}];
      case 'current':
        return [];
    }
  }

  /** Takes a port into the plan with what it needs, or notes why it stays out. Goes breadth first, without recursion. */
  #want(origin: PortOrigin, reasons: readonly Reason[]): void {
    const why = this.#verdicts.of(origin);
    if (why !== undefined) {
      this.#leftOut.set(origin, why);
      return;
    }
    const open: {origin: PortOrigin; reasons: readonly Reason[]}[] = [{origin, reasons}];
    for (const next of open) {
      const known = this.#selected.get(next.origin);
      if (known !== undefined) {
        const merged = mergeReasons(known.reasons, next.reasons);
        if (merged !== known.reasons) this.#selected.set(next.origin, {...known, reasons: merged});
        continue;
      }
      const port = this.#view.ports.get(next.origin);
      if (port === undefined)
        throw new Error(`Internal error: ${next.origin} was judged buildable but not read`);
      const finishedPackage = this.#verdicts.finishedPackage(port);
      // Asked for by name, or needed, a port goes back to the tree's older version after all.
      this.#leftOut.delete(next.origin);
      this.#selected.set(next.origin, {
        port,
        builtWith: this.#verdicts.builtWith(port),
        reasons:
          finishedPackage === undefined
            ? next.reasons
            : [...next.reasons, {kind: 'interrupted-run', file: finishedPackage}],
        ...(finishedPackage === undefined ? {} : {finishedPackage}),
      });
      for (const need of this.#view.needs(port)) {
        const {kind, pattern} = need.line;
        const how = runKinds.has(kind) && kind !== 'lib' ? 'run' : 'build';
        if (finishedPackage !== undefined && !runKinds.has(kind)) continue;
        for (const needed of this.#neededFor(need)) {
          // Where everything is upgraded, what changed in the port itself says enough.
          const own = this.#changes(needed);
          if (this.#request.all && own.length > 0) {
            open.push({origin: needed, reasons: own});
            continue;
          }
          const isLacking = own.length === 0 && this.#view.followers(needed).length > 0;
          const use: Reason = isLacking
            ? {kind: 'lacking', by: port.origin, pattern}
            : {kind: 'needed', by: port.origin, how, pattern};
          open.push({origin: needed, reasons: [...own, use]});
        }
      }
    }
  }

  /** The ports to build for a dependency line: its own where nothing meets it, and whatever newer there is of what does. */
  #neededFor({line, provider}: Need): readonly PortOrigin[] {
    if (provider === null) {
      // A fetch-only run goes on without what cannot be had; else the port that lacks it is dropped too.
      return this.#verdicts.of(line.origin) === undefined ? [line.origin] : [];
    }
    return provider === '' ? [] : this.#outdatedWith(provider);
  }

  /**
   * A package's port, if there is something newer of it; else those of what the package runs with, as deep as it takes. What
   * cannot be built is passed over: the installed one serves as it did.
   */
  #outdatedWith(item: InstalledPackage): readonly PortOrigin[] {
    const known = this.#outdated.get(item.name);
    if (known !== undefined) return known;
    const found: PortOrigin[] = [];
    const seen = new Set([item.name]);
    const open = [item];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const port = this.#view.portOf(next);
      const isOutdated = this.#view.needsUpgrade(next);
      if (port !== undefined && isOutdated && this.#verdicts.of(port.origin) === undefined) {
        found.push(port.origin);
        continue;
      }
      for (const name of next.dependencies) {
        const needed = this.#view.package(name);
        if (needed === undefined || seen.has(name)) continue;
        seen.add(name);
        open.push(needed);
      }
    }
    this.#outdated.set(item.name, found);
    return found;
  }
}

/**
 * Each reason once; among several ports that need the same, the first in order of name speaks for all. Gives `known` itself
 * where nothing is added to it.
 */
function mergeReasons(known: readonly Reason[], more: readonly Reason[]): readonly Reason[] {
  let merged = known;
  for (const reason of more) {
    const same = merged.findIndex(({kind}) => kind === reason.kind);
    const there = merged[same];
    if (there === undefined) merged = [...merged, reason];
    else if (there !== reason && useOrder(reason) < useOrder(there)) {
      merged = merged.map((other, index) => (index === same ? reason : other));
    }
  }
  return merged;
}

/** Puts reasons of one kind that differ in who needs the port in order; others are equal. */
function useOrder(reason: Reason): string {
  if (reason.kind === 'needed') return `${reason.how} ${reason.by} ${reason.pattern}`;
  return reason.kind === 'lacking' ? `${reason.by} ${reason.pattern}` : '';
}
