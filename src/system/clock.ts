/** Where execution gets the time from, so that tests can make it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

export const systemClock: Clock = {now: () => Date.now()};
