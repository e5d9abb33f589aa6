import {buildKinds, runKinds, type Dependency, type Port} from '../model/port.js';
import type {LeftOutReason, Reason} from '../model/plan.js';
import type {PortOrigin} from '../model/origin.js';
import type {InstalledPackage} from '../model/package.js';
import type {UpgradeRequest} from '../model/request.js';
import {meetsPattern, parsePackagePattern} from '../model/version.js';
import {portMatcher} from '../util/glob.js';
import {changeOf, needsUpgrade} from './change.js';
import {ignoreReason} from './ignore-reason.js';
import {leftOutReason} from './left-out.js';
import {sortedBy, type WorldView} from './world-view.js';

/** A port that the run will work on, before it becomes a step. */
export interface Selected {
  readonly port: Port;
  readonly reasons: readonly Reason[];
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
  readonly #barred: ReadonlyMap<PortOrigin, LeftOutReason>;
  readonly #excluded: readonly {readonly glob: string; readonly matches: ReturnType<typeof portMatcher>}[];
  /** Why a port cannot be built; undefined when it can. Filled while it is being found out, so that circles end. */
  readonly #verdicts = new Map<PortOrigin, LeftOutReason | undefined>();
  readonly #selected = new Map<PortOrigin, Selected>();
  readonly #leftOut = new Map<PortOrigin, LeftOutReason>();

  constructor(view: WorldView, request: UpgradeRequest, barred: ReadonlyMap<PortOrigin, LeftOutReason>) {
    this.#view = view;
    this.#request = request;
    this.#barred = barred;
    this.#excluded = request.exclude.map((glob) => ({glob, matches: portMatcher(glob)}));
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
      const lacking = port.dependencies.find(
        (dependency) =>
          dependency.target === undefined &&
          (finishedPackage === undefined || runKinds.has(dependency.kind)) &&
          dependency.origin !== origin &&
          this.#isUnmet(dependency) &&
          !this.#selected.has(dependency.origin),
      );
      if (lacking === undefined) continue;
      const on = lacking.origin;
      const because = this.#leftOut.get(on) ?? this.#verdict(on) ?? {kind: 'not-in-tree', text: ''};
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
    if (this.#request.force) this.#want(port.origin, [...this.#changes(port.origin), {kind: 'forced'}]);
    else if (needsUpgrade(item, port)) this.#want(port.origin, this.#changes(port.origin));
  }

  /** What differs between the installed package and its port. */
  #changes(origin: PortOrigin): Reason[] {
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
      case 'current':
      case 'older':
        return [];
    }
  }

  /** Takes a port into the plan with what it needs, or notes why it stays out. Goes breadth first, without recursion. */
  #want(origin: PortOrigin, reasons: readonly Reason[]): void {
    const why = this.#verdict(origin);
    if (why !== undefined) {
      this.#leftOut.set(origin, why);
      return;
    }
    const open: {origin: PortOrigin; reasons: readonly Reason[]}[] = [{origin, reasons}];
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const known = this.#selected.get(next.origin);
      if (known !== undefined) {
        this.#selected.set(next.origin, {...known, reasons: mergeReasons(known.reasons, next.reasons)});
        continue;
      }
      const port = this.#view.ports.get(next.origin);
      if (port === undefined)
        throw new Error(`Internal error: ${next.origin} was judged buildable but not read`);
      const finishedPackage = this.#finishedPackage(port);
      this.#selected.set(next.origin, {
        port,
        reasons:
          finishedPackage === undefined
            ? next.reasons
            : [...next.reasons, {kind: 'interrupted-run', file: finishedPackage}],
        ...(finishedPackage === undefined ? {} : {finishedPackage}),
      });
      for (const dependency of port.dependencies) {
        if (dependency.target !== undefined) continue;
        const how = runKinds.has(dependency.kind) && dependency.kind !== 'lib' ? 'run' : 'build';
        if (finishedPackage !== undefined && !runKinds.has(dependency.kind)) continue;
        const needed = this.#neededFor(dependency);
        if (needed === undefined) continue;
        // Where everything is upgraded, what changed in the port itself says enough.
        const own = this.#changes(needed);
        const use: Reason = {kind: 'needed', by: port.origin, how, pattern: dependency.pattern};
        open.push({origin: needed, reasons: this.#request.all && own.length > 0 ? own : [...own, use]});
      }
    }
  }

  /** The port that has to be built for a dependency line: because nothing meets it, or because a newer one is in the tree. */
  #neededFor(dependency: Dependency): PortOrigin | undefined {
    const provider = this.#view.provider(dependency);
    if (provider === null) {
      // A fetch-only run goes on without it; else what lacks it is dropped too.
      return this.#verdict(dependency.origin) === undefined ? dependency.origin : undefined;
    }
    if (provider === '') return undefined;
    const port = this.#view.portOf(provider);
    if (port === undefined) return undefined;
    const unmet = this.#isUnmet(dependency);
    if (!unmet && !needsUpgrade(provider, port)) return undefined;
    return this.#verdict(port.origin) === undefined ? port.origin : undefined;
  }

  #isUnmet(dependency: Dependency): boolean {
    return this.#view.provider(dependency) === null;
  }

  /** Why a port cannot be built, or undefined. */
  #verdict(origin: PortOrigin): LeftOutReason | undefined {
    if (this.#verdicts.has(origin)) return this.#verdicts.get(origin);
    this.#verdicts.set(origin, undefined);
    const verdict = this.#ownVerdict(origin) ?? this.#needsVerdict(origin);
    this.#verdicts.set(origin, verdict);
    return verdict;
  }

  #ownVerdict(origin: PortOrigin): LeftOutReason | undefined {
    const barred = this.#barred.get(origin);
    if (barred !== undefined) return barred;
    const followers = this.#view.followers(origin);
    if (followers.some(({locked}) => locked)) return {kind: 'locked'};
    const port = this.#view.ports.get(origin);
    const names = [...followers, ...(port === undefined ? [] : [port])];
    const rule = this.#excluded.find(({matches}) => names.some((item) => matches(item)));
    if (rule !== undefined) return {kind: 'excluded', glob: rule.glob};
    if (port === undefined) {
      const missing = this.#view.missing.get(origin);
      return missing === undefined ? {kind: 'not-in-tree', text: ''} : leftOutReason(missing);
    }
    return ignoreReason(port);
  }

  /** A port can be built only if everything it lacks can. */
  #needsVerdict(origin: PortOrigin): LeftOutReason | undefined {
    const port = this.#view.ports.get(origin);
    if (port === undefined || this.#request.fetchOnly) return undefined;
    const finished = this.#finishedPackage(port) !== undefined;
    for (const dependency of port.dependencies) {
      const counts = finished
        ? runKinds.has(dependency.kind)
        : buildKinds.has(dependency.kind) || dependency.kind === 'run';
      if (!counts || dependency.target !== undefined || !this.#isUnmet(dependency)) continue;
      const on = dependency.origin;
      if (on === origin) continue;
      const because = this.#verdict(on);
      if (because !== undefined) return {kind: 'needs-left-out', on, because};
      const offered = this.#view.ports.get(on);
      const bounds = dependency.kind === 'lib' ? undefined : parsePackagePattern(dependency.pattern);
      if (offered !== undefined && bounds?.name === offered.name && !meetsPattern(bounds, offered.version)) {
        return {
          kind: 'unmet-dependency',
          pattern: dependency.pattern,
          on,
          because: `the tree has ${offered.name}-${offered.version}`,
        };
      }
    }
    return undefined;
  }

  /** The package file of an earlier run, if it is what building now would give. */
  #finishedPackage(port: Port): string | undefined {
    const finished = this.#view.finished.get(port.origin);
    if (finished?.fingerprint !== port.fingerprint) return undefined;
    const now = builtWith(this.#view, port);
    return now.join() === finished.builtWith.join() ? finished.file : undefined;
  }
}

/** `name-version` of each package that will be there for the port's build, sorted: what a finished package was built with. */
export function builtWith(view: WorldView, port: Port): string[] {
  const labels = new Set<string>();
  for (const dependency of port.dependencies) {
    if (dependency.target !== undefined) continue;
    const provider = view.provider(dependency);
    if (provider === '') continue;
    const source =
      provider === null ? view.ports.get(dependency.origin) : (view.portOf(provider) ?? provider);
    if (source !== undefined) labels.add(`${source.name}-${source.version}`);
  }
  return sortedBy(labels, String);
}

/** Each reason once; among several ports that need the same, the first in order of name speaks for all. */
function mergeReasons(known: readonly Reason[], more: readonly Reason[]): readonly Reason[] {
  const merged = [...known];
  for (const reason of more) {
    const same = merged.findIndex(({kind}) => kind === reason.kind);
    const there = merged[same];
    if (there === undefined) merged.push(reason);
    else if (
      there.kind === 'needed' &&
      reason.kind === 'needed' &&
      neededOrder(reason) < neededOrder(there)
    ) {
      merged[same] = reason;
    }
  }
  return merged;
}

function neededOrder(reason: Extract<Reason, {kind: 'needed'}>): string {
  return `${reason.how} ${reason.by} ${reason.pattern}`;
}
