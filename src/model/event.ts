import type {CommandOutcome} from './command.js';
import type {StepFailure} from './failure.js';
import type {PortOrigin} from './origin.js';
import type {HoldReason} from './hold.js';
import type {PhaseMeasurement} from './measurement.js';
import type {Phase, Plan} from './plan.js';
import type {SecondTry} from './second-try.js';
import type {EndingReason, RunSummary, StepCause, StepStatus} from './summary.js';

/** Every event says when it happened, in milliseconds since 1970. */
interface At {
  readonly at: number;
}

/** Everything that happens in a run, in the order of the journal. Execution has no other output. */
export type RunEvent = At &
  (
    | {
        readonly kind: 'run-started';
        readonly runId: string;
        readonly builders: number;
        readonly logDirectory: string;
        readonly command: readonly string[];
        readonly plan: Plan;
      }
    | {
        readonly kind: 'phase-started';
        readonly origin: PortOrigin;
        readonly phase: Phase;
        readonly log: string;
        readonly worker: number;
        readonly jobs: number;
      }
    /** A phase could start now and does not, because of what the machine has left. Said once until it starts. */
    | {
        readonly kind: 'phase-held';
        readonly origin: PortOrigin;
        readonly phase: Phase;
        readonly reason: HoldReason;
      }
    /** A phase failed and is tried once more under other conditions. */
    | {
        readonly kind: 'phase-again';
        readonly origin: PortOrigin;
        readonly phase: Phase;
        readonly how: SecondTry;
        readonly failure: StepFailure;
      }
    | {readonly kind: 'run-paused'}
    | {readonly kind: 'run-resumed'}
    | {readonly kind: 'workers-changed'; readonly builders: number}
    /** Somebody asked for this port to be done before others. */
    | {readonly kind: 'port-pushed'; readonly origin: PortOrigin}
    | {
        readonly kind: 'command-started';
        readonly origin: PortOrigin;
        readonly phase: Phase;
        readonly pid: number;
        readonly argv: readonly string[];
      }
    | {
        readonly kind: 'command-ended';
        readonly origin: PortOrigin;
        readonly phase: Phase;
        readonly outcome: CommandOutcome;
      }
    | {
        readonly kind: 'swap-started';
        readonly origin: PortOrigin;
        readonly packageFile: string;
        readonly backup?: string;
      }
    | {readonly kind: 'swap-finished'; readonly origin: PortOrigin}
    | {
        readonly kind: 'phase-finished';
        readonly origin: PortOrigin;
        readonly phase: Phase;
        readonly durationMs: number;
        readonly outcome: 'succeeded' | 'failed' | 'stopped';
        readonly measured?: PhaseMeasurement;
      }
    | {
        readonly kind: 'step-finished';
        readonly origin: PortOrigin;
        readonly status: StepStatus;
        readonly failure?: StepFailure;
        readonly cause?: StepCause;
        /** The package's own install message (pkg-message). */
        readonly message?: string;
      }
    | {readonly kind: 'run-ending'; readonly reason: EndingReason}
    | {readonly kind: 'warning'; readonly origin?: PortOrigin; readonly text: string}
    | {readonly kind: 'run-finished'; readonly summary: RunSummary}
  );

/** Shorthand for one member of the union. */
export type EventOf<Kind extends RunEvent['kind']> = Extract<RunEvent, {kind: Kind}>;
