import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Facts, MissingPort, Move} from '../model/facts.js';
import type {Failure} from '../model/failure.js';
import {originParts, portDirectory, withFlavor, type PortOrigin} from '../model/origin.js';
import type {InstalledPackage} from '../model/package.js';
import type {Port} from '../model/port.js';
import {fail, ok, type Result} from '../model/result.js';
import type {World} from '../model/world.js';
import type {CommandRunner, StopSignals} from '../system/command.js';
import {workThrough} from '../util/work-list.js';
import {withoutCache, type AnswerCache} from './answer-cache.js';
import {DependencyReader} from './dependency-reader.js';
import {parseMoved} from './moved-file.js';
import {NoMakeError, PortCatalog, type CatalogPort, type Resolution} from './port-catalog.js';
import {distfileBytes, fingerprintOf, foldersOf} from './port-files.js';
import {distfilesOf, toPort} from './to-port.js';

export interface GatherOptions {
  readonly runner: CommandRunner;
  readonly world: World;
  readonly packages: readonly InstalledPackage[];
  /** Read the port of every installed package. */
  readonly all: boolean;
  /** Ports to read whether installed or not. */
  readonly origins: readonly PortOrigin[];
  /** Whether the plan would build this port: only then are its dependencies looked into. */
  readonly willBuild: (port: Port, installed: InstalledPackage | undefined) => boolean;
  /** Answers of earlier runs; without it every port is asked for. */
  readonly cache?: AnswerCache;
  readonly onProgress?: (read: number, known: number) => void;
  readonly stop?: StopSignals;
}

export type GatheredFacts = Omit<Facts, 'finished'> & {
  /** The port that each of the asked origins means today; origins without a port are among the missing. */
  readonly asked: Readonly<Record<string, PortOrigin>>;
  /** PACKAGES, as the framework has it; '' when no port was read. */
  readonly packagesDirectory: string;
};

/**
 * Reads all that planning needs to know of the ports tree: the ports of installed packages and asked origins, and of what
 * their builds need. Changes nothing; what cannot be read is among the facts as missing, with the reason.
 */
export async function gatherFacts(options: GatherOptions): Promise<Result<GatheredFacts>> {
  const moved = await readMoved(options.world.portsDirectory);
  if (!moved.ok) return moved;
  try {
    return ok(await new Gathering(options, moved.value).run());
  } catch (error) {
    if (!(error instanceof NoMakeError)) throw error;
    return fail({
      kind: 'tool-missing',
      tool: options.world.make,
      hint: 'Install a BSD make (Debian: `apt-get install bmake`), or name its path as `make` in the config file.',
    });
  }
}

async function readMoved(portsDirectory: string): Promise<Result<() => ReturnType<typeof parseMoved>>> {
  const path = join(portsDirectory, 'MOVED');
  try {
    const text = await readFile(path, 'utf8');
    // A long file, and only ports that are gone make anybody look into it.
    let entries: ReturnType<typeof parseMoved> | undefined;
    return ok(() => (entries ??= parseMoved(text)));
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return ok(() => new Map()); // A tree without renames.
    return fail<Failure>({kind: 'file-trouble', action: 'read', path, message});
  }
}

/** A port to look into; `isUnmet` when something that will be built needs it and does not have it. */
interface Look {
  readonly port: () => Promise<CatalogPort | undefined>;
  readonly isUnmet: boolean;
}

/** One pass over the tree. */
class Gathering {
  readonly #options: GatherOptions;
  readonly #catalog: PortCatalog;
  readonly #dependencies: DependencyReader;
  readonly #ports = new Map<PortOrigin, Port>();
  readonly #missing = new Map<PortOrigin, MissingPort>();
  readonly #moves = new Map<PortOrigin, Move>();
  readonly #follows = new Map<string, PortOrigin>();
  readonly #asked = new Map<string, PortOrigin>();
  /** Packages by the directory of the port that they follow, as far as that can be told without asking make. */
  readonly #byDirectory = new Map<
    PortOrigin,
    {readonly origin: PortOrigin; readonly item: InstalledPackage}[]
  >();
  /** Ports whose dependencies have been, or are being, looked into. */
  readonly #looked = new Set<PortOrigin>();
  readonly #packages: ReadonlyMap<string, InstalledPackage>;
  /** Packages that are read because an up-to-date package runs with them. */
  readonly #behind = new Set<string>();
  #packagesDirectory = '';
  #read = 0;
  #known = 0;

  constructor(options: GatherOptions, moved: () => ReturnType<typeof parseMoved>) {
    this.#options = options;
    this.#packages = new Map(options.packages.map((item) => [item.name, item]));
    this.#catalog = new PortCatalog({
      runner: options.runner,
      world: options.world,
      cache: options.cache ?? withoutCache,
      moved,
      stop: options.stop ?? {},
      onRead: () => {
        this.#read += 1;
        options.onProgress?.(this.#read, Math.max(this.#known, this.#read));
      },
    });
    for (const item of options.packages) {
      const origin = this.#catalog.follow(item.origin);
      const directory = portDirectory(origin);
      this.#byDirectory.set(directory, [...(this.#byDirectory.get(directory) ?? []), {origin, item}]);
    }
    this.#dependencies = new DependencyReader({
      ...options,
      catalog: this.#catalog,
      installedFor: (port) => this.#installedFor(port),
    });
  }

  async run(): Promise<GatheredFacts> {
    const {packages, origins, all} = this.#options;
    this.#known = origins.length + (all ? packages.length : 0);
    await workThrough<Look>(
      [
        ...origins.map((origin) => ({port: () => this.#readAsked(origin), isUnmet: false})),
        ...(all ? packages.map((item) => ({port: () => this.#readInstalled(item), isUnmet: false})) : []),
      ],
      async (look, add) => {
        const port = await look.port();
        if (port !== undefined) await this.#lookInto(port, look.isUnmet, add);
      },
    );
    const providers = await this.#dependencies.providers();
    return {
      packages: this.#options.packages,
      ports: [...this.#ports.values()],
      missing: [...this.#missing.values()],
      moves: [...this.#moves.values()],
      follows: Object.fromEntries(this.#follows),
      providers,
      asked: Object.fromEntries(this.#asked),
      packagesDirectory: this.#packagesDirectory,
    };
  }

  /** A package is asked for by the origin it was registered with, and its port may go by another one today. */
  async #readAsked(origin: PortOrigin): Promise<CatalogPort | undefined> {
    const item = this.#options.packages.find((candidate) => candidate.origin === origin);
    const port =
      item === undefined
        ? this.#note(origin, await this.#catalog.resolve(origin))
        : await this.#readInstalled(item);
    if (port !== undefined) this.#asked.set(origin, port.origin);
    return port;
  }

  async #readInstalled(item: InstalledPackage): Promise<CatalogPort | undefined> {
    let resolution = await this.#catalog.resolve(item.origin);
    if (resolution.kind === 'port' && originParts(item.origin).flavor === undefined) {
      resolution = await this.#flavorByName(item, resolution);
    }
    const port = this.#note(item.origin, resolution);
    if (port !== undefined) this.#follows.set(item.name, port.origin);
    return port;
  }

  /** A package registered without a flavor is of the flavor that makes a package of its name. */
  async #flavorByName(item: InstalledPackage, byDefault: Resolution & {kind: 'port'}): Promise<Resolution> {
    const {port} = byDefault;
    if (port.answers.PKGBASE === item.name) return byDefault;
    for (const flavor of port.flavors) {
      const other = await this.#catalog.resolve(withFlavor(port.origin, flavor));
      if (other.kind === 'port' && other.port.answers.PKGBASE === item.name) return other;
    }
    return byDefault;
  }

  #note(origin: PortOrigin, resolution: Resolution): CatalogPort | undefined {
    if (resolution.kind === 'missing') {
      this.#missing.set(origin, resolution.missing);
      return undefined;
    }
    if (resolution.move !== undefined) this.#moves.set(origin, resolution.move);
    const {port} = resolution;
    this.#packagesDirectory = port.answers.PACKAGES;
    if (!this.#ports.has(port.origin)) this.#ports.set(port.origin, toPort(port));
    const installed = this.#installedFor(port);
    if (installed !== undefined) this.#follows.set(installed.name, port.origin);
    return port;
  }

  /** The package that a port would replace; that of the port's own name goes before others. */
  #installedFor(port: CatalogPort): InstalledPackage | undefined {
    const here = this.#byDirectory.get(portDirectory(port.origin)) ?? [];
    const followers = here.filter(({origin, item}) => {
      if (origin === port.origin || port.flavors.length === 0) return true;
      return originParts(origin).flavor === undefined && item.name === port.answers.PKGBASE;
    });
    return (followers.find(({item}) => item.name === port.answers.PKGBASE) ?? followers[0])?.item;
  }

  /** Reads what the port's build needs, if it will be built, and adds the ports found to what has to be looked into. */
  async #lookInto(port: CatalogPort, isUnmet: boolean, add: (look: Look) => void): Promise<void> {
    const known = this.#ports.get(port.origin);
    if (known === undefined) throw new Error(`Internal error: ${port.origin} was not noted`);
    if (this.#looked.has(port.origin)) return;
    const installed = this.#installedFor(port);
    if (!isUnmet && !this.#options.willBuild(known, installed)) {
      if (installed !== undefined && !this.#options.all) this.#lookBehind(installed, add);
      return;
    }
    this.#looked.add(port.origin);
    const found = await this.#dependencies.read(port);
    this.#ports.set(port.origin, toPort(port, {...found, ...(await this.#filesOf(port))}));
    for (const {asked, resolution, isUnmet} of found.needed) {
      const needed = this.#note(asked, resolution);
      if (needed === undefined) continue;
      this.#known += 1;
      add({port: () => Promise.resolve(needed), isUnmet});
    }
  }

  /** What the port's own files say; only ports that will be built are worth the look. */
  async #filesOf({
    origin,
    answers,
    digest,
  }: CatalogPort): Promise<{fingerprint: string; distfileBytes?: number}> {
    const directory = join(this.#options.world.portsDirectory, portDirectory(origin));
    const [fingerprint, bytes] = await Promise.all([
      fingerprintOf(digest, foldersOf(answers, directory)),
      distfileBytes(answers.DISTINFO_FILE, distfilesOf(answers)),
    ]);
    return {fingerprint, ...(bytes === undefined ? {} : {distfileBytes: bytes})};
  }

  /** What an up-to-date package runs with may be out of date itself. */
  #lookBehind(item: InstalledPackage, add: (look: Look) => void): void {
    for (const name of item.dependencies) {
      const needed = this.#packages.get(name);
      if (needed === undefined || this.#behind.has(name)) continue;
      this.#behind.add(name);
      this.#known += 1;
      add({port: () => this.#readInstalled(needed), isUnmet: false});
    }
  }
}
