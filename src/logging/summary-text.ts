import {originParts} from '../model/origin.js';
import type {Plan, Step} from '../model/plan.js';
import type {EndingReason, RunSummary, StepResult, StepStatus} from '../model/summary.js';
import {unreachable} from '../model/unreachable.js';
import {againTexts} from './again-text.js';
import {cleanBlock} from './clean-text.js';
import {countOf} from './count-text.js';
import {durationText} from './duration-text.js';
import {excerptLines, stepFailureLines} from './failure-text.js';
import type {Page} from './sink.js';
import {changeText, deedOf, deeds, doneText, type Deed} from './step-text.js';
import {columnWidths, padRight, wrapLine} from './text-shape.js';

/** A result beside its step. The plan has a step for every result; where it has none, the result alone has to do. */
interface Item {
  readonly result: StepResult;
  readonly step: Step | undefined;
}

/**
 * What a run did, for people: done, failed with the first error lines and the log, skipped, cancelled, the packages' messages,
 * times, and how to go on. Ends with a newline. `plan` is the plan of that run.
 */
export function summaryText(summary: RunSummary, plan: Plan, page: Page): string {
  const steps = new Map(plan.steps.map((step) => [step.origin, step]));
  const items = summary.results.map((result) => ({result, step: steps.get(result.origin)}));
  if (items.length === 0) return 'Nothing to do, everything is up to date.\n';
  const having = (status: StepStatus): Item[] => items.filter(({result}) => result.status === status);
  const blocks = [
    headingLines(summary, page),
    ...doneBlocks(having('succeeded'), page),
    section('Failed:', failedLines(having('failed'), page), page),
    section(
      'Skipped:',
      having('skipped').flatMap((item) => skippedLines(item, page)),
      page,
    ),
    section('Cancelled:', cancelledLines(having('cancelled'), page), page),
    ...having('succeeded').map((item) => messageLines(item, page)),
    [...wrapped(timesText(summary), page), ...goOnLines(summary, page)],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function headingLines(summary: RunSummary, page: Page): string[] {
  const text = `Run ${summary.runId} ended after ${durationText(summary.wallMs)}: ${statusCounts(summary)}.`;
  return wrapped(text, page).map((line) => page.palette.strong(line));
}

/** `3 succeeded, 1 failed`: statuses that nobody has are left out. */
function statusCounts({results}: RunSummary): string {
  const statuses: readonly StepStatus[] = ['succeeded', 'failed', 'skipped', 'cancelled'];
  return statuses
    .map((status) => ({status, count: results.filter((result) => result.status === status).length}))
    .filter(({count}) => count > 0)
    .map(({status, count}) => `${count} ${status}`)
    .join(', ');
}

function doneBlocks(items: readonly Item[], page: Page): string[][] {
  return deeds.map((deed) => {
    const word = doneText(deed);
    const heading = `${capitalized(word)}:`;
    const members = items.filter((item) => deedOfItem(item) === deed);
    const rows = members.map(({result, step}) => [
      result.origin,
      changeOf({result, step}),
      `in ${durationText(workMs(result))}`,
      againTexts(result).join('; '),
    ]);
    const widths = columnWidths(rows);
    const lines = rows.map((row) =>
      page.palette.good(`  ${row.map((cell, at) => padRight(cell, widths[at] ?? 0)).join('  ')}`.trimEnd()),
    );
    return section(heading, lines, page);
  });
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function deedOfItem({result, step}: Item): Deed {
  return step === undefined ? result.action : deedOf(step);
}

function changeOf({result, step}: Item): string {
  if (step !== undefined) return changeText(step);
  return result.from === undefined || result.from === result.to ? result.to : `${result.from} → ${result.to}`;
}

function workMs({phaseMs}: StepResult): number {
  return Object.values(phaseMs).reduce((sum, ms) => sum + ms, 0);
}

function failedLines(items: readonly Item[], page: Page): string[] {
  return items.flatMap(({result}) => {
    const again = againTexts(result).flatMap((text) => wrapped(`    ${capitalized(text)}.`, page, '    '));
    if (result.failure === undefined) return [`  ${result.origin}`, ...again];
    const {main, next, excerpt, log} = stepFailureLines(result.failure);
    const isOrdinary = result.failure.kind === 'phase-failed' || result.failure.kind === 'package-incomplete';
    return [
      ...wrapped(`  ${main}`, page, '    ').map((line) => page.palette.bad(line)),
      ...again,
      ...(isOrdinary ? [] : next.flatMap((line) => wrapped(`    ${line}`, page, '    '))),
      ...excerptLines(excerpt, page, '    '),
      ...(log === undefined ? [] : [`    Log: ${log}`]),
    ];
  });
}

function skippedLines({result, step}: Item, page: Page): string[] {
  const because = result.cause === undefined ? '' : `: because ${result.cause.origin} failed`;
  const line = `  ${result.origin} (${changeOf({result, step})})${because}`;
  return wrapped(line, page, '    ').map((part) => page.palette.doubtful(part));
}

function cancelledLines(items: readonly Item[], page: Page): string[] {
  return items.map((item) => {
    const line = [`  ${item.result.origin} (${changeOf(item)})`, ...againTexts(item.result)].join('; ');
    return page.palette.doubtful(line);
  });
}

/** The package's message under its heading, as it is: people copy commands from it. */
function messageLines({result, step}: Item, page: Page): string[] {
  const message = cleanBlock(result.message ?? '')
    .replace(/^\n+/, '')
    .trimEnd();
  if (message === '') return [];
  const label =
    step === undefined ? `${originParts(result.origin).name}-${result.to}` : `${step.name}-${step.version}`;
  return [page.palette.strong(`Message from ${label}:`), ...message.split('\n')];
}

/** Times of the run; how well the pool was used is the share of all builders' time that was work. */
function timesText({wallMs, builders, builderBusyMs, mostBuilders}: RunSummary): string {
  const offered = wallMs * builders;
  const share = offered === 0 ? undefined : Math.min(100, Math.round((builderBusyMs / offered) * 100));
  const use = share === undefined ? '' : `, in use ${share} % of the time`;
  if (builderBusyMs === 0) return `Times: ${durationText(wallMs)} in all; nothing was built.`;
  return `Times: ${durationText(wallMs)} in all, ${durationText(builderBusyMs)} of building; ${countOf(builders, 'builder')}${use}, at most ${mostBuilders} at once.`;
}

/** What was not done and how to go on; nothing where all is done. */
function goOnLines({ending, results, logDirectory}: RunSummary, page: Page): string[] {
  const done = results.filter(({status}) => status === 'succeeded').length;
  if (ending === undefined && done === results.length) return [];
  const doneSoFar = `${done} of ${countOf(results.length, 'port')} ${done === 1 || results.length === 1 ? 'was' : 'were'} done`;
  const repair = results.some(({status}) => status === 'failed') ? 'repair what failed and ' : '';
  return [
    ...wrapped(whatHappened(ending, doneSoFar), page).map((line) => page.palette.doubtful(line)),
    ...wrapped(`To go on, ${repair}run the same command again: finished packages are not built again.`, page),
    `Logs: ${logDirectory}`,
  ];
}

function whatHappened(ending: EndingReason | undefined, doneSoFar: string): string {
  if (ending === undefined) return `${doneSoFar}.`;
  switch (ending.kind) {
    case 'signal':
      return `Interrupted by ${ending.signal}: ${doneSoFar}.`;
    case 'trouble':
      return `Ended early because ${ending.text}: ${doneSoFar}.`;
    case 'fail-fast':
      return `Ended early because ${ending.origin} failed and --fail-fast was given: ${doneSoFar}.`;
    default:
      return unreachable(ending);
  }
}

function section(heading: string, lines: readonly string[], {palette}: Page): string[] {
  return lines.length === 0 ? [] : [palette.strong(heading), ...lines];
}

function wrapped(text: string, {columns}: Page, indent = ''): string[] {
  return wrapLine(text, columns === undefined ? undefined : columns - 1, indent);
}
