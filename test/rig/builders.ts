import {buildPlan} from '../../src/planning/build-plan.js';
import {
  patternKey,
  type Facts,
  type FinishedPackage,
  type MissingPort,
  type Move,
} from '../../src/model/facts.js';
import {originParts, parseOrigin, type PortOrigin} from '../../src/model/origin.js';
import type {InstalledPackage} from '../../src/model/package.js';
import type {LeftOut, Plan, Step} from '../../src/model/plan.js';
import type {Dependency, DependencyKind, Port} from '../../src/model/port.js';
import type {UpgradeRequest} from '../../src/model/request.js';

/** Short ways to say what the world of a test is like. What is not said is as usual: a port has version 2, and no oddities. */

/** An origin that is known to be one. */
export function origin(text: string): PortOrigin {
  const parsed = parseOrigin(text);
  if (parsed === undefined) throw new Error(`${text} is no origin`);
  return parsed;
}

interface LineOptions {
  /** `NAME>0` when not given. */
  readonly pattern?: string;
  /** What meets the line in place of the named port: a package, '' for the base system, null for nothing. */
  readonly metBy?: string | null;
  readonly target?: string;
}

type Needs = Readonly<Record<DependencyKind, (on: string, options?: LineOptions) => PortBuilder>>;

/** A port of the tree: `port('www/foo').version('1.3').needs.build('devel/tool')`. */
export class PortBuilder {
  #port: Port;
  readonly providers: Record<string, string | null> = {};

  constructor(text: string) {
    const own = origin(text);
    const {name, flavor} = originParts(own);
    this.#port = {
      origin: own,
      name: flavor === undefined ? name : `${name}-${flavor}`,
      version: '2',
      flavors: flavor === undefined ? [] : [flavor],
      dependencies: [],
      workDirectory: `/wrk/${text}`,
      distfiles: [],
      parallel: 'other',
      packageSuffix: '.pkg',
      fingerprint: `fingerprint of ${text}`,
    };
  }

  with(parts: Partial<Port>): this {
    this.#port = {...this.#port, ...parts};
    return this;
  }

  name(name: string): this {
    return this.with({name});
  }

  version(version: string): this {
    return this.with({version});
  }

  distfiles(...distfiles: readonly string[]): this {
    return this.with({distfiles});
  }

  get needs(): Needs {
    const line =
      (kind: DependencyKind) =>
      (on: string, options: LineOptions = {}): this =>
        this.#need(kind, on, options);
    return {
      pkg: line('pkg'),
      fetch: line('fetch'),
      extract: line('extract'),
      patch: line('patch'),
      build: line('build'),
      lib: line('lib'),
      run: line('run'),
    };
  }

  #need(kind: DependencyKind, on: string, {pattern, metBy, target}: LineOptions): this {
    const named = origin(on);
    const dependency: Dependency = {
      kind,
      pattern:
        pattern ?? (kind === 'lib' ? `lib${originParts(named).name}.so` : `${originParts(named).name}>0`),
      origin: named,
      ...(target === undefined ? {} : {target}),
    };
    if (metBy !== undefined) this.providers[patternKey(dependency)] = metBy;
    return this.with({dependencies: [...this.#port.dependencies, dependency]});
  }

  done(): Port {
    return this.#port;
  }
}

export function port(text: string): PortBuilder {
  return new PortBuilder(text);
}

/** An installed package: `installed('foo', '1.2', 'www/foo').needs('libbar')`. */
export class PackageBuilder {
  #item: InstalledPackage;
  /** The port it follows today; its own origin when not said. */
  today: PortOrigin;

  constructor(name: string, version: string, text: string) {
    this.today = origin(text);
    this.#item = {
      name,
      version,
      origin: this.today,
      automatic: false,
      locked: false,
      dependencies: [],
      shlibsProvided: [],
      shlibsRequired: [],
    };
  }

  with(parts: Partial<InstalledPackage>): this {
    this.#item = {...this.#item, ...parts};
    return this;
  }

  automatic(): this {
    return this.with({automatic: true});
  }

  locked(): this {
    return this.with({locked: true});
  }

  needs(...dependencies: readonly string[]): this {
    return this.with({dependencies});
  }

  follows(text: string): this {
    this.today = origin(text);
    return this;
  }

  done(): InstalledPackage {
    return this.#item;
  }
}

export function installed(name: string, version: string, text: string): PackageBuilder {
  return new PackageBuilder(name, version, text);
}

/** Ports and packages as facts; `more` adds what cannot be told from them. */
export function facts(
  items: readonly (PortBuilder | PackageBuilder)[],
  more: {
    readonly missing?: readonly MissingPort[];
    readonly moves?: readonly Move[];
    readonly finished?: readonly FinishedPackage[];
  } = {},
): Facts {
  const ports = items.filter((item) => item instanceof PortBuilder);
  const packages = items.filter((item) => item instanceof PackageBuilder);
  const read = new Set(ports.map((item) => item.done().origin));
  return {
    packages: packages.map((item) => item.done()),
    ports: ports.map((item) => item.done()),
    missing: more.missing ?? [],
    moves: more.moves ?? [],
    follows: Object.fromEntries(
      packages.flatMap((item) => (read.has(item.today) ? [[item.done().name, item.today] as const] : [])),
    ),
    providers: Object.assign({}, ...ports.map(({providers}) => providers)) as Facts['providers'],
    finished: more.finished ?? [],
  };
}

const nothingAsked: UpgradeRequest = {all: false, origins: [], force: false, exclude: [], fetchOnly: false};

/** `-a`, with what else is said. */
export function everything(more: Partial<UpgradeRequest> = {}): UpgradeRequest {
  return {...nothingAsked, all: true, ...more};
}

/** Ports asked for by name. */
export function asked(...origins: readonly string[]): UpgradeRequest {
  return {...nothingAsked, origins: origins.map(origin)};
}

/** Plans an upgrade of everything. */
export function planAll(...items: readonly (PortBuilder | PackageBuilder)[]): Plan {
  return buildPlan(facts(items), everything());
}

export function stepOf(plan: Plan, text: string): Step {
  const step = plan.steps.find((item) => item.origin === text);
  if (step === undefined) throw new Error(`${text} is no step; steps: ${stepOrigins(plan).join(', ')}`);
  return step;
}

/** The steps of a plan by origin, in order of name. */
export function stepOrigins(plan: Plan): string[] {
  return plan.steps.map((step) => String(step.origin)).sort();
}

export function leftOutOf(plan: Plan, text: string): LeftOut {
  const found = plan.leftOut.find((item) => item.origin === text);
  if (found === undefined) throw new Error(`${text} is not left out`);
  return found;
}

/** What a phase waits for directly, sorted. */
export function waitsFor(plan: Plan, id: string): readonly string[] {
  const node = plan.nodes.find((item) => item.id === id);
  if (node === undefined)
    throw new Error(`${id} is not in the plan: ${plan.nodes.map((item) => item.id).join(', ')}`);
  return [...node.waitsFor, ...node.after].sort();
}

/** Everything that has to end before a phase starts, sorted. */
export function allBefore(plan: Plan, id: string): string[] {
  return closure(id, (next) => waitsFor(plan, next));
}

/** Everything that has to end well before a phase starts, sorted: without what merely goes first. */
export function neededBefore(plan: Plan, id: string): string[] {
  return closure(id, (next) => plan.nodes.find((node) => node.id === next)?.waitsFor ?? []);
}

function closure(id: string, before: (id: string) => readonly string[]): string[] {
  const seen = new Set<string>();
  const open = [...before(id)];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...before(next));
  }
  return [...seen].sort();
}
