import type {PortOrigin} from './origin.js';

/** One port of a chain of ports that wait for each other, with the time of its phases on that chain in milliseconds. */
export interface ForecastLink {
  readonly origin: PortOrigin;
  readonly ms: number;
}

/** How long a run is expected to take. All times in milliseconds. */
export interface Forecast {
  readonly ms: number;
  readonly builders: number;
  /** What other numbers of builders would make of it. */
  readonly others: readonly {readonly builders: number; readonly ms: number}[];
  /** The chain that takes longest: no number of builders makes the run shorter than it. */
  readonly chain: readonly ForecastLink[];
  readonly chainMs: number;
  readonly foundation: Foundation;
}

/** How well founded a plan's times are: how many of its steps rest on what. */
export interface Foundation {
  /** The phase that takes longest was measured for this very port. */
  readonly measured: number;
  /** It was told from other ports. */
  readonly estimated: number;
  /** Nothing of the kind was ever measured here. */
  readonly guessed: number;
}
