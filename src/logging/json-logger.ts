import type {RunEvent} from '../model/event.js';
import type {Logger} from './logger.js';
import type {TextSink} from './sink.js';

/** One event as one line of JSON, without a newline; `at` and `kind` come first. */
export function eventJson(event: RunEvent): string {
  const {at, kind, ...rest} = event;
  return JSON.stringify({at, kind, ...rest});
}

/** Writes every event as one line of JSON. */
export class JsonLogger implements Logger {
  readonly #sink: TextSink;

  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  log(event: RunEvent): void {
    this.#sink.write(`${eventJson(event)}\n`);
  }
}
