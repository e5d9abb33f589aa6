import {patternKey, type Facts, type FinishedPackage, type MissingPort} from '../model/facts.js';
import {portDirectory, type PortOrigin} from '../model/origin.js';
import type {InstalledPackage} from '../model/package.js';
import type {Dependency, Port} from '../model/port.js';

/** The facts, sorted and indexed: what planning asks again and again. */
export class WorldView {
  readonly packages: readonly InstalledPackage[];
  readonly ports: ReadonlyMap<PortOrigin, Port>;
  readonly missing: ReadonlyMap<PortOrigin, MissingPort>;
  readonly finished: ReadonlyMap<PortOrigin, FinishedPackage>;
  readonly #facts: Facts;
  readonly #packagesByName: ReadonlyMap<string, InstalledPackage>;
  /** The packages that follow a port, the one of the port's own name first. */
  readonly #followers = new Map<PortOrigin, InstalledPackage[]>();

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

  /** The packages that a step for this port would replace: usually one, several where ports were merged. */
  followers(origin: PortOrigin): readonly InstalledPackage[] {
    const followers = this.#followers.get(origin);
    if (followers !== undefined) return followers;
    // A port asked for by name takes the place of an installed package of the same name.
    const port = this.ports.get(origin);
    const namesake = port === undefined ? undefined : this.#packagesByName.get(port.name);
    return namesake === undefined ? [] : [namesake];
  }

  /** What meets a dependency line today: its own port, a package, the base system (''), or nothing (null). */
  provider(dependency: Dependency): InstalledPackage | '' | null {
    const other = this.#facts.providers[patternKey(dependency)];
    if (other === undefined) return this.followers(dependency.origin)[0] ?? null;
    if (other === null || other === '') return other;
    return this.#packagesByName.get(other) ?? '';
  }

  move(from: PortOrigin): {readonly to: PortOrigin; readonly text: string} | undefined {
    return this.#facts.moves.find((move) => move.from === from || move.from === portDirectory(from));
  }
}

/** A copy in code-unit order of the key: the same on every machine, whatever its locale. */
export function sortedBy<T>(items: Iterable<T>, key: (item: T) => string): T[] {
  const keyed = [...items].map((item) => ({item, key: key(item)}));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({item}) => item);
}
