import {execFile, spawn, type ChildProcess} from 'node:child_process';
import {createHash} from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {lstatSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import type {RunEvent} from '../../src/model/event.js';
import {repositoryPath} from '../unit/repository.js';

/** The lab to test on: a folder with an `env` file that sets PATH, PORTSDIR, PKG_DBDIR … for the real framework and pkg(8). */
export const labDirectory = process.env['PORTPAR_LAB'];

/** Why the suite is skipped, or false. */
export const skipReason =
  labDirectory === undefined
    ? 'PORTPAR_LAB names no lab (the real ports framework and the real pkg(8))'
    : false;

/** What a run changes in a lab. */
const mutableParts = ['local', 'db', 'packages', 'wrk'];

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A lab whose installed system is put back as it was after each test. */
export class Lab {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly #saved: string;
  #state = '';

  private constructor(directory: string, environment: Readonly<Record<string, string>>, saved: string) {
    this.directory = directory;
    this.environment = environment;
    this.#saved = saved;
  }

  /** Reads the lab's environment and keeps a copy of its installed system. */
  static async open(directory: string): Promise<Lab> {
    const {stdout} = await promisify(execFile)('bash', [
      '-c',
      '. "$1" && env -0',
      'env',
      join(directory, 'env'),
    ]);
    const environment = Object.fromEntries(
      stdout
        .split('\0')
        .filter((line) => line.includes('='))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    const saved = mkdtempSync(join(tmpdir(), 'portpar-lab-'));
    const lab = new Lab(directory, {...environment, LAB_DUMMY: '1', LAB_SECONDS: '0.2'}, saved);
    for (const part of mutableParts) await copy(join(directory, part), join(saved, part));
    return lab;
  }

  /** Puts the installed system back, and gives a new state folder. */
  async reset(): Promise<void> {
    for (const part of mutableParts) {
      rmSync(join(this.directory, part), {recursive: true, force: true});
      await copy(join(this.#saved, part), join(this.directory, part));
    }
    if (this.#state !== '') rmSync(this.#state, {recursive: true, force: true});
    this.#state = mkdtempSync(join(tmpdir(), 'portpar-state-'));
    writeFileSync(join(this.#state, 'portpar.toml'), `state_dir = "${this.stateDirectory}"\n`);
  }

  async close(): Promise<void> {
    await this.reset();
    rmSync(this.#state, {recursive: true, force: true});
    rmSync(this.#saved, {recursive: true, force: true});
  }

  get stateDirectory(): string {
    return join(this.#state, 'portpar');
  }

  /** Starts portpar; more variables may be set. */
  start(
    args: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): {child: ChildProcess; end: Promise<Finished>} {
    const config = ['--config', join(this.#state, 'portpar.toml')];
    const child = spawn(process.execPath, [repositoryPath('bin/portpar.js'), ...config, ...args], {
      env: {...this.environment, ...more},
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const end = new Promise<Finished>((resolve) => {
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
      child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
      child.on('close', (status) => {
        resolve({status, stdout, stderr});
      });
    });
    return {child, end};
  }

  async run(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Finished> {
    return this.start(args, more).end;
  }

  /** Runs the lab's pkg(8). */
  async pkg(...args: readonly string[]): Promise<Finished> {
    return new Promise((resolve) => {
      execFile('pkg', [...args], {env: this.environment, maxBuffer: 1e9}, (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
        resolve({status, stdout, stderr});
      });
    });
  }

  /** The journals of all runs so far, oldest first. */
  journals(): RunEvent[][] {
    const runs = join(this.stateDirectory, 'runs');
    if (!existsSync(runs)) return [];
    return readdirSync(runs)
      .sort()
      .map((run) => parseJournal(readFileSync(join(runs, run, 'journal.jsonl'), 'utf8')));
  }

  /** One hash over names, kinds, modes, contents and link targets of everything below the given folders. */
  fingerprint(...folders: readonly string[]): string {
    const hash = createHash('sha256');
    for (const folder of folders) addTree(hash, folder);
    return hash.digest('hex');
  }

  /** Processes that have something of this lab on their command line, zombies and this test aside. */
  async processes(): Promise<string[]> {
    const {stdout} = await promisify(execFile)('ps', ['-A', '-o', 'pid=,stat=,args='], {maxBuffer: 1e8});
    return stdout
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.includes(`${this.directory}/`) && !/^\d+ +Z/.test(line));
  }
}

/** Reads a journal; the last line may be torn. */
export function parseJournal(text: string): RunEvent[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as RunEvent);
}

async function copy(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', from, to]);
}

function addTree(hash: ReturnType<typeof createHash>, path: string): void {
  const info = lstatSync(path, {throwIfNoEntry: false});
  if (info === undefined) {
    hash.update(`${path} absent\n`);
    return;
  }
  hash.update(`${path} ${info.mode}\n`);
  if (info.isSymbolicLink()) hash.update(readlinkSync(path));
  else if (info.isFile()) hash.update(readFileSync(path));
  else if (info.isDirectory()) for (const name of readdirSync(path).sort()) addTree(hash, join(path, name));
}
