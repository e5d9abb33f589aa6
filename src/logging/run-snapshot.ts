import type {HoldReason} from '../model/hold.js';
import type {PortOrigin} from '../model/origin.js';
import type {Phase} from '../model/plan.js';
import type {SecondTry} from '../model/second-try.js';
import type {EndingReason, StepStatus} from '../model/summary.js';

/** Where phases run: at a builder, or in the lanes for fetching and for installing. */
export type Lane = 'builder' | 'fetch' | 'install';

/** A phase that is running now. */
export interface ActivePhase {
  readonly origin: PortOrigin;
  readonly phase: Phase;
  readonly lane: Lane;
  readonly worker: number;
  /** Processes that a build may run side by side. */
  readonly jobs: number;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly log: string;
  /** Set when it failed once and this is the second try. */
  readonly again?: SecondTry;
}

/** A phase that could start and is held back. */
export interface HeldPhase {
  readonly origin: PortOrigin;
  readonly phase: Phase;
  readonly reason: HoldReason;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** Steps by where they stand; `total` is the sum of the others. */
export type RunCounts = Readonly<Record<'total' | 'waiting' | 'running' | StepStatus, number>>;

/** What is built in a step, where the step is known. */
export interface Named {
  readonly name?: string;
  readonly version?: string;
}

/** A run at one moment, as plain data: what a display needs, and what `portpar status --json` gives for each run. */
export interface RunSnapshot {
  readonly runId: string;
  readonly logDirectory: string;
  /** Milliseconds since 1970: when the run started, and the moment itself. */
  readonly startedAt: number;
  readonly now: number;
  readonly builders: number;
  readonly paused: boolean;
  /** Why nothing new is started, once that is so. */
  readonly ending?: EndingReason;
  readonly counts: RunCounts;
  /** Builders by number, then the fetch and install lanes, each by worker and start. */
  readonly active: readonly (ActivePhase & Named)[];
  /** What could start now and is held back, longest first: none while all builders are at work, or in a pause. */
  readonly held: readonly (HeldPhase & Named)[];
  /** Expected time to the end, where it can be told. */
  readonly remainingMs?: number;
}
