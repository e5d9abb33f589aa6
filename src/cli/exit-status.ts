import type {Failure} from '../model/failure.js';
import type {RunSummary} from '../model/summary.js';

/** portpar's exit codes: sysexits(3) where it has one, 128 + signal for a run that was interrupted. */
export const exitStatus = {
  done: 0,
  stepsFailed: 1,
  usage: 64,
  unavailable: 69,
  internal: 70,
  input: 74,
  locked: 75,
  notPermitted: 77,
  config: 78,
} as const;

const signalNumbers: Readonly<Record<string, number>> = {SIGHUP: 1, SIGINT: 2, SIGPIPE: 13, SIGTERM: 15};

/** The exit code for failures that kept a command from doing anything: that of the first. */
export function statusOfFailures(failures: readonly Failure[]): number {
  const [first] = failures;
  switch (first?.kind) {
    case 'invalid-usage':
    case 'no-such-port':
      return exitStatus.usage;
    case 'invalid-config':
      return exitStatus.config;
    case 'tool-missing':
    case 'no-ports-tree':
    case 'package-database-unreadable':
      return exitStatus.unavailable;
    case 'not-permitted':
      return exitStatus.notPermitted;
    case 'lock-held':
      return exitStatus.locked;
    case 'file-trouble':
      return exitStatus.input;
    default:
      return exitStatus.stepsFailed;
  }
}

/** The exit code of a run. */
export function statusOfRun({results, ending}: RunSummary): number {
  if (ending?.kind === 'signal') return statusOfSignal(ending.signal);
  if (ending?.kind === 'trouble') return exitStatus.input;
  return results.every(({status}) => status === 'succeeded') ? exitStatus.done : exitStatus.stepsFailed;
}

/** 130 for SIGINT, 143 for SIGTERM, and so on. */
export function statusOfSignal(signal: string): number {
  return 128 + (signalNumbers[signal] ?? 15);
}
