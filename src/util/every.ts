/** Calls back every so often until the returned function is called. */
export type Every = (intervalMs: number, callback: () => void) => () => void;

/** With the machine's own timer, which keeps no process alive. */
export const everyUnreferenced: Every = (intervalMs, callback) => {
  const timer = setInterval(callback, intervalMs).unref();
  return () => {
    clearInterval(timer);
  };
};
