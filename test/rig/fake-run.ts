import {startPlan} from '../../src/execution/executor.js';
import type {ExecutorOptions} from '../../src/execution/executor-options.js';
import type {RunController} from '../../src/execution/run-controller.js';
import type {EventOf, RunEvent} from '../../src/model/event.js';
import type {Plan} from '../../src/model/plan.js';
import type {RunSummary} from '../../src/model/summary.js';
import {FakeClock} from './fake-clock.js';
import {FakePhaseRunner, settled} from './fake-phase-runner.js';

/** A run that is under way with phases that the test ends one by one. */
export class FakeRun {
  readonly phases = new FakePhaseRunner();
  readonly clock = new FakeClock();
  readonly events: RunEvent[] = [];
  readonly terminate = new AbortController();
  readonly done: Promise<RunSummary>;
  readonly controller: RunController;

  private constructor(plan: Plan, options: Partial<ExecutorOptions>) {
    const {done, controller} = startPlan(plan, {
      runId: 'run',
      command: ['portpar', '-a'],
      logDirectory: '/logs',
      builders: 2,
      fetchers: 2,
      jobsTotal: 8,
      failFast: false,
      phases: this.phases,
      clock: this.clock,
      emit: (event) => this.events.push(event),
      stop: {terminate: this.terminate.signal},
      ...options,
    });
    this.done = done;
    this.controller = controller;
    // Tests look at `done` when they are ready to; until then a rejection is not unhandled.
    this.done.catch(() => undefined);
  }

  /** Starts the run and returns when all that can start has started. */
  static async start(plan: Plan, options: Partial<ExecutorOptions> = {}): Promise<FakeRun> {
    const run = new FakeRun(plan, options);
    await settled();
    return run;
  }

  eventsOf<Kind extends RunEvent['kind']>(kind: Kind): EventOf<Kind>[] {
    return this.events.filter((event): event is EventOf<Kind> => event.kind === kind);
  }

  async stop(signal: string): Promise<void> {
    this.terminate.abort(signal);
    await settled();
  }

  /** Ends everything that runs, and what starts then, with success. */
  async finish(): Promise<RunSummary> {
    for (;;) {
      const [first] = this.phases.running;
      if (first === undefined) return this.done;
      await this.phases.succeed(first);
    }
  }
}

/** The steps of a finished run by how they ended, each list in the order of the plan. */
export function endings(
  summary: RunSummary,
): Record<'succeeded' | 'failed' | 'skipped' | 'cancelled', string[]> {
  const of = (wanted: string): string[] =>
    summary.results.filter(({status}) => status === wanted).map(({origin}) => origin);
  return {
    succeeded: of('succeeded'),
    failed: of('failed'),
    skipped: of('skipped'),
    cancelled: of('cancelled'),
  };
}
