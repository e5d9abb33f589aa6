import type {RunEvent} from '../model/event.js';
import {unreachable} from '../model/unreachable.js';
import {eventLine, type EventLineOptions} from './event-line.js';
import {liveLines, usualRows} from './live-lines.js';
import {LiveRegion} from './live-region.js';
import type {Logger} from './logger.js';
import {RunTracker} from './run-tracker.js';
import type {TextSink} from './sink.js';
import {systemTicker, type Ticker} from './ticker.js';

const redrawMs = 1000;

export interface LiveLoggerOptions extends EventLineOptions {
  /** Must be a terminal that understands cursor movements. */
  readonly sink: TextSink;
  readonly ticker?: Ticker;
  /** The expected time to the end of the run, in milliseconds. Asked about once a second. */
  readonly remainingMs?: RemainingMs | undefined;
}

/** Tells, at a moment in milliseconds since 1970, how long a run will still take; undefined where that is not known. */
export type RemainingMs = (now: number) => number | undefined;

/**
 * A terminal's view of a run: who is at work on what, and counts, redrawn on every event and every second. What should stay to
 * be read (ends of steps, warnings) scrolls by above, in the plain logger's words. At the end of the run the view goes away; the
 * summary is the caller's.
 */
export class LiveLogger implements Logger {
  readonly #options: LiveLoggerOptions;
  readonly #ticker: Ticker;
  readonly #region: LiveRegion;
  readonly #tracker = new RunTracker();
  #remaining: {readonly at: number; readonly ms: number | undefined} | undefined;
  #stopTicking: (() => void) | undefined;
  #disposed = false;

  constructor(options: LiveLoggerOptions) {
    this.#options = options;
    this.#ticker = options.ticker ?? systemTicker;
    this.#region = new LiveRegion(options.sink);
  }

  log(event: RunEvent): void {
    this.#tracker.apply(event);
    if (staysOnScreen(event, this.#options.verbose)) {
      const line = eventLine(event, this.#tracker, this.#options);
      if (line !== undefined) this.#region.print(line);
    }
    if (event.kind === 'run-started') this.#stopTicking ??= this.#ticker.every(redrawMs, this.#redraw);
    if (event.kind === 'run-finished') this.dispose();
    else this.#redraw();
  }

  /** Takes the view away and gives the cursor back. Harmless when called again. */
  dispose(): void {
    this.#disposed = true;
    this.#stopTicking?.();
    this.#stopTicking = undefined;
    this.#region.close();
  }

  /**
   * Lets the view stay on the screen and goes on below it. (The terminal itself may have written a line below the view when it
   * was asked for, so what is above cannot be reached any more.)
   */
  printView(): void {
    if (this.#disposed) return;
    this.#region.leave();
    this.#redraw();
  }

  readonly #redraw = (): void => {
    const lines = this.#disposed ? [] : this.#lines();
    if (lines.length > 0) this.#region.draw(lines);
  };

  #lines(): string[] {
    const now = this.#ticker.now();
    const snapshot = this.#tracker.snapshot(now, this.#remainingAt(now));
    if (snapshot === undefined) return [];
    const {sink, palette} = this.#options;
    return liveLines(snapshot, {columns: sink.columns, rows: sink.rows ?? usualRows, palette});
  }

  #remainingAt(now: number): number | undefined {
    const {remainingMs} = this.#options;
    if (remainingMs === undefined || this.#tracker.startedAt === undefined) return undefined;
    if (this.#remaining === undefined || Math.abs(now - this.#remaining.at) >= redrawMs) {
      this.#remaining = {at: now, ms: remainingMs(now)};
    }
    return this.#remaining.ms;
  }
}

/** What is printed above the view; the rest can be seen in it. */
function staysOnScreen(event: RunEvent, verbose: boolean): boolean {
  switch (event.kind) {
    case 'run-started':
    case 'step-finished':
    case 'run-ending':
    case 'warning':
    case 'phase-again':
    case 'run-paused':
    case 'run-resumed':
    case 'workers-changed':
    case 'port-pushed':
      return true;
    case 'phase-held':
    case 'phase-started':
    case 'phase-finished':
    case 'command-started':
    case 'command-ended':
    case 'swap-started':
    case 'swap-finished':
      return verbose;
    case 'run-finished':
      return false;
    default:
      return unreachable(event);
  }
}
