import {elapsedText, remainingText} from './duration-text.js';
import {countOf} from './count-text.js';
import {waitText} from './hold-text.js';
import type {Palette} from './palette.js';
import type {ActivePhase, HeldPhase, Named, RunSnapshot} from './run-snapshot.js';
import {secondTryText} from './again-text.js';
import {padLeft, padRight, shorten} from './text-shape.js';

/** The usual height of a terminal, where it does not tell. */
export const usualRows = 24;

export interface LiveLinesOptions {
  readonly palette: Palette;
  /** Width of the terminal; without it no line is shortened. */
  readonly columns?: number | undefined;
  /** Lines that the terminal has; no more than these, less the one for the cursor, are made. Without it all are. */
  readonly rows?: number | undefined;
}

/** One row before it is laid out. */
interface Row {
  readonly kind: 'active' | 'idle' | 'held';
  readonly place: string;
  readonly time: string;
  readonly subject: string;
}

/**
 * What is going on: a line for each builder, for each fetch, for the install that runs and for each build that is held back,
 * then a line of counts. Every line is narrower than the terminal. Where there are too many, idle builders go first.
 */
export function liveLines(snapshot: RunSnapshot, options: LiveLinesOptions): string[] {
  const {palette, columns, rows = Infinity} = options;
  const cut = (line: string): string =>
    columns === undefined ? line : shorten(line, Math.max(1, columns - 1));
  const {shown, hidden} = fitRows(rowsOf(snapshot), Math.max(1, rows - 2));
  const placeWidth = Math.max(0, ...shown.map(({place}) => place.length));
  const timeWidth = Math.max(0, ...shown.map(({time}) => time.length));
  return [
    ...shown.map(({kind, place, time, subject}) => {
      if (kind === 'idle') return palette.dim(cut(place));
      const line = cut(`${padRight(place, placeWidth)}  ${padLeft(time, timeWidth)}  ${subject}`);
      return kind === 'held' ? palette.doubtful(line) : line;
    }),
    ...(hidden === '' ? [] : [palette.dim(cut(hidden))]),
    palette.strong(cut(countsLine(snapshot))),
  ];
}

function rowsOf({active, held, builders: size, now}: RunSnapshot): Row[] {
  const busy = active.filter(({lane}) => lane === 'builder');
  const taken = new Set(busy.map(({worker}) => worker));
  const idle = Array.from({length: size}, (_, index) => index + 1)
    .filter((worker) => !taken.has(worker))
    .slice(0, Math.max(0, size - busy.length));
  const builders = [
    ...busy.map((phase) => ({worker: phase.worker, row: activeRow(phase, now)})),
    ...idle.map((worker) => ({worker, row: idleRow(worker)})),
  ].sort((one, other) => one.worker - other.worker);
  const others = active.filter(({lane}) => lane !== 'builder');
  return [
    ...builders.map(({row}) => row),
    ...others.map((phase) => activeRow(phase, now)),
    ...held.map((phase) => heldRow(phase, now)),
  ];
}

function activeRow(active: ActivePhase & Named, now: number): Row {
  const {lane, worker, phase, jobs, again, since} = active;
  const notes = [
    ...(phase === 'build' && jobs > 1 ? [countOf(jobs, 'job')] : []),
    ...(again === undefined ? [] : [`second try ${secondTryText(again)}`]),
  ];
  return {
    kind: 'active',
    place: lane === 'builder' ? `builder ${worker}: ${phase}` : lane,
    time: elapsedText(now - since),
    subject: [subjectOf(active), ...notes].join(', '),
  };
}

function heldRow(held: HeldPhase & Named, now: number): Row {
  return {
    kind: 'held',
    place: `held: ${held.phase}`,
    time: elapsedText(now - held.since),
    subject: `${subjectOf(held)}: ${waitText(held.reason)}`,
  };
}

function idleRow(worker: number): Row {
  return {kind: 'idle', place: `builder ${worker}: idle`, time: '', subject: ''};
}

function subjectOf({origin, name, version}: {readonly origin: string} & Named): string {
  return name === undefined || version === undefined ? origin : `${origin} (${name}-${version})`;
}

function fitRows(rows: readonly Row[], most: number): {shown: readonly Row[]; hidden: string} {
  if (rows.length <= most) return {shown: rows, hidden: ''};
  const needed = rows.filter(({kind}) => kind !== 'idle');
  if (needed.length <= most) return {shown: needed, hidden: ''};
  const hidden = needed.slice(most - 1);
  const held = hidden.filter(({kind}) => kind === 'held').length;
  const texts = [
    ...(hidden.length > held ? [`${hidden.length - held} more at work`] : []),
    ...(held > 0 ? [`${held} more held back`] : []),
  ];
  return {shown: needed.slice(0, most - 1), hidden: `and ${texts.join(', ')}`};
}

function countsLine(snapshot: RunSnapshot): string {
  const {total, waiting, running, succeeded, failed, skipped, cancelled} = snapshot.counts;
  const {now, startedAt, remainingMs, ending, paused} = snapshot;
  // How long a pause or the last builds of a run that is ended will last, nobody knows.
  const isKnown = remainingMs !== undefined && ending === undefined && !paused;
  return [
    ...(ending === undefined ? [] : ['ending']),
    ...(paused ? ['paused'] : []),
    `${succeeded}/${total} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
    `${running} running`,
    `${waiting} waiting`,
    elapsedText(now - startedAt),
    ...(isKnown ? [remainingText(remainingMs)] : []),
  ].join(', ');
}
