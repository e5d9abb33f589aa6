import type {EventOf, RunEvent} from '../model/event.js';
import type {PortOrigin} from '../model/origin.js';
import type {EndingReason, StepStatus} from '../model/summary.js';
import {unreachable} from '../model/unreachable.js';
import {secondTryText} from './again-text.js';
import {cleanLine} from './clean-text.js';
import {commandText, outcomeText} from './command-text.js';
import {countOf} from './count-text.js';
import {durationText, timeOfDay} from './duration-text.js';
import {stepFailureLine} from './failure-text.js';
import type {Palette} from './palette.js';
import {holdText} from './hold-text.js';
import type {RunTracker} from './run-tracker.js';
import {deedOf, doneText, fromText} from './step-text.js';

export interface EventLineOptions {
  readonly palette: Palette;
  /** Also the commands themselves. */
  readonly verbose: boolean;
  /** The time of day to show; local time unless a test says otherwise. */
  readonly clockText?: (at: number) => string;
}

/** The parts of a line after the time and the progress: `build www/foo (foo-1.3): started`. */
interface Saying {
  readonly word: string;
  readonly origin?: PortOrigin | undefined;
  readonly text: string;
  readonly tone?: Exclude<keyof Palette, 'strong'>;
}

/**
 * One event as one line, without a newline: `[12:03:55] [3/40] build www/foo (foo-1.3): started`. The numbers are the steps that
 * have ended and all steps; the word after them tells the kind. Undefined for what only verbose output shows. The tracker
 * has to have seen the event already.
 */
export function eventLine(
  event: RunEvent,
  tracker: RunTracker,
  options: EventLineOptions,
): string | undefined {
  const saying = sayingOf(event, tracker, options.verbose);
  if (saying === undefined) return undefined;
  const {word, origin, text, tone} = saying;
  const clock = (options.clockText ?? timeOfDay)(event.at);
  const head = `[${clock}] [${tracker.ended}/${tracker.counts.total}]`;
  const subject = origin === undefined ? '' : ` ${subjectText(origin, tracker)}`;
  const rest = `${word}${subject}${text === '' ? '' : `: ${text}`}`;
  return `${head} ${tone === undefined ? rest : options.palette[tone](rest)}`;
}

/** `www/foo (foo-1.3)`, or the origin alone for a port that is not in the plan. */
function subjectText(origin: PortOrigin, tracker: RunTracker): string {
  const step = tracker.step(origin)?.step;
  return step === undefined ? origin : `${origin} (${step.name}-${step.version})`;
}

function sayingOf(event: RunEvent, tracker: RunTracker, verbose: boolean): Saying | undefined {
  switch (event.kind) {
    case 'run-started': {
      const work = `${countOf(event.plan.steps.length, 'port')}, ${countOf(event.builders, 'builder')}`;
      return {word: 'run', text: `${event.runId} started: ${work}; logs: ${event.logDirectory}`};
    }
    case 'phase-started':
      return {word: event.phase, origin: event.origin, text: phaseStartText(event)};
    case 'command-started': {
      const command = `${event.phase} runs as process ${event.pid}: ${commandText(event.argv)}`;
      return verbose
        ? {word: 'command', origin: event.origin, text: cleanLine(command), tone: 'dim'}
        : undefined;
    }
    case 'command-ended': {
      const text = `${event.phase} ${outcomeText(event.outcome)}`;
      return verbose ? {word: 'command', origin: event.origin, text, tone: 'dim'} : undefined;
    }
    case 'phase-held':
      return {word: 'held', origin: event.origin, text: `${event.phase} waits: ${holdText(event.reason)}`};
    case 'phase-again': {
      const {how, failure} = event;
      const text = `${stepFailureLine(failure)} It is tried again ${secondTryText(how)}. Log: ${failure.log}`;
      return {word: 'again', origin: event.origin, text, tone: 'doubtful'};
    }
    case 'run-paused':
      return {word: 'paused', text: 'nothing new is started until `portpar ctl resume`', tone: 'doubtful'};
    case 'run-resumed':
      return {word: 'resumed', text: 'going on'};
    case 'workers-changed':
      return {word: 'workers', text: `${countOf(event.builders, 'builder')} from now on`};
    case 'port-pushed':
      return {word: 'pushed', origin: event.origin, text: 'goes before others from now on'};
    case 'swap-started': {
      const backup =
        event.backup === undefined ? 'no backup of an old package' : `old package saved as ${event.backup}`;
      return {word: 'swap', origin: event.origin, text: `installs ${event.packageFile}; ${backup}`};
    }
    case 'swap-finished':
      return {word: 'swap', origin: event.origin, text: 'done'};
    case 'phase-finished':
      return {word: event.phase, origin: event.origin, text: phaseEndText(event)};
    case 'step-finished':
      return {
        word: event.status,
        origin: event.origin,
        text: stepEndText(event, tracker),
        tone: statusTones[event.status],
      };
    case 'run-ending':
      return {word: 'ending', text: endingText(event.reason), tone: 'doubtful'};
    case 'warning':
      return {word: 'warning', origin: event.origin, text: cleanLine(event.text), tone: 'doubtful'};
    case 'run-finished': {
      const {runId, wallMs, results} = event.summary;
      const counts = statuses
        .map((status) => `${results.filter((result) => result.status === status).length} ${status}`)
        .join(', ');
      return {word: 'run', text: `${runId} ended after ${durationText(wallMs)}: ${counts}`};
    }
    default:
      return unreachable(event);
  }
}

const statuses: readonly StepStatus[] = ['succeeded', 'failed', 'skipped', 'cancelled'];

const statusTones = {
  succeeded: 'good',
  failed: 'bad',
  skipped: 'doubtful',
  cancelled: 'doubtful',
} satisfies Record<StepStatus, keyof Palette>;

function phaseStartText({phase, jobs, log}: EventOf<'phase-started'>): string {
  const share = phase === 'build' && jobs > 1 ? ` with ${countOf(jobs, 'job')}` : '';
  return `started${share}; log: ${log}`;
}

function phaseEndText({outcome, durationMs}: EventOf<'phase-finished'>): string {
  switch (outcome) {
    case 'succeeded':
      return `done in ${durationText(durationMs)}`;
    case 'failed':
      return `failed after ${durationText(durationMs)}`;
    case 'stopped':
      return `stopped after ${durationText(durationMs)}`;
    default:
      return unreachable(outcome);
  }
}

function stepEndText(event: EventOf<'step-finished'>, tracker: RunTracker): string {
  const tracked = tracker.step(event.origin);
  switch (event.status) {
    case 'succeeded': {
      if (tracked === undefined) return '';
      const deed = deedOf(tracked.step);
      const isReplacing = tracked.step.replaces !== undefined && deed !== 'fetch';
      const from = isReplacing ? ` from ${fromText(tracked.step)}` : '';
      return `${doneText(deed)}${from} in ${durationText(tracked.workMs)} of work`;
    }
    case 'failed':
      return event.failure === undefined ? '' : `${stepFailureLine(event.failure)} Log: ${event.failure.log}`;
    case 'skipped':
      return event.cause === undefined ? '' : `because ${event.cause.origin} failed`;
    case 'cancelled':
      return 'the run ended before it was done';
    default:
      return unreachable(event.status);
  }
}

/** Why a run starts nothing new, as one line. */
export function endingText(reason: EndingReason): string {
  switch (reason.kind) {
    case 'signal':
      return `${reason.signal} received, nothing new is started and what runs is stopped`;
    case 'trouble':
      return `${reason.text}: nothing new is started and what runs is stopped`;
    case 'fail-fast':
      return `${reason.origin} failed and --fail-fast was given, nothing new is started`;
    default:
      return unreachable(reason);
  }
}
