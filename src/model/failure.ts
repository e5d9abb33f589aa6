import type {CommandOutcome} from './command.js';
import type {PortOrigin} from './origin.js';
import type {Phase} from './plan.js';

/**
 * Everything that can go wrong in an expected way. The text for the user is made from these facts by
 * `logging/failure-text.ts`; the exit code by `cli/exit-status.ts`.
 */
export type Failure =
  | {readonly kind: 'invalid-usage'; readonly message: string; readonly hint?: string}
  | {readonly kind: 'no-such-port'; readonly operand: string; readonly nearest: readonly string[]}
  | {
      readonly kind: 'invalid-config';
      readonly file: string;
      readonly line?: number;
      readonly message: string;
      readonly hint?: string;
    }
  | {readonly kind: 'tool-missing'; readonly tool: string; readonly hint: string}
  | {readonly kind: 'no-ports-tree'; readonly directory: string; readonly hint: string}
  | {readonly kind: 'not-permitted'; readonly action: string; readonly path: string; readonly hint: string}
  | {readonly kind: 'package-database-unreadable'; readonly message: string; readonly hint: string}
  | {readonly kind: 'port-unreadable'; readonly origin: PortOrigin; readonly message: string}
  | {readonly kind: 'lock-held'; readonly path: string; readonly holder: string; readonly hint: string}
  | {
      readonly kind: 'file-trouble';
      readonly action: string;
      readonly path: string;
      readonly message: string;
      readonly hint?: string;
    }
  /** What was asked of a run that is under way cannot be done: none is alive, or it is too late for it. */
  | {readonly kind: 'not-possible'; readonly message: string; readonly hint?: string}
  | StepFailure;

/** What can end a step. `excerpt` holds the first lines of the log that look like the error, at most a few. */
export type StepFailure =
  | {
      readonly kind: 'phase-failed';
      readonly origin: PortOrigin;
      readonly phase: Phase;
      readonly outcome: CommandOutcome;
      readonly log: string;
      readonly excerpt: readonly string[];
    }
  | {
      readonly kind: 'package-incomplete';
      readonly origin: PortOrigin;
      readonly log: string;
      /** What is wrong with the freshly made package: missing, unreadable, or without a dependency the port declares. */
      readonly message: string;
    }
  | {
      /** Something of portpar's own work for the phase failed: a note or file that could not be written. */
      readonly kind: 'phase-trouble';
      readonly origin: PortOrigin;
      readonly phase: Phase;
      readonly log: string;
      readonly message: string;
    }
  | {
      readonly kind: 'backup-failed';
      readonly origin: PortOrigin;
      readonly log: string;
      readonly excerpt: readonly string[];
    }
  | {
      readonly kind: 'install-failed-restored';
      readonly origin: PortOrigin;
      readonly log: string;
      readonly excerpt: readonly string[];
      /** The package that is installed again (or still), for instance `foo-1.2`; absent when nothing was installed before. */
      readonly installed?: string;
      /** The new package file, kept for another try. */
      readonly packageFile: string;
    }
  | {
      readonly kind: 'install-failed-not-restored';
      readonly origin: PortOrigin;
      readonly log: string;
      readonly excerpt: readonly string[];
      readonly backup?: string;
      /** The command that puts the old package back. */
      readonly command: string;
    };
