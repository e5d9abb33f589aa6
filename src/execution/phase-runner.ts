import type {RunEvent} from '../model/event.js';
import type {StepFailure} from '../model/failure.js';
import type {PhaseMeasurement} from '../model/measurement.js';
import type {Phase, Step} from '../model/plan.js';
import type {SecondTry} from '../model/second-try.js';
import type {StopSignals} from '../system/command.js';

/** An event without its time: the executor knows when it happened. */
export type Happening = RunEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, 'at'>
    : never
  : never;

/** What a phase is given to work with. */
export interface PhaseContext {
  readonly step: Step;
  readonly phase: Phase;
  readonly log: string;
  /** How many processes a build may run side by side. */
  readonly jobs: number;
  /** Set when this is the second try after a failure. */
  readonly again?: SecondTry;
  readonly stop: StopSignals;
  readonly emit: (happening: Happening) => void;
}

/** How a phase ended. `message` is what the installed package has to say to its user. */
export type PhaseResult = (
  | {readonly kind: 'succeeded'; readonly message?: string}
  /** `again`: under which conditions a second try may do better. */
  | {readonly kind: 'failed'; readonly failure: StepFailure; readonly again?: SecondTry}
  | {readonly kind: 'stopped'}
) & {readonly measured?: PhaseMeasurement};

/** Carries out one phase of one step. Settles only when no process of the phase is left; never rejects for what a port does. */
export interface PhaseRunner {
  run(context: PhaseContext): Promise<PhaseResult>;
}
