import {setMaxListeners} from 'node:events';
import type {StopSignals} from '../system/command.js';

/**
 * Turns signals into the two ways to end a run. The first SIGINT, SIGTERM or SIGHUP, or a reader of stdout that went away,
 * asks the run to end; a second one ends it at once. Owns the process's signal handlers until `dispose`.
 */
export class StopControl {
  readonly #terminate = new AbortController();
  readonly #kill = new AbortController();
  readonly #handlers: readonly [NodeJS.Signals, () => void][];

  constructor() {
    // Every command that runs listens: Node takes more than ten for a leak, and says so in the middle of a run.
    setMaxListeners(0, this.#terminate.signal, this.#kill.signal);
    const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    this.#handlers = signals.map((signal) => [
      signal,
      () => {
        this.stop(signal);
      },
    ]);
    for (const [signal, handler] of this.#handlers) process.on(signal, handler);
  }

  get signals(): StopSignals {
    return {terminate: this.#terminate.signal, kill: this.#kill.signal};
  }

  /** The signal that ended things, if one did so far: to be asked again after every wait. */
  reason(): string | undefined {
    return this.#terminate.signal.aborted ? String(this.#terminate.signal.reason) : undefined;
  }

  /** Asks to end; asked again, ends at once. */
  stop(signal: string): void {
    if (this.#terminate.signal.aborted) this.#kill.abort(signal);
    else this.#terminate.abort(signal);
  }

  dispose(): void {
    for (const [signal, handler] of this.#handlers) process.off(signal, handler);
  }
}
