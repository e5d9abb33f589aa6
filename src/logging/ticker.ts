import {everyUnreferenced, type Every} from '../util/every.js';

/** Time for a display: what it is now, and a call every so often. */
export interface Ticker {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back every `intervalMs` until the returned function is called. */
  readonly every: Every;
}

/** The machine's clock. Its timer keeps no process alive. */
export const systemTicker: Ticker = {
  now: () => Date.now(),
  every: everyUnreferenced,
};
