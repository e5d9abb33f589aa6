import {ControlServer} from '../control/control-server.js';
import type {RunController} from '../execution/run-controller.js';
import {failureLines} from '../logging/failure-text.js';
import {LiveLogger, type RemainingMs} from '../logging/live-logger.js';
import {liveLines} from '../logging/live-lines.js';
import type {Logger} from '../logging/logger.js';
import {RunTracker} from '../logging/run-tracker.js';
import type {RunSnapshot} from '../logging/run-snapshot.js';
import {pageFor} from '../logging/sink.js';
import type {RunEvent} from '../model/event.js';
import type {Plan} from '../model/plan.js';
import {systemClock} from '../system/clock.js';
import type {StopControl} from './stop-control.js';
import type {Terminal} from './terminal.js';

export interface RunWatchOptions {
  readonly plan: Plan;
  /** `runs/ID` in the state directory. */
  readonly runDirectory: string;
  readonly terminal: Terminal;
  readonly control: StopControl;
  /** Whoever shows the run: a live view is asked for the table that the information signal wants. */
  readonly logger: Logger;
  readonly remainingMs?: RemainingMs | undefined;
  /** Takes a warning that belongs into the run's events. */
  readonly warn: (text: string) => void;
}

/** How a run can be looked at and led while it goes on: by the information signal, and from another terminal. */
export class RunWatch {
  readonly #options: RunWatchOptions;
  readonly #tracker = new RunTracker();
  readonly #hide: () => void;
  #server: ControlServer | undefined;

  /** Answers the information signal from now on. */
  constructor(options: RunWatchOptions) {
    this.#options = options;
    this.#hide = options.terminal.info.show(this.#print);
  }

  /** To be called with every event, in order. */
  log(event: RunEvent): void {
    this.#tracker.apply(event);
  }

  /** Lets `portpar ctl` and `portpar status` in. Where that is not possible, the run goes on with a warning. */
  async listen(controller: RunController): Promise<void> {
    const {plan, runDirectory, control, warn} = this.#options;
    const opened = await ControlServer.open({
      runDirectory,
      run: {
        controller,
        steps: plan.steps,
        snapshot: () => this.#snapshot(),
        stop: () => {
          control.stop('SIGTERM');
        },
      },
    });
    if (opened.ok) this.#server = opened.value;
    else
      for (const failure of opened.failures)
        warn(`portpar ctl and status cannot be used: ${failureLines(failure).main}`);
  }

  /** Takes the socket away and leaves the signal to others. */
  async close(): Promise<void> {
    this.#hide();
    await this.#server?.close();
  }

  #snapshot(): RunSnapshot | undefined {
    const now = systemClock.now();
    return this.#tracker.snapshot(now, this.#options.remainingMs?.(now));
  }

  readonly #print = (): void => {
    const {logger, terminal} = this.#options;
    if (logger instanceof LiveLogger) {
      logger.printView();
      return;
    }
    const snapshot = this.#snapshot();
    if (snapshot === undefined) return;
    terminal.err.write(`${liveLines(snapshot, pageFor(terminal.err, terminal.palette)).join('\n')}\n`);
  };
}
