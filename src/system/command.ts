import type {CommandOutcome, CommandSpec} from '../model/command.js';

/** What a captured command printed, and how it ended. */
export interface Captured {
  readonly outcome: CommandOutcome;
  readonly stdout: string;
  readonly stderr: string;
}

/** Two ways to end a command early. Both act on the whole process group, and the command settles only when it is gone. */
export interface StopSignals {
  /** TERM to the group, then KILL after a grace period. */
  readonly terminate?: AbortSignal;
  /** KILL to the group at once. */
  readonly kill?: AbortSignal;
}

/** What a command and all its descendants took. */
export interface CommandUsage {
  /** User and system time in milliseconds. */
  readonly cpuMs?: number;
  /** Greatest resident memory of the whole process group at one moment, in bytes. */
  readonly peakBytes?: number;
}

export interface LoggedOptions extends StopSignals {
  /** File to which stdout and stderr are appended. */
  readonly log: string;
  /** Called once with the process id, which is also the id of the process group. */
  readonly onStart?: (pid: number) => void;
  /** Called once at the end with what could be measured. */
  readonly onUsage?: (usage: CommandUsage) => void;
  /** File descriptors handed down under these numbers (from 3 up). */
  readonly descriptors?: Readonly<Record<number, number>>;
}

/** Runs programs: argv arrays, own process group, stdin closed. Never rejects for anything a program can do. */
export interface CommandRunner {
  /** Runs a short command and keeps what it prints. */
  capture(spec: CommandSpec, stop?: StopSignals): Promise<Captured>;
  /** Runs a long command, its output going to a log file and never through portpar's memory. */
  logged(spec: CommandSpec, options: LoggedOptions): Promise<CommandOutcome>;
}

/** A runner that also knows what its commands hold in memory now, in bytes, by process group. */
export interface MeasuringRunner extends CommandRunner {
  groupMemory(): ReadonlyMap<number, number>;
}
