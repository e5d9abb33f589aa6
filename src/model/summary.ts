import type {StepFailure} from './failure.js';
import type {PortOrigin} from './origin.js';
import type {Phase, StepAction} from './plan.js';
import type {SecondTry} from './second-try.js';

/**
 * The four ends a step can have. `skipped`: something it waits for failed. `cancelled`: not started, or stopped, because
 * the run ended early. `fetched` ends of a fetch-only run count as succeeded.
 */
export type StepStatus = 'succeeded' | 'failed' | 'skipped' | 'cancelled';

/** The step whose failure kept another one from running. */
export interface StepCause {
  readonly origin: PortOrigin;
}

/** Why a run starts nothing new. */
export type EndingReason =
  /** portpar itself cannot go on. */
  | {readonly kind: 'trouble'; readonly text: string}
  | {readonly kind: 'signal'; readonly signal: string}
  | {readonly kind: 'fail-fast'; readonly origin: PortOrigin};

/** How one step went. */
export interface StepResult {
  readonly origin: PortOrigin;
  readonly action: StepAction;
  readonly from?: string;
  readonly to: string;
  readonly status: StepStatus;
  readonly failure?: StepFailure;
  readonly cause?: StepCause;
  /** The package's own install message (pkg-message), where it has one. */
  readonly message?: string;
  /** Phases that failed once and were tried again, whatever became of it. */
  readonly again?: readonly {readonly phase: Phase; readonly how: SecondTry}[];
  /** Time spent in each phase that ran, in milliseconds. */
  readonly phaseMs: Partial<Readonly<Record<Phase, number>>>;
}

/** How a run went. The results have exactly the steps of the plan, in its order. */
export interface RunSummary {
  readonly runId: string;
  readonly logDirectory: string;
  readonly results: readonly StepResult[];
  readonly wallMs: number;
  readonly builders: number;
  /** Time during which builders were at work, added up over all of them. */
  readonly builderBusyMs: number;
  /** Most builders at work at one moment. */
  readonly mostBuilders: number;
  readonly ending?: EndingReason;
}
