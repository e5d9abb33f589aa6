import type {RunEvent} from '../model/event.js';
import {eventLine, type EventLineOptions} from './event-line.js';
import type {Logger} from './logger.js';
import {RunTracker} from './run-tracker.js';
import type {TextSink} from './sink.js';

export interface PlainLoggerOptions extends EventLineOptions {
  readonly sink: TextSink;
}

/** One stable line for each event, never cut: for pipes, files and terminals that cannot move the cursor. */
export class PlainLogger implements Logger {
  readonly #options: PlainLoggerOptions;
  readonly #tracker = new RunTracker();

  constructor(options: PlainLoggerOptions) {
    this.#options = options;
  }

  log(event: RunEvent): void {
    this.#tracker.apply(event);
    const line = eventLine(event, this.#tracker, this.#options);
    if (line !== undefined) this.#options.sink.write(`${line}\n`);
  }
}
