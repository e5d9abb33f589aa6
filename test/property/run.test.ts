import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from 'fast-check';
import {executePlan} from '../../src/execution/executor.js';
import type {ExecutorOptions} from '../../src/execution/executor-options.js';
import type {PhaseContext, PhaseResult, PhaseRunner} from '../../src/execution/phase-runner.js';
import type {RunEvent} from '../../src/model/event.js';
import {phaseId, type Plan} from '../../src/model/plan.js';
import type {RunSummary} from '../../src/model/summary.js';
import {buildPlan} from '../../src/planning/build-plan.js';
import {neededBefore} from '../rig/builders.js';
import {FakeClock} from '../rig/fake-clock.js';
import {randomWorld} from './random-facts.js';

/** Phases that end when fast-check says so. Keeps a journal of starts and ends. */
class ScheduledPhases implements PhaseRunner {
  readonly journal: {readonly what: 'start' | 'end'; readonly id: string; readonly result?: string}[] = [];
  readonly #scheduler: fc.Scheduler;
  readonly #failing: ReadonlySet<string>;
  readonly #isObedient: boolean;

  constructor(scheduler: fc.Scheduler, failing: ReadonlySet<string>, isObedient: boolean) {
    this.#scheduler = scheduler;
    this.#failing = failing;
    this.#isObedient = isObedient;
  }

  async run(context: PhaseContext): Promise<PhaseResult> {
    const {phase, step} = context;
    const id = phaseId(phase, step.origin);
    this.journal.push({what: 'start', id});
    await this.#scheduler.schedule(Promise.resolve(), id);
    const result = this.#resultOf(context, id);
    this.journal.push({what: 'end', id, result: result.kind});
    return result;
  }

  #resultOf({phase, step, log, stop}: PhaseContext, id: string): PhaseResult {
    if (this.#isObedient && stop.terminate?.aborted === true) return {kind: 'stopped'};
    if (!this.#failing.has(id)) return {kind: 'succeeded'};
    const outcome = {kind: 'exited', status: 1} as const;
    return {
      kind: 'failed',
      failure: {kind: 'phase-failed', origin: step.origin, phase, outcome, log, excerpt: []},
    };
  }
}

interface Ran {
  readonly plan: Plan;
  readonly failing: ReadonlySet<string>;
  readonly journal: ScheduledPhases['journal'];
  readonly events: readonly RunEvent[];
  readonly summary: RunSummary;
  readonly builders: number;
  readonly fetchers: number;
  /** How long the journal was when the run was told to stop; undefined when it was not. */
  readonly stoppedAt: number | undefined;
}

interface Drawn {
  readonly plan: Plan;
  readonly failing: ReadonlySet<string>;
  readonly builders: number;
  readonly fetchers: number;
  readonly isObedient: boolean;
}

const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    world: randomWorld,
    fails: fc.array(fc.nat({max: 99}), {maxLength: 3}),
    builders: fc.integer({min: 1, max: 4}),
    fetchers: fc.integer({min: 1, max: 3}),
    isObedient: fc.boolean(),
  })
  .map(({world, fails, ...rest}) => {
    const plan = buildPlan(world.facts, world.request);
    const failing = new Set(
      fails.flatMap((index) => plan.nodes[index % Math.max(1, plan.nodes.length)]?.id ?? []),
    );
    return {plan, failing, ...rest};
  });

/** Carries out random plans with random results in random orders. */
async function forEveryRun(
  check: (ran: Ran) => void,
  {mayStop = false, failFast = false}: {mayStop?: boolean; failFast?: boolean} = {},
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      drawn,
      fc.scheduler(),
      async ({plan, failing, isObedient, builders, fetchers}, scheduler) => {
        const phases = new ScheduledPhases(scheduler, failing, isObedient);
        const events: RunEvent[] = [];
        const terminate = new AbortController();
        let stoppedAt: number | undefined;
        if (mayStop) {
          void scheduler.schedule(Promise.resolve(), 'stop').then(() => {
            stoppedAt = phases.journal.length;
            terminate.abort('SIGINT');
          });
        }
        const options: ExecutorOptions = {
          runId: 'run',
          command: [],
          logDirectory: '/logs',
          builders,
          fetchers,
          jobsTotal: 4,
          failFast,
          phases,
          clock: new FakeClock(),
          emit: (event) => events.push(event),
          stop: {terminate: terminate.signal},
        };
        const summary = await scheduler.waitFor(executePlan(plan, options));
        check({plan, failing, journal: phases.journal, events, summary, builders, fetchers, stoppedAt});
      },
    ),
    {numRuns: 700},
  );
}

/** Goes through the journal; `visit` sees each entry with what runs after it and what has succeeded before it. */
function replay(
  {journal}: Ran,
  visit: (
    entry: Ran['journal'][number],
    running: ReadonlySet<string>,
    succeeded: ReadonlySet<string>,
  ) => void,
): void {
  const running = new Set<string>();
  const succeeded = new Set<string>();
  for (const entry of journal) {
    if (entry.what === 'start') running.add(entry.id);
    else running.delete(entry.id);
    visit(entry, running, succeeded);
    if (entry.result === 'succeeded') succeeded.add(entry.id);
  }
}

const originOf = (id: string): string => id.slice(id.indexOf(' ') + 1);

/** The steps with a phase that waits for a phase of this step, however indirectly. */
function downstream(plan: Plan, failed: string): Set<string> {
  const found = new Set<string>();
  for (const {id, origin} of plan.nodes) {
    if (origin !== failed && neededBefore(plan, id).some((before) => originOf(before) === failed))
      found.add(origin);
  }
  return found;
}

function statusOf(summary: RunSummary): Map<string, string> {
  return new Map(summary.results.map(({origin, status}) => [origin, status]));
}

describe('every run', () => {
  test('starts no phase before what it waits for has succeeded, and none twice', async () => {
    await forEveryRun(
      (ran) => {
        const waits = new Map(ran.plan.nodes.map(({id, waitsFor}) => [String(id), waitsFor]));
        const started = new Set<string>();
        replay(ran, ({what, id}, _running, succeeded) => {
          if (what !== 'start') return;
          assert.ok(!started.has(id), `${id} started twice`);
          started.add(id);
          for (const on of waits.get(id) ?? []) assert.ok(succeeded.has(on), `${id} started before ${on}`);
        });
      },
      {mayStop: true},
    );
  });

  test('has at most so many builds, packages and fetches at a time as allowed, and one installation', async () => {
    await forEveryRun((ran) => {
      replay(ran, (_entry, running) => {
        const count = (...phases: readonly string[]): number =>
          [...running].filter((id) => phases.includes(id.split(' ')[0] ?? '')).length;
        assert.ok(count('build', 'package') <= ran.builders);
        assert.ok(count('fetch') <= ran.fetchers);
        assert.ok(count('install') <= 1);
      });
      assert.ok(ran.summary.mostBuilders <= ran.builders);
    });
  });

  test('never lets two phases hold the same distfile or work directory', async () => {
    await forEveryRun((ran) => {
      const things = new Map(ran.plan.nodes.map(({id, exclusive}) => [String(id), exclusive]));
      replay(ran, (_entry, running) => {
        const held = [...running].flatMap((id) => things.get(id) ?? []);
        assert.equal(new Set(held).size, held.length, held.join(', '));
      });
    });
  });

  test('ends each step exactly once, and its summary has exactly the steps of the plan', async () => {
    await forEveryRun(
      ({plan, events, summary}) => {
        assert.deepEqual(
          summary.results.map(({origin}) => origin),
          plan.steps.map(({origin}) => origin),
        );
        const ended = events.flatMap((event) => (event.kind === 'step-finished' ? [event] : []));
        assert.equal(ended.length, plan.steps.length);
        const status = statusOf(summary);
        for (const event of ended) assert.equal(event.status, status.get(event.origin));
        for (const result of summary.results) {
          assert.equal(result.failure !== undefined, result.status === 'failed', result.origin);
          assert.equal(result.cause !== undefined, result.status === 'skipped', result.origin);
        }
        assert.equal(events.at(-1)?.kind, 'run-finished');
      },
      {mayStop: true},
    );
  });

  test('succeeds with everything that no failure is upstream of, and skips or fails the rest', async () => {
    await forEveryRun(({plan, failing, summary}) => {
      const status = statusOf(summary);
      const failed = summary.results
        .filter((result) => result.status === 'failed')
        .map(({origin}) => String(origin));
      const touched = new Set(failed.flatMap((origin) => [...downstream(plan, origin)]));
      for (const {origin, cause} of summary.results) {
        const mayFail = [...failing].some((id) => originOf(id) === origin);
        const own = status.get(origin);
        if (own === 'failed') assert.ok(mayFail, `${origin} failed for no reason`);
        else assert.equal(own, touched.has(origin) ? 'skipped' : 'succeeded', origin);
        if (cause !== undefined) {
          assert.equal(status.get(cause.origin), 'failed');
          assert.ok(
            downstream(plan, cause.origin).has(origin),
            `${origin} does not wait for ${cause.origin}`,
          );
        }
      }
      assert.equal(summary.ending, undefined);
    });
  });

  test('that is told to stop at any moment starts nothing after it, and cancels what is left', async () => {
    await forEveryRun(
      ({journal, summary, stoppedAt}) => {
        const statuses = new Set(summary.results.map(({status}) => status));
        if (stoppedAt === undefined) {
          assert.ok(!statuses.has('cancelled'));
          return;
        }
        assert.deepEqual(
          journal.slice(stoppedAt).filter(({what}) => what === 'start'),
          [],
        );
        assert.deepEqual(summary.ending, {kind: 'signal', signal: 'SIGINT'});
        const running = new Set<string>();
        for (const {what, id} of journal) {
          if (what === 'start') running.add(id);
          else running.delete(id);
        }
        assert.deepEqual([...running], [], 'the run ended before its phases');
      },
      {mayStop: true},
    );
  });

  test('with fail-fast starts nothing once a step has failed', async () => {
    await forEveryRun(
      ({journal, summary}) => {
        const failure = journal.findIndex(({result}) => result === 'failed');
        if (failure < 0) {
          assert.equal(summary.ending, undefined);
          return;
        }
        assert.deepEqual(
          journal.slice(failure).filter(({what}) => what === 'start'),
          [],
        );
        assert.equal(summary.ending?.kind, 'fail-fast');
      },
      {failFast: true},
    );
  });
});
