import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {ContractPackage, Step} from './pkg-cases.js';

/** A pkg program under test. */
export interface PkgProgram {
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
}

/** The sandbox's pkg as it is compiled beside these tests. */
export const sandboxPkg: PkgProgram = {
  command: [process.execPath, fileURLToPath(new URL('../../src/sandbox/pkg/main.js', import.meta.url))],
  environment: {},
};

/** The real pkg(8) of a lab: the folder's `env` file, read by a shell, says where it is. */
export function labPkg(lab: string): PkgProgram {
  const text = execFileSync('/bin/sh', ['-c', '. "$1/env" && env -0', 'sh', lab], {encoding: 'utf8'});
  const environment = Object.fromEntries(
    text.split('\0').flatMap((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
  return {command: ['pkg'], environment};
}

/** Variables on top of the program's own; undefined takes one away. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A database, a prefix and package files of a pkg program's own making, in a folder of the test's own. */
export class PkgBench {
  readonly prefix: string;
  readonly packages: string;
  readonly database: string;
  readonly #program: PkgProgram;
  readonly #directory: string;

  constructor(program: PkgProgram, directory: string) {
    this.#program = program;
    this.#directory = directory;
    this.prefix = join(directory, 'prefix');
    this.packages = join(directory, 'packages');
    this.database = join(directory, 'db');
    this.clear();
  }

  /** Forgets all packages and empties the prefix. */
  clear(): void {
    for (const path of [this.prefix, this.database]) {
      rmSync(path, {recursive: true, force: true});
      mkdirSync(path, {recursive: true});
    }
    mkdirSync(join(this.#directory, 'no-repositories'), {recursive: true});
  }

  /** Calls pkg. */
  run(
    args: readonly string[],
    environment: Environment = {},
  ): {status: number | null; stdout: string; stderr: string} {
    const [program, ...first] = this.#program.command;
    const {error, status, stdout, stderr} = spawnSync(program, [...first, ...args], {
      encoding: 'utf8',
      cwd: this.#directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...this.#program.environment,
        PKG_DBDIR: this.database,
        PKG_CACHEDIR: join(this.#directory, 'cache'),
        REPOS_DIR: join(this.#directory, 'no-repositories'),
        ...environment,
      },
    });
    if (error !== undefined) throw error;
    return {status, stdout, stderr};
  }

  /** Where the files of the next package are put together. */
  get stage(): string {
    return join(this.#directory, 'stage');
  }

  /** Makes a package file; each file's text names the file and the package. */
  makePackage(wanted: ContractPackage): void {
    rmSync(this.stage, {recursive: true, force: true});
    for (const file of wanted.files) {
      this.writeFile(join(this.stage, this.prefix, file), `${file} of ${wanted.name}-${wanted.version}\n`);
    }
    this.packStage(wanted);
  }

  /** Makes a package file of what is in the stage. */
  packStage({name, version, files, extra}: ContractPackage, environment: Environment = {}): void {
    const manifest = {
      name,
      version,
      origin: `misc/${name}`,
      comment: `The ${name}`,
      maintainer: 'me@example.org',
      www: 'https://example.org',
      desc: `What ${name} is for`,
      abi: '*',
      arch: '*',
      prefix: this.prefix,
      categories: ['misc'],
      annotations: {flavor: 'blue', tool: 'x'},
      ...extra,
    };
    writeFileSync(join(this.#directory, 'manifest'), JSON.stringify(manifest));
    writeFileSync(join(this.#directory, 'plist'), files.map((file) => `${this.prefix}/${file}\n`).join(''));
    const args = ['create', '-M', 'manifest', '-p', 'plist', '-r', this.stage, '-o', this.packages];
    const {status, stderr} = this.run(args, environment);
    assert.equal(status, 0, `${name}-${version}: ${stderr}`);
  }

  /** Writes a file; those below a `bin` are programs. */
  writeFile(path: string, text: string): void {
    mkdirSync(dirname(path), {recursive: true});
    writeFileSync(path, text);
    chmodSync(path, dirname(path).endsWith('/bin') ? 0o755 : 0o644);
  }

  /** All files and links below the prefix, sorted. */
  files(): readonly string[] {
    return readdirSync(this.prefix, {recursive: true, withFileTypes: true})
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.prefix.length + 1))
      .sort();
  }

  /** Does one step of a case and checks what it says. */
  take(step: Step): void {
    if ('files' in step) assert.deepEqual(this.files(), step.files);
    else if ('write' in step) this.writeFile(join(this.prefix, step.write), step.text);
    else if ('remove' in step) rmSync(join(this.prefix, step.remove));
    else {
      const fill = (text: string): string =>
        text.replaceAll('@P', this.prefix).replaceAll('@F', this.packages);
      const told = this.run(step.pkg.map(fill), step.environment);
      const call = `pkg ${step.pkg.join(' ')}`;
      if (step.out !== undefined) assert.equal(plain(told.stdout), fill(step.out), `${call}\n${told.stderr}`);
      assert.equal(told.status, step.status ?? 0, `${call}\n${told.stdout}${told.stderr}`);
    }
  }
}

/** What pkg(8) may say in between, depending on the history of its database. */
const plain = (stdout: string): string => stdout.replace(/^Updating database digests format:.*\n/gm, '');
