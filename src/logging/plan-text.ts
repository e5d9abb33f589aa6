import type {Forecast} from '../model/forecast.js';
import type {Plan, Step} from '../model/plan.js';
import {portDirectory} from '../model/origin.js';
import {forecastSentences} from './forecast-text.js';
import {leftOutReasonText, reasonText} from './reason-text.js';
import type {Page} from './sink.js';
import {stableJson} from './stable-json.js';
import {deedOf, fromText, leftOutSubject, planCountsText, toText} from './step-text.js';
import {columnWidths, padRight, shorten, wrapLine} from './text-shape.js';

const gap = '  ';
/** Below this many cells the why is put on a line of its own. */
const narrowestWhy = 20;

/**
 * A plan as shown before a run: counts, a table of what is done from which version to which and why, what is left out, and how
 * long it will take. Ends with a newline. On a terminal the why is shortened to the width; without a width nothing is cut.
 */
export function planText(plan: Plan, page: Page, forecast?: Forecast): string {
  const {palette, columns} = page;
  const room = columns === undefined ? undefined : columns - 1;
  const heading =
    plan.steps.length === 0 && plan.leftOut.length === 0
      ? 'Plan: nothing to do, everything is up to date'
      : `Plan: ${planCountsText(plan)}`;
  return [
    ...wrapLine(heading, room, gap).map((line) => palette.strong(line)),
    ...(plan.steps.length === 0 ? [] : ['', ...stepLines(plan.steps, page)]),
    ...(plan.leftOut.length === 0 ? [] : ['', palette.strong('Left out:'), ...leftOutLines(plan, page)]),
    ...(plan.relaxed.length === 0
      ? []
      : ['', palette.strong('Order not kept:'), ...relaxedLines(plan, page)]),
    ...(forecast === undefined ? [] : forecastLines(forecast, page)),
    '',
  ].join('\n');
}

/** The whole plan as one JSON document, with its forecast. The same plan gives the same bytes. */
export function planJson(plan: Plan, forecast?: Forecast): string {
  return stableJson(forecast === undefined ? plan : {...plan, forecast});
}

function forecastLines(forecast: Forecast, {columns}: Page): string[] {
  const room = columns === undefined ? undefined : columns - 1;
  const sentences = forecastSentences(forecast);
  return sentences.length === 0
    ? []
    : ['', ...sentences.flatMap((sentence) => wrapLine(sentence, room, gap))];
}

const headings = ['Action', 'Port', 'From', 'To'];

function stepLines(steps: readonly Step[], {palette, columns}: Page): string[] {
  const rows = steps.map((step) => [deedOf(step), step.origin, fromText(step), toText(step)]);
  const whys = steps.map((step) => step.reasons.map(reasonText).join('; '));
  const widths = columnWidths([headings, ...rows]);
  const used = widths.reduce((sum, width) => sum + gap.length + width, gap.length);
  const room = columns === undefined ? Infinity : columns - 1 - used;
  if (room < narrowestWhy && columns !== undefined) return stackedLines(rows, whys, columns - 1);
  return [
    palette.dim(tableLine(headings, widths, 'Why')),
    ...rows.map((row, index) => tableLine(row, widths, shorten(whys[index] ?? '', room))),
  ];
}

function tableLine(cells: readonly string[], widths: readonly number[], why: string): string {
  const padded = cells.map((cell, index) => gap + padRight(cell, widths[index] ?? 0));
  return `${padded.join('')}${gap}${why}`.trimEnd();
}

/** Two lines for each step where the table does not fit. */
function stackedLines(rows: readonly (readonly string[])[], whys: readonly string[], room: number): string[] {
  return rows.flatMap(([action = '', port = '', from = '', to = ''], index) => [
    ...wrapLine(
      `${gap}${action} ${port} ${from === '-' || from === to ? to : `${from} → ${to}`}`,
      room,
      gap + gap,
    ),
    shorten(`${gap}${gap}${whys[index] ?? ''}`, room),
  ]);
}

function leftOutLines(plan: Plan, {palette, columns}: Page): string[] {
  const room = columns === undefined ? undefined : columns - 1;
  return plan.leftOut.flatMap((item) => {
    const reason = leftOutReasonText(item.reason, item.installed?.name ?? portDirectory(item.origin));
    return wrapLine(`${gap}${leftOutSubject(item)}: ${reason}`, room, gap + gap).map((line) =>
      palette.doubtful(line),
    );
  });
}

function relaxedLines(plan: Plan, {columns}: Page): string[] {
  const room = columns === undefined ? undefined : columns - 1;
  return plan.relaxed.flatMap(({waiting, on}) =>
    wrapLine(
      `${gap}${waiting} does not wait for ${on}: the wait would close a circle through a port that is up to date`,
      room,
      gap + gap,
    ),
  );
}
