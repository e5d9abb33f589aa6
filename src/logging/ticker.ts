/** Time for a display: what it is now, and a call every so often. */
export interface Ticker {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back every `intervalMs` until the returned function is called. */
  every(intervalMs: number, callback: () => void): () => void;
}

/** The machine's clock. Its timer keeps no process alive. */
export const systemTicker: Ticker = {
  now: () => Date.now(),
  every: (intervalMs, callback) => {
    const timer = setInterval(callback, intervalMs);
    timer.unref();
    return () => {
      clearInterval(timer);
    };
  },
};
