import {patternKey, type Facts} from '../src/model/facts.js';
import {parseOrigin, withFlavor, type PortOrigin} from '../src/model/origin.js';
import type {InstalledPackage} from '../src/model/package.js';
import type {Dependency, DependencyKind, Port} from '../src/model/port.js';
import {closedOrder} from './closed-order.js';
import {fixtureKinds, type TreeFixture} from './tree-fixture.js';

/** Facts made of the fixture, and what had to be said in place of what it does not tell. */
export interface TreeFacts {
  readonly facts: Facts;
  /** Lines that name another flavor than the default one: met by the installed default flavor. */
  readonly otherFlavors: number;
  /** Lines that name an origin without a row, or one that is not among the chosen ports: met by the base system. */
  readonly withoutRow: number;
  /** Ports that make a package of a name that is taken: given a name of their own. */
  readonly renamed: number;
  /** Ports that say of themselves that they are not to be built, and are planned all the same. */
  readonly flagged: number;
}

/** A dependency line, read once for all ports that have it. */
interface Line {
  readonly pattern: string;
  /** The row it names, and the row's origin in the flavor that is named. */
  readonly row: number | undefined;
  readonly origin: PortOrigin;
  readonly target?: string;
  readonly isOtherFlavor: boolean;
}

/** Older than every version of the tree, in pkg(8)'s order. */
const installedVersion = 'pl0';
const pkgOrigin = 'ports-mgmt/pkg';
const pkgPattern = '/usr/local/sbin/pkg';

/**
 * A machine on which every port of the tree, or the first `ports` of an order closed under dependencies, is installed in an
 * older version. IGNORE and BROKEN are passed over, so that all of them are planned. Each port has one distfile and a work
 * directory of its own, and needs pkg(8) as the framework adds it (PKG_DEPENDS, Mk/bsd.port.mk): the table has no column
 * for these.
 */
export function treeFacts(fixture: TreeFixture, ports = fixture.origins.length): TreeFacts {
  return new FactsOfTree(fixture, ports).make();
}

class FactsOfTree {
  readonly #fixture: TreeFixture;
  readonly #chosen: readonly number[];
  readonly #isChosen: ReadonlySet<number>;
  readonly #rowOf: ReadonlyMap<string, number>;
  readonly #origins: readonly PortOrigin[];
  readonly #lines: readonly Line[];
  readonly #names: readonly {readonly name: string; readonly version: string}[];
  readonly #providers: Record<string, string | null> = {};
  readonly #provided: string[][];
  readonly #isNeeded: boolean[];
  #otherFlavors = 0;
  #withoutRow = 0;
  #renamed = 0;

  constructor(fixture: TreeFixture, ports: number) {
    this.#fixture = fixture;
    this.#rowOf = new Map(fixture.origins.map((origin, row) => [origin, row]));
    this.#origins = fixture.origins.map((text, row) =>
      withFlavor(known(text), fixture.flavors[row]?.split(' ')[0]),
    );
    this.#lines = fixture.lines.map((text) => this.#readLine(text));
    this.#chosen = closedOrder(fixture, (line) => this.#lines[line]?.row).slice(0, ports);
    this.#isChosen = new Set(this.#chosen);
    this.#names = this.#uniqueNames();
    this.#provided = fixture.origins.map(() => []);
    this.#isNeeded = fixture.origins.map(() => false);
  }

  make(): TreeFacts {
    const starts = startsOf(this.#fixture);
    const ports = [...this.#chosen].sort((a, b) => a - b).map((row) => this.#port(row, starts[row] ?? 0));
    const packages = ports.map((port) => this.#package(port));
    const flagged = new Set([...this.#fixture.ignored, ...this.#fixture.broken]);
    return {
      facts: {
        packages,
        ports,
        missing: [],
        moves: [],
        follows: Object.fromEntries(ports.map(({name, origin}) => [name, origin])),
        providers: this.#providers,
        finished: [],
      },
      otherFlavors: this.#otherFlavors,
      withoutRow: this.#withoutRow,
      renamed: this.#renamed,
      flagged: [...flagged].filter((row) => this.#isChosen.has(row)).length,
    };
  }

  #readLine(text: string): Line {
    const [pattern = '', named = '', target] = text.split(':');
    const [directory = '', flavor] = named.split('@');
    const row = this.#rowOf.get(directory);
    const usual = row === undefined ? known(directory) : this.#originAt(row);
    const origin = flavor === undefined ? usual : known(named);
    return {
      pattern,
      row,
      origin,
      ...(target === undefined ? {} : {target}),
      isOtherFlavor: row !== undefined && origin !== usual,
    };
  }

  /** Two ports of the tree may make a package of one name; only one of them could be installed. */
  #uniqueNames(): {name: string; version: string}[] {
    const taken = new Set<string>();
    return this.#fixture.packages.map((label, row) => {
      const dash = label.lastIndexOf('-');
      const own = label.slice(0, dash);
      const isTaken = taken.has(own) && this.#isChosen.has(row);
      const name = isTaken ? `${own}-of-${this.#originAt(row).replace('/', '-')}` : own;
      if (isTaken) this.#renamed += 1;
      taken.add(name);
      return {name, version: label.slice(dash + 1)};
    });
  }

  #port(row: number, start: number): Port {
    const origin = this.#originAt(row);
    const {name, version} = this.#named(row);
    const dependencies: Dependency[] = [];
    let at = start;
    fixtureKinds.forEach((kind, column) => {
      const count = this.#fixture.counts[row * fixtureKinds.length + column] ?? 0;
      for (const end = at + count; at < end; at += 1) this.#addLine(dependencies, kind, at);
    });
    const pkg = this.#rowOf.get(pkgOrigin);
    if (pkg !== undefined && pkg !== row && this.#isChosen.has(pkg)) {
      dependencies.unshift({kind: 'pkg', pattern: pkgPattern, origin: this.#originAt(pkg)});
    }
    return {
      origin,
      name,
      version,
      flavors: this.#fixture.flavors[row]?.split(' ').filter((flavor) => flavor !== '') ?? [],
      dependencies,
      workDirectory: `/usr/ports/${origin.replace('@', '/work-')}`,
      distfiles: [`${name}-${version}.tar.gz`],
      parallel: dependencies.some((line) => line.origin === 'devel/gmake') ? 'gnu-make' : 'other',
      packageSuffix: '.pkg',
      fingerprint: `${origin} ${version}`,
    };
  }

  #addLine(dependencies: Dependency[], kind: DependencyKind, at: number): void {
    const line = this.#lines[this.#fixture.needs[at] ?? -1];
    if (line === undefined) throw new Error(`Internal error: the fixture has no line for its number ${at}`);
    const {pattern, row, origin, target, isOtherFlavor} = line;
    const dependency = {kind, pattern, origin, ...(target === undefined ? {} : {target})};
    dependencies.push(dependency);
    if (row === undefined || !this.#isChosen.has(row)) {
      this.#withoutRow += 1;
      this.#providers[patternKey(dependency)] = '';
      return;
    }
    if (isOtherFlavor) {
      this.#otherFlavors += 1;
      this.#providers[patternKey(dependency)] = this.#named(row).name;
    }
    if (kind !== 'lib' && kind !== 'run') return;
    this.#isNeeded[row] = true;
    const provided = this.#provided[row] ?? [];
    if (isLibrary(kind, pattern) && !provided.includes(pattern)) provided.push(pattern);
  }

  #package({origin, name, dependencies}: Port): InstalledPackage {
    const row = this.#rowOf.get(origin.split('@')[0] ?? '') ?? -1;
    const runs = dependencies.filter(
      ({kind, target}) => (kind === 'lib' || kind === 'run') && target === undefined,
    );
    const needed = runs.flatMap((line) => {
      const on = this.#rowOf.get(line.origin.split('@')[0] ?? '');
      return on === undefined || !this.#isChosen.has(on) ? [] : [this.#named(on).name];
    });
    return {
      name,
      version: installedVersion,
      origin,
      automatic: this.#isNeeded[row] === true,
      locked: false,
      dependencies: [...new Set(needed)],
      shlibsProvided: this.#provided[row] ?? [],
      shlibsRequired: [
        ...new Set(runs.filter(({kind, pattern}) => isLibrary(kind, pattern)).map(({pattern}) => pattern)),
      ],
    };
  }

  #originAt(row: number): PortOrigin {
    const origin = this.#origins[row];
    if (origin === undefined) throw new Error(`Internal error: the fixture has no row ${row}`);
    return origin;
  }

  #named(row: number): {readonly name: string; readonly version: string} {
    const named = this.#names[row];
    if (named === undefined) throw new Error(`Internal error: the fixture has no row ${row}`);
    return named;
  }
}

function isLibrary(kind: DependencyKind, pattern: string): boolean {
  return kind === 'lib' && /^lib.*\.so/.test(pattern);
}

function known(text: string): PortOrigin {
  const origin = parseOrigin(text);
  if (origin === undefined) throw new Error(`Internal error: ${text} in the fixture is no origin`);
  return origin;
}

/** For each row the place of its first line in `needs`. */
function startsOf({origins, counts}: TreeFixture): number[] {
  const starts: number[] = [];
  let start = 0;
  origins.forEach((_origin, row) => {
    starts.push(start);
    for (let column = 0; column < fixtureKinds.length; column += 1) {
      start += counts[row * fixtureKinds.length + column] ?? 0;
    }
  });
  return starts;
}
