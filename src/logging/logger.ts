import type {RunEvent} from '../model/event.js';

/** Turns events into something for somebody to read. A logger decides nothing and never fails a run. */
export interface Logger {
  log(event: RunEvent): void;
  /** Gives back what it holds (cursor, timers, files); called once, after the last event. */
  dispose?(): void;
}
