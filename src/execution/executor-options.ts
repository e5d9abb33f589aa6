import type {RunEvent} from '../model/event.js';
import type {Budget} from '../scheduling/admission.js';
import type {Clock} from '../system/clock.js';
import type {StopSignals} from '../system/command.js';
import type {PhaseRunner} from './phase-runner.js';

/** Tells what builds may use, and when that has changed while one is held back. */
export interface BudgetWatch {
  /** The newest that is known; asked before each start. */
  budget(): Budget;
  /** Looks again, and calls back once when there is something new. Called while builds are held back. */
  whenChanged(callback: () => void): void;
}

/** What a run is carried out with. */
export interface ExecutorOptions {
  readonly runId: string;
  readonly command: readonly string[];
  readonly logDirectory: string;
  readonly builders: number;
  readonly fetchers: number;
  /** Processes that all builds together are to run. */
  readonly jobsTotal: number;
  readonly failFast: boolean;
  readonly phases: PhaseRunner;
  readonly clock: Clock;
  /** Takes every event, in order, before what it tells of is acted on. */
  readonly emit: (event: RunEvent) => void;
  /** `terminate` ends the run: nothing new starts, and running phases are told to end. */
  readonly stop: StopSignals;
  /** What builds may use; without it, whatever they want. */
  readonly watch?: BudgetWatch;
}
