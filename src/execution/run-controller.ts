import type {PortOrigin} from '../model/origin.js';

/** What can be changed on a run that is under way. Each change is an event of the run. */
export interface RunController {
  readonly builders: number;
  readonly isPaused: boolean;
  /** Builds beyond the new number go on to their end; no new one takes their place. At least 1. */
  setBuilders(builders: number): void;
  /** Starts nothing new; what runs goes on. */
  pause(): void;
  resume(): void;
  /**
   * Puts a port, and whatever it still waits for, before all others. Gives false when the port is no step of this run or has
   * ended already.
   */
  push(origin: PortOrigin): boolean;
}
