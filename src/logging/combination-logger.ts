import type {RunEvent} from '../model/event.js';
import type {Logger} from './logger.js';

/** Passes every event on to several loggers, in their order. A bug in one keeps nothing from the others. */
export class CombinationLogger implements Logger {
  readonly #loggers: readonly Logger[];

  constructor(loggers: readonly Logger[]) {
    this.#loggers = loggers;
  }

  log(event: RunEvent): void {
    this.#each((logger) => {
      logger.log(event);
    });
  }

  dispose(): void {
    this.#each((logger) => logger.dispose?.());
  }

  #each(action: (logger: Logger) => void): void {
    const errors: unknown[] = [];
    for (const logger of this.#loggers) {
      try {
        action(logger);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, 'Internal error: several loggers failed');
  }
}
