import {join} from 'node:path';
import PQueue from 'p-queue';
import type {StepFailure} from '../model/failure.js';
import {originFileName, type PortOrigin} from '../model/origin.js';
import {phaseId, type Phase, type PhaseId, type Plan} from '../model/plan.js';
import type {SecondTry} from '../model/second-try.js';
import type {EndingReason, RunSummary, StepStatus} from '../model/summary.js';
import {laneOf, Scheduler, type Lane, type Start} from '../scheduling/scheduler.js';
import type {ExecutorOptions} from './executor-options.js';
import type {Happening, PhaseContext, PhaseResult} from './phase-runner.js';
import {troubleOf} from './phase-trouble.js';
import type {RunController} from './run-controller.js';
import {StepBook} from './step-book.js';

/**
 * Carries out a plan. A phase starts the moment what it waits for is done and there is room for it; the most urgent first.
 * A failed step costs its dependents and nothing else. Resolves when nothing runs any more and every step has its status.
 */
export async function executePlan(plan: Plan, options: ExecutorOptions): Promise<RunSummary> {
  return startPlan(plan, options).done;
}

/** The same, with a hand on the run while it is under way. */
export function startPlan(
  plan: Plan,
  options: ExecutorOptions,
): {readonly done: Promise<RunSummary>; readonly controller: RunController} {
  const execution = new Execution(plan, options);
  return {done: execution.run(), controller: execution};
}

class Execution implements RunController {
  readonly #plan: Plan;
  readonly #options: ExecutorOptions;
  readonly #steps: StepBook;
  readonly #scheduler: Scheduler;
  readonly #queues: Readonly<Record<Lane, PQueue>>;
  /** Steps with a phase that runs now. */
  readonly #running = new Set<PortOrigin>();
  /** Phases that were tried a second time, or are about to be. */
  readonly #again = new Map<PhaseId, SecondTry>();
  /** Phases that were said to be held back, until they start. */
  readonly #saidToBeHeld = new Set<PhaseId>();
  #isWatching = false;
  #isPaused = false;
  #isFinished = false;
  #ending: EndingReason | undefined;
  #finish: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(plan: Plan, options: ExecutorOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#steps = new StepBook(plan.steps);
    this.#scheduler = new Scheduler(plan.nodes, options);
    this.#queues = {
      fetch: new PQueue({concurrency: options.fetchers}),
      build: new PQueue({concurrency: options.builders}),
      install: new PQueue({concurrency: 1}),
    };
  }

  async run(): Promise<RunSummary> {
    const {runId, command, builders, logDirectory, clock, stop} = this.#options;
    const startedAt = clock.now();
    const done = new Promise<void>((resolve, reject) => {
      this.#finish = resolve;
      this.#reject = reject;
    });
    this.#emit({kind: 'run-started', runId, builders, logDirectory, command, plan: this.#plan});
    const onTerminate = (): void => {
      const reason = String(stop.terminate?.reason ?? 'SIGTERM');
      this.#end(
        reason.startsWith('SIG') ? {kind: 'signal', signal: reason} : {kind: 'trouble', text: reason},
      );
      this.#pump();
    };
    stop.terminate?.addEventListener('abort', onTerminate, {once: true});
    if (stop.terminate?.aborted === true) onTerminate();
    else this.#pump();
    try {
      await done;
    } finally {
      this.#isFinished = true;
      stop.terminate?.removeEventListener('abort', onTerminate);
    }
    const {workers, busyMs, most} = this.#scheduler.use('build');
    const summary: RunSummary = {
      runId,
      logDirectory,
      results: this.#steps.results(),
      wallMs: clock.now() - startedAt,
      builders: workers,
      builderBusyMs: busyMs,
      mostBuilders: most,
      ...(this.#ending === undefined ? {} : {ending: this.#ending}),
    };
    this.#emit({kind: 'run-finished', summary});
    return summary;
  }

  get builders(): number {
    return this.#scheduler.use('build').workers;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  setBuilders(builders: number): void {
    if (this.#isFinished || builders === this.builders) return;
    this.#emit({kind: 'workers-changed', builders});
    this.#scheduler.setBuilders(builders);
    // Builds beyond a lower number still run: the queue must not hold back what replaces those that end before them.
    this.#queues.build.concurrency = Math.max(builders, this.#queues.build.concurrency);
    this.#pump();
  }

  pause(): void {
    if (this.#isPaused || this.#isFinished) return;
    this.#isPaused = true;
    this.#emit({kind: 'run-paused'});
  }

  resume(): void {
    if (!this.#isPaused || this.#isFinished) return;
    this.#isPaused = false;
    this.#emit({kind: 'run-resumed'});
    this.#pump();
  }

  push(origin: PortOrigin): boolean {
    if (this.#isFinished || !this.#steps.has(origin) || this.#steps.isClosed(origin)) return false;
    this.#emit({kind: 'port-pushed', origin});
    this.#scheduler.push(origin);
    return true;
  }

  readonly #emit = (happening: Happening): void => {
    this.#options.emit({...happening, at: this.#options.clock.now()});
  };

  /** Starts whatever may start; ends the run when nothing runs and nothing can start. */
  readonly #pump = (): void => {
    try {
      this.#goOn();
    } catch (error) {
      // Nobody but the run itself may hear of it: signals and timers pump too.
      this.#reject(error);
    }
  };

  #goOn(): void {
    if (this.#isFinished) return;
    this.#startReady();
    if (this.#running.size > 0) return;
    if (this.#ending !== undefined) {
      for (const origin of this.#steps.open()) this.#finishStep(origin, 'cancelled');
    }
    if (!this.#steps.anyOpen) {
      this.#finish();
      return;
    }
    if (this.#isPaused) return;
    const stuck = this.#steps.open();
    this.#reject(
      new Error(`Internal error: nothing can start, and these steps are not done: ${stuck.join(' ')}`),
    );
  }

  #startReady(): void {
    const {clock, watch} = this.#options;
    while (this.#ending === undefined && !this.#isPaused) {
      const start = this.#scheduler.next(clock.now(), this.#isWanted, watch?.budget());
      this.#tellHolds();
      if (start === undefined) return;
      this.#saidToBeHeld.delete(start.node.id);
      this.#running.add(start.node.origin);
      const lane = laneOf[start.node.phase];
      this.#queues[lane].add(() => this.#runPhase(start)).catch(this.#reject);
    }
  }

  readonly #isWanted = ({origin}: {readonly origin: PortOrigin}): boolean =>
    !this.#steps.isClosed(origin) && this.#steps.cause(origin) === undefined;

  /** Says once of each build that it is held back, and has the machine looked at again. */
  #tellHolds(): void {
    const {holds} = this.#scheduler;
    for (const {node, reason} of holds) {
      if (this.#saidToBeHeld.has(node.id)) continue;
      this.#saidToBeHeld.add(node.id);
      this.#emit({kind: 'phase-held', origin: node.origin, phase: node.phase, reason});
    }
    if (holds.length === 0 || this.#isWatching) return;
    this.#isWatching = true;
    this.#options.watch?.whenChanged(() => {
      this.#isWatching = false;
      this.#pump();
    });
  }

  async #runPhase({node, worker, jobs}: Start): Promise<void> {
    const {origin, phase} = node;
    const {clock, logDirectory, phases, stop} = this.#options;
    const step = this.#steps.step(origin);
    const log = join(logDirectory, `${originFileName(origin)}.${phase}.log`);
    const startedAt = clock.now();
    this.#emit({kind: 'phase-started', origin, phase, log, worker, jobs});
    const how = this.#again.get(node.id);
    const again = how === undefined ? {} : {again: how};
    const context: PhaseContext = {step, phase, log, jobs, stop, emit: this.#emit, ...again};
    const result = await phases.run(context).catch((error: unknown) => troubleOf(context, error));
    const durationMs = clock.now() - startedAt;
    this.#steps.addTime(origin, phase, durationMs);
    this.#scheduler.ended(node, clock.now());
    this.#running.delete(origin);
    const measured = result.measured === undefined ? {} : {measured: result.measured};
    this.#emit({kind: 'phase-finished', origin, phase, durationMs, outcome: result.kind, ...measured});
    // The outcome is settled before the slot is free, so that nothing starts that it forbids.
    this.#settle({node, worker, jobs}, result);
    this.#pump();
  }

  #settle({node}: Start, result: PhaseResult): void {
    const {id, origin, phase} = node;
    switch (result.kind) {
      case 'failed':
        if (this.#mayTryAgain(id, origin, result)) {
          this.#again.set(id, result.again);
          this.#emit({kind: 'phase-again', origin, phase, how: result.again, failure: result.failure});
          this.#steps.addSecondTry(origin, {phase, how: result.again});
          this.#scheduler.again(node, {
            alone: result.again === 'alone',
            oneJob: result.again === 'one-job',
          });
          return;
        }
        this.#finishStep(origin, 'failed', {failure: result.failure});
        this.#skipDependents(origin);
        if (this.#options.failFast) this.#end({kind: 'fail-fast', origin});
        return;
      case 'stopped':
        this.#finishStep(origin, 'cancelled');
        return;
      case 'succeeded': {
        this.#scheduler.succeeded(id);
        const isLast = this.#steps.step(origin).phases.at(-1) === phase;
        // A step whose run was forbidden while one of its phases ran ends here, with its reason.
        if (!isLast && this.#steps.cause(origin) !== undefined) this.#finishStep(origin, 'skipped');
        else if (isLast) this.#finishStep(origin, 'succeeded', result);
      }
    }
  }

  /** Each phase is tried again once at most, and only where what follows is still wanted. */
  #mayTryAgain(
    id: PhaseId,
    origin: PortOrigin,
    result: PhaseResult & {readonly kind: 'failed'},
  ): result is PhaseResult & {readonly kind: 'failed'; readonly again: SecondTry} {
    const isWanted = this.#ending === undefined && this.#steps.cause(origin) === undefined;
    return result.again !== undefined && isWanted && !this.#again.has(id);
  }

  /** Skips every step that waits, however indirectly, for a phase of a failed step. */
  #skipDependents(failed: PortOrigin): void {
    for (const origin of this.#scheduler.waits.dependentsOf(this.#phasesOf(failed))) {
      this.#skip(origin, failed);
    }
  }

  #phasesOf(origin: PortOrigin): PhaseId[] {
    return this.#steps.step(origin).phases.map((phase: Phase) => phaseId(phase, origin));
  }

  #skip(origin: PortOrigin, failed: PortOrigin): void {
    if (this.#steps.isClosed(origin)) return;
    this.#steps.forbid(origin, {origin: failed});
    if (!this.#running.has(origin)) this.#finishStep(origin, 'skipped');
  }

  #finishStep(
    origin: PortOrigin,
    status: StepStatus,
    details: {failure?: StepFailure; message?: string} = {},
  ): void {
    if (this.#steps.isClosed(origin)) return;
    const {failure, message} = details;
    const cause = status === 'skipped' ? this.#steps.cause(origin) : undefined;
    const facts = {
      ...(failure === undefined ? {} : {failure}),
      ...(cause === undefined ? {} : {cause}),
      ...(message === undefined ? {} : {message}),
    };
    this.#emit({kind: 'step-finished', origin, status, ...facts});
    this.#steps.close(origin, {status, ...facts});
    // What was only to go after this step's phases need not wait for those that will never be done.
    for (const id of this.#phasesOf(origin)) this.#scheduler.giveUp(id);
  }

  #end(reason: EndingReason): void {
    if (this.#ending !== undefined) return;
    this.#ending = reason;
    this.#emit({kind: 'run-ending', reason});
  }
}
