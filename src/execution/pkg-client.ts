import {succeeded, type CommandSpec} from '../model/command.js';
import {parseUnowned} from '../model/package-owners.js';
import type {World} from '../model/world.js';
import {messageFor} from './package-message.js';
import type {Captured, CommandRunner} from '../system/command.js';

/** How often pkg(8) tries to get the database, a second apart (pkg.conf(5)); its own default is 5. */
const lockRetries = '180';

/** So many paths fit on a command line, however long they are. */
const pathsPerCall = 200;

/** What pkg(8) says of one installed package at this moment. */
export interface PackageState {
  readonly name: string;
  readonly version: string;
  readonly origin: string;
  readonly automatic: boolean;
  readonly locked: boolean;
  /** Not to be removed (pkg-set(8), `-v`). */
  readonly vital: boolean;
  readonly annotations: ReadonlyMap<string, string>;
}

/** What the manifest of a package file says. */
export interface PackageFileInfo {
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly string[];
}

/** The calls of pkg(8) that execution makes. Queries read; commands are specs, so that their output goes to the log. */
export class PkgClient {
  readonly #runner: CommandRunner;
  readonly #world: World;
  /** Remote repositories play no part in installing a file of our own. */
  readonly #withoutRepositories: readonly string[];

  constructor(runner: CommandRunner, world: World, emptyDirectory: string) {
    this.#runner = runner;
    this.#world = world;
    this.#withoutRepositories = ['-o', `REPOS_DIR=${emptyDirectory}`];
  }

  /** Undefined when no package of that name is installed; throws nothing, a failing pkg counts as undefined too. */
  async state(name: string): Promise<PackageState | undefined> {
    // One line for each annotation, and one with an empty tag for a package without any.
    const {outcome, stdout} = await this.#query(['%n\t%v\t%o\t%a\t%k\t%V\t%At\t%Av', name]);
    const rows = stdout.split('\n').map((line) => line.split('\t'));
    const [found, version, origin, automatic, locked, vital] = rows[0] ?? [];
    if (!succeeded(outcome) || found !== name || version === undefined) return undefined;
    const annotations = rows.flatMap((row): [string, string][] => {
      const [tag = '', ...value] = row.slice(6);
      return tag === '' ? [] : [[tag, value.join('\t')]];
    });
    return {
      name,
      version,
      origin: origin ?? '',
      automatic: automatic === '1',
      locked: locked === '1',
      vital: vital === '1',
      annotations: new Map(annotations),
    };
  }

  /** Reads a package file's manifest; undefined when pkg(8) cannot read it. */
  async inspect(file: string): Promise<PackageFileInfo | undefined> {
    const [basics, dependencies] = await Promise.all([
      this.#query(['-F', file, '%n\t%v']),
      this.#query(['-F', file, '%dn']),
    ]);
    const [name, version] = basics.stdout.split('\n')[0]?.split('\t') ?? [];
    if (!succeeded(basics.outcome) || name === undefined || version === undefined) return undefined;
    return {name, version, dependencies: dependencies.stdout.split('\n').filter((line) => line !== '')};
  }

  /** `name-version` of all that is installed now, by name. */
  async labels(): Promise<ReadonlyMap<string, string>> {
    const {stdout} = await this.#query(['-a', '%n\t%v']);
    const rows = stdout.split('\n').map((line) => line.split('\t'));
    return new Map(rows.map(([name = '', version = '']) => [name, `${name}-${version}`]));
  }

  /**
   * What an installed package has to say to its user at this occasion, '' when it says nothing. Some releases of pkg(8)
   * print nothing for `%M`, hence `pkg info -D`; `%M` is asked only where that is not known.
   */
  async message(name: string, occasion: 'install' | 'upgrade'): Promise<string> {
    const info = await this.#capture(['info', '-q', '-D', name]);
    if (succeeded(info.outcome)) return messageFor(occasion, info.stdout);
    const query = await this.#query(['%M', name]);
    return succeeded(query.outcome) ? query.stdout.trim() : '';
  }

  /** True when some installed package has this origin (without flavor). */
  async hasOrigin(origin: string): Promise<boolean> {
    return (await this.#query(['-a', '%o'])).stdout.split('\n').includes(origin);
  }

  /** The files of an installed package with the checksums they were registered with; undefined when pkg(8) does not tell. */
  async files(name: string): Promise<ReadonlyMap<string, string> | undefined> {
    const {outcome, stdout} = await this.#query(['%Fp\t%Fs', name]);
    if (!succeeded(outcome)) return undefined;
    const rows = stdout.split('\n').filter((line) => line.startsWith('/'));
    return new Map(rows.map((line) => [line.split('\t')[0] ?? '', line.split('\t')[1] ?? '']));
  }

  /** Those of the paths of which pkg(8) says outright that no package owns them. */
  async unowned(paths: readonly string[]): Promise<ReadonlySet<string>> {
    const unowned = new Set<string>();
    for (let from = 0; from < paths.length; from += pathsPerCall) {
      const {stdout} = await this.#capture(['which', ...paths.slice(from, from + pathsPerCall)]);
      for (const path of parseUnowned(stdout)) unowned.add(path);
    }
    return unowned;
  }

  /** True when all files of an installed package are there with the checksums they were registered with. */
  async isWhole(name: string): Promise<boolean> {
    const {outcome} = await this.#capture(['check', '-q', '-s', name]);
    return succeeded(outcome);
  }

  /** What pkg(8) would do with the file, as it prints it (`-n`). */
  async forecast(file: string): Promise<string> {
    const args = [...this.#withoutRepositories, 'install', '-n', '-U', '-f', file];
    return (await this.#capture(args)).stdout;
  }

  backup(name: string, directory: string): CommandSpec {
    return this.#spec(['create', '-q', '-o', directory, name]);
  }

  install(file: string, options: {readonly force: boolean; readonly automatic: boolean}): CommandSpec {
    return this.#write([
      ...this.#withoutRepositories,
      'install',
      '-y',
      '-U',
      ...forced(options.force),
      ...(options.automatic ? ['-A'] : []),
      file,
    ]);
  }

  rename(from: string, to: string): CommandSpec {
    return this.#write(['set', '-y', '-n', `${from}:${to}`]);
  }

  changeOrigin(from: string, to: string): CommandSpec {
    return this.#write(['set', '-y', '-o', `${from}:${to}`]);
  }

  setAutomatic(name: string, automatic: boolean): CommandSpec {
    return this.#write(['set', '-y', '-A', automatic ? '1' : '0', name]);
  }

  setVital(name: string): CommandSpec {
    return this.#write(['set', '-y', '-v', '1', name]);
  }

  annotate(name: string, tag: string, value: string): CommandSpec {
    return this.#write(['annotate', '-q', '-y', '-A', name, tag, value]);
  }

  delete(name: string): CommandSpec {
    return this.#write(['delete', '-q', '-y', '-f', name]);
  }

  /** The command as a person would type it. */
  typed(spec: CommandSpec): string {
    return [spec.program, ...spec.args].join(' ');
  }

  #spec(args: readonly string[]): CommandSpec {
    return {program: this.#world.pkg, args, env: this.#world.environment};
  }

  /** A command that changes the package database: another pkg may be at work on it, and is given time to finish. */
  #write(args: readonly string[]): CommandSpec {
    const spec = this.#spec(args);
    return {...spec, env: {...spec.env, LOCK_RETRIES: lockRetries}};
  }

  #query(args: readonly string[]): Promise<Captured> {
    return this.#capture(['query', ...args]);
  }

  #capture(args: readonly string[]): Promise<Captured> {
    return this.#runner.capture(this.#spec(args));
  }
}

function forced(force: boolean): string[] {
  return force ? ['-f'] : [];
}
