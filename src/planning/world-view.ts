import {patternKey, type Facts, type FinishedPackage, type MissingPort, type Move} from '../model/facts.js';
import {portDirectory, type PortOrigin} from '../model/origin.js';
import type {InstalledPackage} from '../model/package.js';
import type {Dependency, Port} from '../model/port.js';
import {changeOf, isUpgrade, type Change} from './change.js';

/** A dependency line for which something has to be installed, with what meets it today. */
export interface Need {
  readonly line: Dependency;
  /** What meets it: its own port's package, another package, the base system (''), or nothing (null). */
  readonly provider: InstalledPackage | '' | null;
}

/** The facts, sorted and indexed: what planning asks again and again. Answers that take a while are kept. */
export class WorldView {
  readonly packages: readonly InstalledPackage[];
  readonly ports: ReadonlyMap<PortOrigin, Port>;
  readonly missing: ReadonlyMap<PortOrigin, MissingPort>;
  readonly finished: ReadonlyMap<PortOrigin, FinishedPackage>;
  readonly #facts: Facts;
  readonly #packagesByName: ReadonlyMap<string, InstalledPackage>;
  /** The packages that follow a port, the one of the port's own name first. */
  readonly #followers = new Map<PortOrigin, InstalledPackage[]>();
  readonly #changes = new Map<InstalledPackage, Change | undefined>();
  readonly #needs = new Map<PortOrigin, readonly Need[]>();
  #moves: ReadonlyMap<PortOrigin, Move> | undefined;
  #packagesByOrigin: ReadonlyMap<PortOrigin, InstalledPackage> | undefined;

  constructor(facts: Facts) {
    this.#facts = facts;
    this.packages = sortedBy(facts.packages, ({name}) => name);
    this.ports = new Map(sortedBy(facts.ports, ({origin}) => origin).map((port) => [port.origin, port]));
    this.missing = new Map(facts.missing.map((port) => [port.origin, port]));
    this.finished = new Map(facts.finished.map((item) => [item.origin, item]));
    this.#packagesByName = new Map(this.packages.map((item) => [item.name, item]));
    for (const item of this.packages) {
      const origin = facts.follows[item.name];
      if (origin === undefined) continue;
      const others = this.#followers.get(origin) ?? [];
      const first = this.ports.get(origin)?.name === item.name;
      this.#followers.set(origin, first ? [item, ...others] : [...others, item]);
    }
  }

  package(name: string): InstalledPackage | undefined {
    return this.#packagesByName.get(name);
  }

  /** The port that the package follows today, as far as it was read. */
  portOf(item: InstalledPackage): Port | undefined {
    const origin = this.#facts.follows[item.name];
    return origin === undefined ? undefined : this.ports.get(origin);
  }

  /** What the tree has for an installed package, as far as its port was read. */
  changeOf(item: InstalledPackage): Change | undefined {
    const known = this.#changes.get(item);
    if (known !== undefined || this.#changes.has(item)) return known;
    const port = this.portOf(item);
    const change = port === undefined ? undefined : changeOf(item, port);
    this.#changes.set(item, change);
    return change;
  }

  /** True when an upgrade of everything would build the package's port anew. */
  needsUpgrade(item: InstalledPackage): boolean {
    const change = this.changeOf(item);
    return change !== undefined && isUpgrade(change);
  }

  /** The packages that a step for this port would replace: usually one, several where ports were merged. */
  followers(origin: PortOrigin): readonly InstalledPackage[] {
    const followers = this.#followers.get(origin);
    if (followers !== undefined) return followers;
    // A port asked for by name takes the place of an installed package of the same name.
    const port = this.ports.get(origin);
    const namesake = port === undefined ? undefined : this.#packagesByName.get(port.name);
    return namesake === undefined ? [] : [namesake];
  }

  /** The port's dependency lines, without those that only want a make target of another port. */
  needs(port: Port): readonly Need[] {
    const known = this.#needs.get(port.origin);
    if (known !== undefined) return known;
    const needs: Need[] = [];
    for (const line of port.dependencies) {
      if (line.target === undefined) needs.push({line, provider: this.#provider(line)});
    }
    this.#needs.set(port.origin, needs);
    return needs;
  }

  #provider(dependency: Dependency): InstalledPackage | '' | null {
    const other = this.#facts.providers[patternKey(dependency)];
    if (other === undefined) return this.followers(dependency.origin)[0] ?? null;
    if (other === null || other === '') return other;
    return this.#packagesByName.get(other) ?? '';
  }

  move(from: PortOrigin): {readonly to: PortOrigin; readonly text: string} | undefined {
    this.#moves ??= firstBy(this.#facts.moves, (move) => move.from);
    const exact = this.#moves.get(from);
    const directory = this.#moves.get(portDirectory(from));
    if (exact === undefined || directory === undefined || exact === directory) return exact ?? directory;
    return this.#facts.moves.find((move) => move === exact || move === directory);
  }

  /** The installed package that is recorded under this origin, the first in order of name. */
  packageFrom(origin: PortOrigin): InstalledPackage | undefined {
    this.#packagesByOrigin ??= firstBy(this.packages, (item) => item.origin);
    return this.#packagesByOrigin.get(origin);
  }
}

function firstBy<K, T>(items: readonly T[], key: (item: T) => K): Map<K, T> {
  const first = new Map<K, T>();
  for (const item of items) if (!first.has(key(item))) first.set(key(item), item);
  return first;
}

/** A copy in code-unit order of the key: the same on every machine, whatever its locale. */
export function sortedBy<T>(items: Iterable<T>, key: (item: T) => string): T[] {
  const keyed = [...items].map((item) => ({item, key: key(item)}));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({item}) => item);
}
