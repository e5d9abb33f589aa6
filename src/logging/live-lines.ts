import type {Palette} from './palette.js';
import {elapsedText} from './duration-text.js';
import {subjectText} from './event-line.js';
import type {ActivePhase, RunTracker} from './run-tracker.js';
import {padLeft, padRight, shorten} from './text-shape.js';

export interface LiveLinesOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly columns: number;
  /** Lines that the terminal has; no more than these, less the one for the cursor, are made. */
  readonly rows: number;
  readonly palette: Palette;
}

/** One row before it is laid out. */
interface Row {
  readonly place: string;
  readonly time: string;
  readonly subject: string;
  readonly idle: boolean;
}

/**
 * What is going on, for a live display: a line for each builder, for each fetch and for the install that runs, then a line of
 * counts. Every line is narrower than the terminal. Where there are too many, idle builders go first.
 */
export function liveLines(tracker: RunTracker, options: LiveLinesOptions): string[] {
  const room = Math.max(1, options.columns - 1);
  const rows = fitRows(rowsOf(tracker, options.now), Math.max(1, options.rows - 2));
  const placeWidth = Math.max(0, ...rows.shown.map(({place}) => place.length));
  const timeWidth = Math.max(0, ...rows.shown.map(({time}) => time.length));
  const {palette} = options;
  return [
    ...rows.shown.map((row) => {
      if (row.idle) return palette.dim(shorten(row.place, room));
      return shorten(
        `${padRight(row.place, placeWidth)}  ${padLeft(row.time, timeWidth)}  ${row.subject}`,
        room,
      );
    }),
    ...(rows.hidden > 0 ? [palette.dim(shorten(`and ${rows.hidden} more at work`, room))] : []),
    palette.strong(shorten(countsLine(tracker, options.now), room)),
  ];
}

function rowsOf(tracker: RunTracker, now: number): Row[] {
  const {active} = tracker;
  const busy = active.filter(({lane}) => lane === 'builder');
  const taken = new Set(busy.map(({worker}) => worker));
  const idle = Array.from({length: tracker.builders}, (_, index) => index + 1)
    .filter((worker) => !taken.has(worker))
    .slice(0, Math.max(0, tracker.builders - busy.length));
  const builders = [
    ...busy.map((phase) => ({worker: phase.worker, row: activeRow(phase, tracker, now)})),
    ...idle.map((worker) => ({worker, row: idleRow(worker)})),
  ].sort((one, other) => one.worker - other.worker);
  const others = active.filter(({lane}) => lane !== 'builder');
  return [...builders.map(({row}) => row), ...others.map((phase) => activeRow(phase, tracker, now))];
}

function activeRow(active: ActivePhase, tracker: RunTracker, now: number): Row {
  return {
    place: active.lane === 'builder' ? `builder ${active.worker}: ${active.phase}` : active.lane,
    time: elapsedText(now - active.since),
    subject: subjectText(active.origin, tracker),
    idle: false,
  };
}

function idleRow(worker: number): Row {
  return {place: `builder ${worker}: idle`, time: '', subject: '', idle: true};
}

function fitRows(rows: readonly Row[], most: number): {shown: readonly Row[]; hidden: number} {
  if (rows.length <= most) return {shown: rows, hidden: 0};
  const atWork = rows.filter(({idle}) => !idle);
  if (atWork.length <= most) return {shown: atWork, hidden: 0};
  const shown = atWork.slice(0, most - 1);
  return {shown, hidden: atWork.length - shown.length};
}

function countsLine(tracker: RunTracker, now: number): string {
  const {total, waiting, running, succeeded, failed, skipped, cancelled} = tracker.counts;
  const trouble = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
  ];
  const time = elapsedText(now - (tracker.startedAt ?? now));
  return [
    ...(tracker.ending === undefined ? [] : ['ending']),
    `${succeeded}/${total} done`,
    ...trouble,
    `${running} running`,
    `${waiting} waiting`,
    time,
  ].join(', ');
}
