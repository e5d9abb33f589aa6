import {succeeded, type CommandOutcome} from '../model/command.js';
import type {SecondTry} from '../model/second-try.js';
import {unreachable} from '../model/unreachable.js';
import type {World} from '../model/world.js';
import type {CommandRunner} from '../system/command.js';
import {readTail} from '../system/files.js';
import {LogPart} from '../system/log-part.js';
import type {JobTokens, TokenWish} from '../system/token-pool-types.js';
import {jobsOf} from './build-jobs.js';
import {logLine} from './log-writer.js';
import {askPort, makeCommands, type MakeOptions, type MakePhase} from './make-phases.js';
import type {PhaseCommands} from './phase-commands.js';
import type {PhaseContext, PhaseResult} from './phase-runner.js';
import {ranOutOfMemory, secondTryOf} from './second-try.js';
import {sitesNotAsked} from './second-try-sites.js';
import {workSize} from './work-size.js';

export interface MakeAttemptOptions {
  readonly runner: CommandRunner;
  readonly world: World;
  readonly make: MakeOptions;
  readonly tokens: JobTokens;
  /** Says under which conditions a failed phase may be tried again. */
  readonly secondTry: boolean;
  readonly excerpt: (log: string) => readonly string[];
}

/** Carries out one try of a phase that make does; `commands` has to be that phase's own. */
export async function attemptMake(
  options: MakeAttemptOptions,
  context: PhaseContext,
  phase: MakePhase,
  commands: PhaseCommands,
): Promise<PhaseResult> {
  const {runner, world, make, tokens} = options;
  const {step, log, again, stop} = context;
  const wish = jobsOf(step, phase, context.jobs, again);
  const sitesFirst = again === 'other-site' ? await nextSites(options, context) : [];
  if (again !== undefined) await logLine(log, tryLine(again, wish, sitesFirst));
  const part = await LogPart.fromNow(log);
  const lease = phase === 'fetch' ? noLease : await tokens.acquire(wish, stop.terminate);
  if (lease === undefined) return {kind: 'stopped'};
  let outcome: CommandOutcome = {kind: 'exited', status: 0};
  let killed = true;
  try {
    const attempt = {
      jobs: wish.jobs,
      makeFlags: lease.makeFlags,
      sitesFirst,
      ...(again === undefined ? {} : {again}),
    };
    for (const spec of makeCommands(world, step, phase, make, attempt)) {
      outcome = await commands.run(spec, lease.descriptors);
      if (!succeeded(outcome)) break;
    }
    killed = outcome.kind !== 'exited';
    if (outcome.kind === 'stopped') return {kind: 'stopped', ...commands.measured(wish.jobs)};
    if (succeeded(outcome)) {
      const workBytes = phase === 'build' ? await workSize(runner, step.workDirectory, stop) : undefined;
      return {kind: 'succeeded', ...commands.measured(wish.jobs, workBytes)};
    }
    const tail = await part.tail();
    killed = killed || ranOutOfMemory(outcome, tail);
    const next =
      options.secondTry && again === undefined
        ? secondTryOf({
            phase,
            outcome,
            tail,
            wasBuilding: phase === 'build' && (await part.has(buildStarts)),
            wasParallel: wish.jobs > 1 || lease.shares,
          })
        : undefined;
    return {
      kind: 'failed',
      failure: {
        kind: 'phase-failed',
        origin: step.origin,
        phase,
        outcome,
        log,
        excerpt: options.excerpt(tail),
      },
      ...(next === undefined ? {} : {again: next}),
      ...commands.measured(wish.jobs),
    };
  } finally {
    lease.release({killed});
  }
}

/** A fetch runs no compiler. */
const noLease = {shares: false, makeFlags: '', descriptors: {}, release: () => undefined};

/** What the framework prints before it starts the build proper (`build-message` in Mk/bsd.port.mk). */
const buildStarts = '\n===>  Building for ';

/** The line between two tries in their common log. */
function tryLine(again: SecondTry, {jobs}: TokenWish, sitesFirst: readonly string[]): string {
  switch (again) {
    case 'one-job':
      return 'second try, with one job';
    case 'alone':
      return `second try, alone, with ${jobs} ${jobs === 1 ? 'job' : 'jobs'}`;
    case 'other-site':
      return sitesFirst.length === 0
        ? 'second try; there is no site that was not asked yet'
        : `second try, first from ${sitesFirst.join(' ')}`;
    default:
      return unreachable(again);
  }
}

/** The sites that the first try did not ask; none where make does not tell. */
async function nextSites(
  {runner, world}: MakeAttemptOptions,
  context: PhaseContext,
): Promise<readonly string[]> {
  const {step, log, stop} = context;
  const [files, addresses] = await Promise.all([
    runner.capture(askPort(world, step, ['-V', 'ALLFILES']), stop),
    runner.capture(askPort(world, step, ['fetch-urlall-list']), stop),
  ]);
  if (!succeeded(files.outcome) || !succeeded(addresses.outcome)) {
    await logLine(log, `make does not tell the sites: ${(files.stderr + addresses.stderr).trim()}`);
    return [];
  }
  const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
  return sitesNotAsked(words(files.stdout), words(addresses.stdout), await readTail(log, 1 << 20));
}
