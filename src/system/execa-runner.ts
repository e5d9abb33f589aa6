import {closeSync, openSync, readSync, unlinkSync} from 'node:fs';
import {open, type FileHandle} from 'node:fs/promises';
import {execa, type Result as ExecaResult} from 'execa';
import type {CommandOutcome, CommandSpec} from '../model/command.js';
import type {Captured, CommandRunner, LoggedOptions, StopSignals} from './command.js';
import {signalGroup, sweepGroup} from './process-group.js';
import {cannotStart} from './program-path.js';
import {GroupMemory} from './usage-memory.js';
import {readTimedEnd, timedSpec} from './usage-times.js';

/** How long a process group has between TERM and KILL. */
const graceMs = 5000;

/** Groups that are alive now; whatever ends portpar ends them too. */
const liveGroups = new Set<number>();
process.on('exit', () => {
  for (const group of liveGroups) signalGroup(group, 'SIGKILL');
});

const common = {
  detached: true,
  reject: false,
  extendEnv: true,
  stripFinalNewline: false,
} as const;

function place(spec: CommandSpec): {cwd?: string; env?: Record<string, string | undefined>} {
  return {
    ...(spec.cwd === undefined ? {} : {cwd: spec.cwd}),
    ...(spec.env === undefined ? {} : {env: {...spec.env}}),
  };
}

/** Ends a running group when asked to; `stopped` tells afterwards whether it was asked. */
class Leash {
  stopped = false;
  #timer: NodeJS.Timeout | undefined;
  /** When the group was told to end. */
  #toldAt: number | undefined;
  readonly #group: number;
  readonly #signals: StopSignals;

  constructor(group: number, signals: StopSignals) {
    this.#group = group;
    this.#signals = signals;
    liveGroups.add(group);
    signals.terminate?.addEventListener('abort', this.#terminate, {once: true});
    signals.kill?.addEventListener('abort', this.#kill, {once: true});
    if (signals.kill?.aborted === true) this.#kill();
    else if (signals.terminate?.aborted === true) this.#terminate();
  }

  readonly #terminate = (): void => {
    this.stopped = true;
    this.#toldAt = Date.now();
    signalGroup(this.#group, 'SIGTERM');
    this.#timer = setTimeout(this.#kill, graceMs);
  };

  readonly #kill = (): void => {
    this.stopped = true;
    signalGroup(this.#group, 'SIGKILL');
  };

  /** To be awaited when the leader has ended: returns once the whole group has. */
  async release(): Promise<void> {
    const isTold = this.#toldAt !== undefined;
    const leftMs = graceMs - (Date.now() - (this.#toldAt ?? Date.now()));
    await sweepGroup(this.#group, this.#signals.kill?.aborted === true ? 0 : leftMs, {isTold});
    clearTimeout(this.#timer);
    this.#signals.terminate?.removeEventListener('abort', this.#terminate);
    this.#signals.kill?.removeEventListener('abort', this.#kill);
    liveGroups.delete(this.#group);
  }
}

/** execa takes any number of descriptors; its types know them up to 9 only. */
type NumberedStdio = ['ignore' | 3, 3, 3];

/**
 * The descriptors from 3 up, for execa's list: those that are not named are not open in the command (Node marks all of its
 * own close-on-exec).
 */
function handedDown(descriptors: Readonly<Record<number, number>> = {}): (number | 'ignore')[] {
  const numbers = Object.keys(descriptors).map(Number);
  if (numbers.some((number) => number < 3)) throw new Error('Internal error: only descriptors from 3 up');
  const count = Math.max(2, ...numbers) - 2;
  return Array.from({length: count}, (_, index) => descriptors[index + 3] ?? 'ignore');
}

function outcomeOf(
  result: Pick<ExecaResult, 'exitCode' | 'signal' | 'code'>,
  stopped: boolean,
): CommandOutcome {
  if (stopped) return {kind: 'stopped'};
  if (result.exitCode !== undefined) return {kind: 'exited', status: result.exitCode};
  if (result.signal !== undefined) return {kind: 'signalled', signal: result.signal};
  return {kind: 'not-started', code: result.code ?? 'unknown'};
}

/** Runs programs with execa; the only place that does. */
export class ExecaRunner implements CommandRunner {
  readonly #memory: GroupMemory;

  constructor({memory = new GroupMemory()}: {readonly memory?: GroupMemory} = {}) {
    this.#memory = memory;
  }

  async capture(spec: CommandSpec, stop: StopSignals = {}): Promise<Captured> {
    if (stop.terminate?.aborted === true) return {outcome: {kind: 'stopped'}, stdout: '', stderr: ''};
    const child = execa(spec.program, spec.args, {
      ...common,
      ...place(spec),
      stdin: 'ignore',
      maxBuffer: 1_000_000_000,
    });
    const leash = child.pid === undefined ? undefined : new Leash(child.pid, stop);
    const result = await child;
    await leash?.release();
    return {
      outcome: outcomeOf(result, leash?.stopped ?? false),
      stdout: result.stdout,
      stderr: result.stderr,
    };
  }

  async logged(spec: CommandSpec, options: LoggedOptions): Promise<CommandOutcome> {
    if (options.terminate?.aborted === true) return {kind: 'stopped'};
    const reason = options.onUsage === undefined ? undefined : cannotStart(spec);
    // The file descriptor itself is handed down: through a pipe, a daemon that a build leaves behind would keep the
    // command from ending.
    const log = await openLog(options.log);
    if (log.kind === 'not-opened') return {kind: 'not-started', code: log.code};
    try {
      if (reason !== undefined) return {kind: 'not-started', code: reason};
      const said = options.onUsage === undefined ? undefined : openNameless(`${options.log}.usage`);
      if (said !== undefined) return await this.#timed(spec, options, log.file.fd, said);
      const outcome = await this.#plain(spec, options, log.file.fd);
      options.onUsage?.({});
      return outcome;
    } finally {
      await log.file.close();
    }
  }

  /** What each running command whose usage is asked for holds in memory, in bytes, by process group. */
  groupMemory(): ReadonlyMap<number, number> {
    return this.#memory.now();
  }

  async #plain(spec: CommandSpec, options: LoggedOptions, log: number): Promise<CommandOutcome> {
    const child = execa(spec.program, spec.args, {
      ...common,
      ...place(spec),
      stdio: ['ignore', log, log, ...handedDown(options.descriptors)] as NumberedStdio,
      buffer: false,
    });
    const leash = child.pid === undefined ? undefined : new Leash(child.pid, options);
    if (child.pid !== undefined) options.onStart?.(child.pid);
    const result = await child;
    await leash?.release();
    return outcomeOf(result, leash?.stopped ?? false);
  }

  async #timed(
    spec: CommandSpec,
    options: LoggedOptions,
    log: number,
    said: number,
  ): Promise<CommandOutcome> {
    const timed = timedSpec(spec);
    try {
      const child = execa(timed.program, timed.args, {
        ...common,
        ...place(timed),
        stdio: [log, said, said, ...handedDown(options.descriptors)] as NumberedStdio,
        buffer: false,
      });
      const leash = child.pid === undefined ? undefined : new Leash(child.pid, options);
      const unwatch = child.pid === undefined ? undefined : this.#memory.watch(child.pid);
      if (child.pid !== undefined) options.onStart?.(child.pid);
      const result = await child;
      await leash?.release();
      const peakBytes = unwatch?.();
      const {cpuMs, signal} = readTimedEnd(readStart(said), result.exitCode);
      const usage = {
        ...(cpuMs === undefined ? {} : {cpuMs}),
        ...(peakBytes === undefined ? {} : {peakBytes}),
      };
      if (child.pid !== undefined) options.onUsage?.(usage);
      const outcome = outcomeOf(result, leash?.stopped ?? false);
      return outcome.kind === 'exited' && signal !== undefined ? {kind: 'signalled', signal} : outcome;
    } finally {
      closeSync(said);
    }
  }
}

/**
 * A file that goes with its descriptor; undefined where none can be made, and then nothing is measured. A pipe would do as
 * well, at several times the cost of a short command.
 */
function openNameless(path: string): number | undefined {
  try {
    const file = openSync(path, 'w+', 0o600);
    unlinkSync(path);
    return file;
  } catch {
    return undefined;
  }
}

/** The first few lines of an open file, from its beginning. */
function readStart(file: number): string {
  const buffer = Buffer.alloc(4096);
  return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, 0));
}

type OpenedLog =
  {readonly kind: 'opened'; readonly file: FileHandle} | {readonly kind: 'not-opened'; readonly code: string};

async function openLog(path: string): Promise<OpenedLog> {
  try {
    return {kind: 'opened', file: await open(path, 'a')};
  } catch (error) {
    return {kind: 'not-opened', code: `${(error as NodeJS.ErrnoException).code ?? 'unknown'} ${path}`};
  }
}
