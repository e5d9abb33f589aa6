import {open, type FileHandle} from 'node:fs/promises';
import {execa, type Result as ExecaResult} from 'execa';
import type {CommandOutcome, CommandSpec} from '../model/command.js';
import type {Captured, CommandRunner, LoggedOptions, StopSignals} from './command.js';
import {signalGroup, sweepGroup} from './process-group.js';

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
    signalGroup(this.#group, 'SIGTERM');
    this.#timer = setTimeout(this.#kill, graceMs);
  };

  readonly #kill = (): void => {
    this.stopped = true;
    signalGroup(this.#group, 'SIGKILL');
  };

  /** To be awaited when the leader has ended: returns once the whole group has. */
  async release(): Promise<void> {
    await sweepGroup(this.#group, this.#signals.kill?.aborted === true ? 0 : graceMs);
    clearTimeout(this.#timer);
    this.#signals.terminate?.removeEventListener('abort', this.#terminate);
    this.#signals.kill?.removeEventListener('abort', this.#kill);
    liveGroups.delete(this.#group);
  }
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
    // The file descriptor itself is handed down: through a pipe, a daemon that a build leaves behind would keep the
    // command from ending.
    const log = await openLog(options.log);
    if (log.kind === 'not-opened') return {kind: 'not-started', code: log.code};
    const descriptor = log.file.fd as 3; // execa takes any number; its types list 3 to 9 only
    const child = execa(spec.program, spec.args, {
      ...common,
      ...place(spec),
      stdin: 'ignore',
      stdout: descriptor,
      stderr: descriptor,
      buffer: false,
    });
    const leash = child.pid === undefined ? undefined : new Leash(child.pid, options);
    if (child.pid !== undefined) options.onStart?.(child.pid);
    const result = await child;
    await leash?.release();
    await log.file.close();
    return outcomeOf(result, leash?.stopped ?? false);
  }
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
