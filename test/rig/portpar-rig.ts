import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, test, type TestOptions} from 'node:test';
import {fileURLToPath} from 'node:url';
import type {RunEvent} from '../../src/model/event.js';
import {controlFiles, type FakePackage} from './fake-bin/world.js';
import {PortparProcess, type Ended} from './portpar-rig-process.js';
import {RigWorld, type WorldSketch} from './portpar-rig-world.js';
import {RemoteCommands, type Invocation, type Matcher} from './remote-command.js';

/** The program under test: beside the compiled tests, or, where those were compiled elsewhere, the repository's. */
export const portparProgram = findProgram();

function findProgram(): string {
  const beside = fileURLToPath(new URL('../../../bin/portpar.js', import.meta.url));
  if (existsSync(beside)) return beside;
  const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
  return join(realpathSync(modules), '..', 'bin', 'portpar.js');
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly uid?: number;
  /** Leave `--config` out. */
  readonly withoutConfig?: boolean;
}

/**
 * A world of its own for one test, in which the real portpar runs with stand-ins for make and pkg. The test holds what
 * takes time and lets it go: nothing depends on how fast anything is.
 */
export class PortparRig {
  readonly world: RigWorld;
  readonly commands = new RemoteCommands();
  readonly processes: PortparProcess[] = [];
  readonly #directory: string;

  constructor(sketch: WorldSketch) {
    this.#directory = realpathSync(mkdtempSync(join(tmpdir(), 'portpar-rig-')));
    chmodSync(this.#directory, 0o755); // Other users may look on.
    this.world = new RigWorld(this.#directory, sketch);
  }

  async open(): Promise<void> {
    await this.commands.listen(this.world.socket);
    chmodSync(this.world.socket, 0o777);
  }

  /** The environment of the portpars: nothing of the developer's own reaches them. */
  environment(more: StartOptions['env'] = {}): Record<string, string> {
    const environment = {
      PATH: this.world.bin,
      HOME: join(this.world.root, 'home'),
      SHELL: '/bin/sh',
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
      PKG_DBDIR: join(this.world.root, 'db'),
      ...more,
    };
    return Object.fromEntries(
      Object.entries<string | undefined>(environment).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ),
    );
  }

  /** Starts portpar, without a terminal, on the world's config file. */
  start(args: readonly string[], options: StartOptions = {}): PortparProcess {
    return this.launch(process.execPath, [portparProgram, ...this.#configured(args, options)], options);
  }

  /** Starts another program in the world of portpar. */
  launch(
    program: string,
    args: readonly string[],
    {env, cwd, uid, interactive}: StartOptions & {readonly interactive?: boolean} = {},
  ): PortparProcess {
    const started = new PortparProcess({
      program,
      args,
      cwd: cwd ?? this.world.root,
      env: this.environment(env),
      ...(uid === undefined ? {} : {uid}),
      ...(interactive === undefined ? {} : {interactive}),
    });
    this.processes.push(started);
    return started;
  }

  /** Runs portpar to its end. */
  async run(args: readonly string[], options: StartOptions = {}): Promise<Ended> {
    return this.start(args, options).ended;
  }

  /** The next held call that fits. Rejects, instead of waiting for ever, when every portpar has ended without it. */
  async nextInvocation(matcher: Matcher): Promise<Invocation> {
    const over = Promise.all(this.processes.map(({ended}) => ended)).then(() => undefined);
    const invocation = await Promise.race([this.commands.next(matcher), over]);
    if (invocation === undefined)
      throw new Error(`portpar ended, and there was no call of ${String(matcher)}`);
    return invocation;
  }

  /** From now on the reading of ports waits for the test as `read ORIGIN`. */
  holdReading(): void {
    writeFileSync(join(this.world.control, controlFiles.holdReading), '');
    this.commands.hold('read');
  }

  package(name: string): FakePackage | undefined {
    return this.world.packages.find((item) => item.name === name);
  }

  /** `name-version` of all that is installed, sorted. */
  get installed(): string[] {
    return this.world.packages.map(({name, version}) => `${name}-${version}`).sort();
  }

  /** Every command that was ever started, questions included: its process id, and its line. */
  get calls(): readonly {readonly pid: number; readonly line: string}[] {
    const lines = readFileSync(join(this.world.control, controlFiles.calls), 'utf8').split('\n');
    return lines
      .filter((line) => /^\d+ /.test(line))
      .map((line) => ({pid: Number.parseInt(line, 10), line: line.slice(line.indexOf(' ') + 1)}));
  }

  /** The folders of all runs so far, oldest first. */
  get runs(): string[] {
    const runs = join(this.world.state, 'runs');
    return existsSync(runs)
      ? readdirSync(runs)
          .map((name) => join(runs, name))
          .sort((one, other) => lstatSync(one).birthtimeMs - lstatSync(other).birthtimeMs)
      : [];
  }

  /** The journal of the last run. */
  get journal(): RunEvent[] {
    const run = this.runs.at(-1);
    assert.ok(run !== undefined, 'there was no run');
    const lines = readFileSync(join(run, 'journal.jsonl'), 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as RunEvent);
  }

  /** Asserts that of all process groups that portpar ever started no process runs any more. */
  assertNoProcessLeft(): void {
    const groups = new Set(this.calls.map(({pid}) => pid));
    for (const event of this.runs.length === 0 ? [] : this.journal) {
      if (event.kind === 'command-started') groups.add(event.pid);
    }
    assert.deepEqual(
      processTable().filter(({group}) => groups.has(group)),
      [],
      'processes are left',
    );
  }

  /** Everything in the world by path: what it is, when it was changed, and what is in it. */
  snapshot(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const entry of readdirSync(this.world.root, {withFileTypes: true, recursive: true})) {
      const path = join(entry.parentPath, entry.name);
      const {mode, mtimeMs} = lstatSync(path);
      const content = entry.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
      found[path.slice(this.world.root.length)] = `${mode} ${mtimeMs} ${content}`;
    }
    return found;
  }

  /** Everything that happened, for whoever has to find out why a test failed. */
  transcript(): string {
    const outputs = this.processes.map(
      ({command, stdout, stderr}) => `$ ${command}\n--- stdout\n${stdout}--- stderr\n${stderr}`,
    );
    const logs = this.runs.flatMap((run) =>
      readdirSync(join(run, 'logs')).map(
        (name) => `--- ${name}\n${readFileSync(join(run, 'logs', name), 'utf8')}`,
      ),
    );
    const calls = this.calls.map(({pid, line}) => `${pid} ${line}`);
    return [...outputs, '--- commands', ...calls, `--- held: ${this.commands.held.join(', ')}`, ...logs].join(
      '\n',
    );
  }

  /** Ends what the test has left behind, and takes the world away. */
  async close(): Promise<void> {
    for (const item of this.processes) if (item.isRunning) item.signal('SIGKILL');
    this.commands.close();
    await Promise.all(this.processes.map(({ended}) => ended));
    const groups = new Set(this.calls.map(({pid}) => pid));
    for (const {pid, group} of processTable()) if (groups.has(group)) process.kill(pid, 'SIGKILL');
    rmSync(this.#directory, {recursive: true, force: true});
  }

  #configured(args: readonly string[], {withoutConfig = false}: StartOptions): readonly string[] {
    return withoutConfig ? args : ['--config', this.world.configFile, ...args];
  }
}

/** All processes of this machine that run; zombies do not. */
function processTable(): {readonly pid: number; readonly group: number; readonly command: string}[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,stat=,args='], {encoding: 'utf8'});
  return text.split('\n').flatMap((line) => {
    const [pid, group, state = 'Z', ...command] = line.trim().split(/\s+/);
    return state.startsWith('Z')
      ? []
      : [{pid: Number(pid), group: Number(group), command: command.join(' ')}];
  });
}

/** A test in a world of its own. When it fails, everything that happened in that world is printed. */
export function scenario(
  name: string,
  sketch: WorldSketch,
  body: (rig: PortparRig) => Promise<void>,
  options: TestOptions = {},
): void {
  test(name, options, async () => {
    const rig = new PortparRig(sketch);
    try {
      await rig.open();
      await within(mostMs, body(rig));
      assert.deepEqual(rig.commands.problems, []);
    } catch (error) {
      process.stderr.write(`\nWhat happened in "${name}":\n${rig.transcript()}\n`);
      throw error;
    } finally {
      await rig.close();
    }
  });
}

/** Far more than any scenario takes: one that waits for ever fails, and its world is cleared away. */
const mostMs = 45_000;

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`The scenario did not end within ${ms} ms`));
    }, ms);
  });
  try {
    await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Scenarios of one area of behaviour. Each has a world of its own, so several run side by side. */
export function scenarios(area: string, declare: () => void): void {
  describe(area, {concurrency: 3}, declare);
}
