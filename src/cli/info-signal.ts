import {constants} from 'node:os';

/** Says what goes on, to whoever asked with a signal. */
export type Report = () => void;

/**
 * The signals that ask a process what it does: SIGINFO where there is one (^T on the terminals of the BSDs, stty(1)), and
 * SIGUSR1 everywhere. Node keeps SIGUSR1 for starting its debugger, which nobody wants in a program that runs as root; a
 * handler takes the signal over, so this has to be made before anything else.
 */
export const infoSignals: readonly NodeJS.Signals[] = [
  ...('SIGINFO' in constants.signals ? (['SIGINFO'] as const) : []),
  'SIGUSR1',
];

/** Answers the signals from now on. The report that was put up last is given; `idle` where none is up. */
export class InfoSignal {
  readonly #reports: Report[] = [];
  readonly #idle: Report;

  constructor(idle: Report) {
    this.#idle = idle;
    for (const signal of infoSignals) process.on(signal, this.#answer);
  }

  /** Puts a report up; it is taken down by calling the function that comes back. */
  show(report: Report): () => void {
    this.#reports.push(report);
    return () => {
      const index = this.#reports.lastIndexOf(report);
      if (index >= 0) this.#reports.splice(index, 1);
    };
  }

  dispose(): void {
    for (const signal of infoSignals) process.off(signal, this.#answer);
  }

  readonly #answer = (): void => {
    (this.#reports.at(-1) ?? this.#idle)();
  };
}
