import {relative} from 'node:path';
import {patternKey} from '../model/facts.js';
import {parseOrigin, type PortOrigin} from '../model/origin.js';
import {packageLabel, type InstalledPackage} from '../model/package.js';
import {parseOwners} from '../model/package-owners.js';
import {dependencyKinds, type Dependency} from '../model/port.js';
import type {World} from '../model/world.js';
import type {CommandRunner, StopSignals} from '../system/command.js';
import {parseDependencies} from './make-variables.js';
import {findPattern, type PatternMatch} from './patterns.js';
import type {CatalogPort, PortCatalog, Resolution} from './port-catalog.js';

/** What one port needs. */
export interface PortNeeds {
  readonly dependencies: Dependency[];
  /** Words in its dependency variables that are no dependency lines. */
  readonly malformed: string[];
  /** Ports to be read: the named ones that are installed, and those whose pattern nothing meets. */
  readonly needed: {readonly asked: PortOrigin; readonly resolution: Resolution; readonly isUnmet: boolean}[];
}

interface DependencyReaderOptions {
  readonly runner: CommandRunner;
  readonly world: World;
  readonly packages: readonly InstalledPackage[];
  readonly catalog: PortCatalog;
  readonly installedFor: (port: CatalogPort) => InstalledPackage | undefined;
  readonly stop?: StopSignals;
}

/** Looks into dependency lines: which port each one means, and what meets it already. */
export class DependencyReader {
  readonly #options: DependencyReaderOptions;
  readonly #versions: ReadonlyMap<string, string>;
  /** Origins that some installed package follows, with and without flavor. */
  readonly #installedOrigins = new Set<PortOrigin>();
  readonly #matches = new Map<string, Promise<PatternMatch>>();
  /** Lines met by something else than the port they name. */
  readonly #elsewhere = new Map<string, PatternMatch>();
  #localBase = '';

  constructor(options: DependencyReaderOptions) {
    this.#options = options;
    this.#versions = new Map(options.packages.map(({name, version}) => [name, version]));
    for (const {origin} of options.packages) {
      const today = options.catalog.follow(origin);
      this.#installedOrigins.add(today);
      this.#installedOrigins.add(today.split('@')[0] as PortOrigin);
    }
  }

  /** Reads the dependency lines of a port that will be built. */
  async read(port: CatalogPort): Promise<PortNeeds> {
    const needs: PortNeeds = {dependencies: [], malformed: [], needed: []};
    const lines = dependencyKinds.flatMap((kind) => {
      const parsed = parseDependencies(
        port.answers[`${kind.toUpperCase() as Uppercase<typeof kind>}_DEPENDS`],
      );
      needs.malformed.push(...parsed.malformed);
      return parsed.lines.map((line) => ({kind, ...line}));
    });
    await Promise.all(
      lines.map(async ({kind, pattern, origin, target}) => {
        const asked = this.#originOf(origin);
        if (asked === undefined) {
          needs.malformed.push(`${pattern}:${origin}`);
          return;
        }
        const match = await this.#match(kind, pattern, port);
        const mayBeInstalled = this.#installedOrigins.has(this.#options.catalog.follow(asked));
        const line = {kind, pattern, ...(target === undefined ? {} : {target})};
        if (match.kind !== 'nothing' && !mayBeInstalled) {
          // Met by something else: the port named here need not even be read.
          const dependency = {...line, origin: asked};
          this.#elsewhere.set(patternKey(dependency), match);
          needs.dependencies.push(dependency);
          return;
        }
        const resolution = await this.#options.catalog.resolve(asked);
        const found = resolution.kind === 'port' ? resolution.port : undefined;
        const isInstalled = found !== undefined && this.#options.installedFor(found) !== undefined;
        const dependency = {...line, origin: found?.origin ?? asked};
        if (match.kind === 'nothing' || !isInstalled) this.#elsewhere.set(patternKey(dependency), match);
        needs.dependencies.push(dependency);
        if (target !== undefined) return; // Its sources are needed, not its installation.
        if (isInstalled || match.kind === 'nothing') {
          needs.needed.push({asked, resolution, isUnmet: match.kind === 'nothing'});
        }
      }),
    );
    // Answers come back in any order; the facts must not depend on it.
    const order = (dependency: Dependency): string =>
      `${dependencyKinds.indexOf(dependency.kind)} ${dependency.pattern} ${dependency.origin}`;
    needs.dependencies.sort((a, b) => (order(a) < order(b) ? -1 : 1));
    return needs;
  }

  /** The `providers` of the facts: asks pkg(8) once which packages own the files found. */
  async providers(): Promise<Record<string, string | null>> {
    const files = [...this.#elsewhere.values()].flatMap((match) =>
      match.kind === 'file' ? [match.path] : [],
    );
    const owners = await this.#owners(files.filter((path) => path.startsWith(`${this.#localBase}/`)));
    return Object.fromEntries(
      [...this.#elsewhere].map(([key, match]) => {
        if (match.kind === 'nothing') return [key, null];
        return [key, match.kind === 'package' ? match.name : (owners.get(match.path) ?? '')];
      }),
    );
  }

  async #owners(paths: readonly string[]): Promise<Map<string, string>> {
    if (paths.length === 0) return new Map();
    const {runner, world, packages, stop} = this.#options;
    const {stdout} = await runner.capture(
      {program: world.pkg, args: ['which', ...new Set(paths)], env: world.environment},
      stop,
    );
    const names = new Map(packages.map((item) => [packageLabel(item), item.name]));
    return new Map([...parseOwners(stdout)].map(([path, label]) => [path, names.get(label) ?? '']));
  }

  #match(kind: Dependency['kind'], pattern: string, port: CatalogPort): Promise<PatternMatch> {
    const key = `${kind === 'lib' ? 'library ' : ''}${pattern}`;
    let match = this.#matches.get(key);
    if (match === undefined) {
      this.#localBase = port.answers.LOCALBASE;
      const {LOCALBASE: localBase, LIB_DIRS: libraryDirectories} = port.answers;
      const places = {
        localBase,
        libraryDirectories: libraryDirectories.split(' '),
        path: this.#options.world.environment['PATH'] ?? process.env['PATH'] ?? '',
      };
      match = findPattern(kind, pattern, places, this.#versions);
      this.#matches.set(key, match);
    }
    return match;
  }

  /** A dependency line names its port below the ports tree, or by its full path. */
  #originOf(text: string): PortOrigin | undefined {
    const below = text.startsWith('/') ? relative(this.#options.world.portsDirectory, text) : text;
    return parseOrigin(below);
  }
}
