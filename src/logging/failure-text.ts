import type {CommandOutcome} from '../model/command.js';
import type {Failure, StepFailure} from '../model/failure.js';
import type {Phase} from '../model/plan.js';
import {unreachable} from '../model/unreachable.js';
import {cleanBlock, cleanLine} from './clean-text.js';
import {outcomeText} from './command-text.js';
import {listOf} from './count-text.js';
import type {Page} from './sink.js';
import {shorten, wrapLine} from './text-shape.js';

/** The parts of a failure's text. */
export interface FailureLines {
  /** What was tried, on what, and how it ended. */
  readonly main: string;
  /** What to do next, sentence by sentence. */
  readonly next: readonly string[];
  /** Lines of the log that look like the error. */
  readonly excerpt: readonly string[];
  readonly log?: string;
}

/** A failure as text that ends with a newline: the main line, what to do next, the first error lines, and the log's path. */
export function failureText(failure: Failure, page: Page): string {
  const {main, next, excerpt, log} = failureLines(failure);
  const {palette, columns} = page;
  const room = columns === undefined ? undefined : columns - 1;
  return [
    ...wrapLine(main, room, '  ').map((line) => palette.bad(line)),
    ...next.flatMap((line) => wrapLine(`  ${line}`, room, '  ')),
    ...excerptLines(excerpt, page, '  '),
    ...(log === undefined ? [] : [`  Log: ${log}`]),
    '',
  ].join('\n');
}

/** Lines of a log as part of another text: marked with a bar, shortened only on a terminal. */
export function excerptLines(excerpt: readonly string[], page: Page, indent: string): string[] {
  return excerpt.map((line) => {
    const shown = `${indent}| ${line}`;
    return page.palette.dim(page.columns === undefined ? shown : shorten(shown, page.columns - 1));
  });
}

/** A failure in parts, every member of the union. */
export function failureLines(failure: Failure): FailureLines {
  switch (failure.kind) {
    case 'invalid-usage':
      return plain(failure.message, failure.hint ?? 'portpar --help lists the options.');
    case 'no-such-port':
      return plain(
        `No installed package and no port in the tree matches ${failure.operand}.`,
        failure.nearest.length > 0
          ? `Did you mean ${listOf(failure.nearest, 'or')}?`
          : 'Give an origin such as www/nginx, the name of an installed package, or a glob of either.',
      );
    case 'invalid-config':
      return plain(
        `${failure.file}:${failure.line === undefined ? '' : `${failure.line}:`} ${failure.message}`,
        failure.hint,
      );
    case 'tool-missing':
      return plain(`The program ${failure.tool} was not found.`, failure.hint);
    case 'no-ports-tree':
      return plain(`There is no ports tree in ${failure.directory}.`, failure.hint);
    case 'not-permitted':
      return plain(`Not permitted to ${failure.action} ${failure.path}.`, failure.hint);
    case 'package-database-unreadable':
      return plain(`The package database could not be read: ${failure.message}`, failure.hint);
    case 'port-unreadable':
      return plain(
        `Reading the port ${failure.origin} failed: ${failure.message}`,
        `Repair the port, or leave it out with -x ${failure.origin}.`,
      );
    case 'lock-held':
      return plain(`Another portpar holds ${failure.path}: ${failure.holder}`, failure.hint);
    case 'file-trouble':
      return plain(`Could not ${failure.action} ${failure.path}: ${failure.message}`, failure.hint);
    case 'not-possible':
      return plain(failure.message, failure.hint);
    case 'phase-failed':
    case 'package-incomplete':
    case 'phase-trouble':
    case 'backup-failed':
    case 'install-failed-restored':
    case 'install-failed-not-restored':
      return stepFailureLines(failure);
    default:
      return unreachable(failure);
  }
}

const phaseNouns = {
  fetch: 'Fetching',
  build: 'Building',
  package: 'Packaging',
  install: 'Installing',
} satisfies Record<Phase, string>;

const phaseAdvice = {
  fetch: "Look at the network and the port's download sites, then run the same command again.",
  build: 'Repair the cause, then run the same command again; finished packages are not built again.',
  package: 'Repair the cause, then run the same command again; the installed package was not touched.',
  install: 'Repair the cause, then run the same command again; finished packages are not built again.',
} satisfies Record<Phase, string>;

/** What ended a step, without what to do next: one line for lists and live output. */
export function stepFailureLine(failure: StepFailure): string {
  return cleanLine(stepFailureLines(failure).main);
}

/** A step's failure in parts. */
export function stepFailureLines(failure: StepFailure): FailureLines {
  const {origin, log} = failure;
  switch (failure.kind) {
    case 'phase-failed':
      return {
        main: `${phaseNouns[failure.phase]} ${origin} ${failedText(failure.outcome)}.`,
        next: [phaseAdvice[failure.phase]],
        excerpt: failure.excerpt.map(excerptLine),
        log,
      };
    case 'package-incomplete':
      return {
        main: sentence(`The new package of ${origin} cannot be used: ${failure.message}`),
        next: ['The installed package was not touched. Repair the cause, then run the same command again.'],
        excerpt: [],
        log,
      };
    case 'phase-trouble':
      return {
        main: sentence(`${phaseNouns[failure.phase]} ${origin} came to a stop: ${failure.message}`),
        next: ['Repair the cause (is the disk full?), then run the same command again.'],
        excerpt: [],
        log,
      };
    case 'backup-failed':
      return {
        main: `Saving the installed package of ${origin} failed, so it was not replaced.`,
        next: ['Make room for the backup and run the same command again, or go without backups with -B.'],
        excerpt: failure.excerpt.map(excerptLine),
        log,
      };
    case 'install-failed-restored':
      return {
        main: `Installing ${origin} failed; ${failure.installed === undefined ? 'it was not installed before and is not now' : `${failure.installed} is installed as before`}.`,
        next: [`The new package is kept for another try: ${failure.packageFile}`],
        excerpt: failure.excerpt.map(excerptLine),
        log,
      };
    case 'install-failed-not-restored':
      return {
        main: `Installing ${origin} failed, and the old package could not be put back.`,
        next: [
          `Put it back with: ${failure.command}`,
          ...(failure.backup === undefined ? [] : [`The old package is saved as: ${failure.backup}`]),
        ],
        excerpt: failure.excerpt.map(excerptLine),
        log,
      };
    default:
      return unreachable(failure);
  }
}

function failedText(outcome: CommandOutcome): string {
  return outcome.kind === 'exited' ? `failed with exit status ${outcome.status}` : outcomeText(outcome);
}

function plain(main: string, hint: string | undefined): FailureLines {
  return {main: sentence(main), next: hint === undefined ? [] : [cleanLine(hint)], excerpt: []};
}

/** One clean line that ends like a sentence. */
function sentence(text: string): string {
  const line = cleanLine(text);
  return /[.!?:;]$/.test(line) ? line : `${line}.`;
}

/** One clean line that keeps its blanks, by which compilers point at a column. */
function excerptLine(line: string): string {
  return cleanBlock(line).replaceAll('\n', ' ').replaceAll('\t', ' ').trimEnd();
}
