import {runKinds, type Port} from '../model/port.js';
import type {LeftOutReason} from '../model/plan.js';
import type {PortOrigin} from '../model/origin.js';
import {packageLabel, type InstalledPackage} from '../model/package.js';
import type {UpgradeRequest} from '../model/request.js';
import {meetsPattern, parsePackagePattern} from '../model/version.js';
import {excludeMatcher} from '../util/glob.js';
import {ignoreReason} from './ignore-reason.js';
import {leftOutReason} from './left-out.js';
import type {WorldView} from './world-view.js';

/** Finds out which ports can be built, and why the others cannot. Each port is judged once. */
export class Verdicts {
  readonly #view: WorldView;
  readonly #request: UpgradeRequest;
  readonly #barred: ReadonlyMap<PortOrigin, LeftOutReason>;
  readonly #excluded: readonly {readonly glob: string; readonly matches: ReturnType<typeof excludeMatcher>}[];
  /** Undefined for what can be built. Filled while it is being found out, so that circles end. */
  readonly #verdicts = new Map<PortOrigin, LeftOutReason | undefined>();
  readonly #labels = new Map<InstalledPackage, string>();

  constructor(view: WorldView, request: UpgradeRequest, barred: ReadonlyMap<PortOrigin, LeftOutReason>) {
    this.#view = view;
    this.#request = request;
    this.#barred = barred;
    this.#excluded = request.exclude.map((glob) => ({glob, matches: excludeMatcher(glob)}));
  }

  /** Why a port cannot be built, or undefined. */
  of(origin: PortOrigin): LeftOutReason | undefined {
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
    const finished = this.finishedPackage(port) !== undefined;
    for (const {line: dependency, provider} of this.#view.needs(port)) {
      if (provider !== null || (finished && !runKinds.has(dependency.kind))) continue;
      const on = dependency.origin;
      if (on === origin) continue;
      const because = this.of(on);
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
  finishedPackage(port: Port): string | undefined {
    const finished = this.#view.finished.get(port.origin);
    if (finished?.fingerprint !== port.fingerprint) return undefined;
    return this.builtWith(port).join() === finished.builtWith.join() ? finished.file : undefined;
  }

  /** `name-version` of each package that will be there for the port's build, sorted. */
  builtWith(port: Port): string[] {
    const labels = new Set<string>();
    for (const {line, provider} of this.#view.needs(port)) {
      if (provider === '') continue;
      const label = provider === null ? this.#labelOf(line.origin) : this.#labelAfter(provider);
      if (label !== undefined) labels.add(label);
    }
    // Code-unit order, as everywhere.
    return [...labels].sort();
  }

  #labelOf(origin: PortOrigin): string | undefined {
    const port = this.#view.ports.get(origin);
    return port === undefined ? undefined : packageLabel(port);
  }

  /** What will be installed in a package's place when the run is over, as far as the package's own state tells. */
  #labelAfter(item: InstalledPackage): string {
    const known = this.#labels.get(item);
    if (known !== undefined) return known;
    const port = this.#view.portOf(item);
    const changes =
      port !== undefined && this.#view.needsUpgrade(item) && this.#ownVerdict(port.origin) === undefined;
    const label = packageLabel(changes ? port : item);
    this.#labels.set(item, label);
    return label;
  }
}
