import {join} from 'node:path';
import PQueue from 'p-queue';
import type {RunEvent} from '../model/event.js';
import type {StepFailure} from '../model/failure.js';
import {originFileName, type PortOrigin} from '../model/origin.js';
import {phaseId, type Phase, type PhaseId, type PhaseNode, type Plan} from '../model/plan.js';
import type {EndingReason, RunSummary, StepStatus} from '../model/summary.js';
import type {StopSignals} from '../system/command.js';
import type {Clock} from '../system/clock.js';
import {LaneUse} from './lane-use.js';
import type {Happening, PhaseContext, PhaseResult, PhaseRunner} from './phase-runner.js';
import {PhaseWaits} from './phase-waits.js';
import {ReadyLane} from './ready-lane.js';
import {StepBook} from './step-book.js';

/** Phases that run side by side in one pool: builds and packages share the builders, the others have lanes of their own. */
type Lane = 'fetch' | 'build' | 'install';
const lanes: readonly Lane[] = ['install', 'build', 'fetch'];
const laneOf: Readonly<Record<Phase, Lane>> = {
  fetch: 'fetch',
  build: 'build',
  package: 'build',
  install: 'install',
};

export interface ExecutorOptions {
  readonly runId: string;
  readonly command: readonly string[];
  readonly logDirectory: string;
  readonly builders: number;
  readonly fetchers: number;
  readonly cores: number;
  readonly failFast: boolean;
  readonly phases: PhaseRunner;
  readonly clock: Clock;
  /** Takes every event, in order, before what it tells of is acted on. */
  readonly emit: (event: RunEvent) => void;
  /** `terminate` ends the run: nothing new starts, and running phases are told to end. */
  readonly stop: StopSignals;
}

/**
 * Carries out a plan. A phase starts the moment what it waits for is done and its lane has room; the most urgent first.
 * A failed step costs its dependents and nothing else. Resolves when nothing runs any more and every step has its status.
 */
export async function executePlan(plan: Plan, options: ExecutorOptions): Promise<RunSummary> {
  return new Execution(plan, options).run();
}

class Execution {
  readonly #plan: Plan;
  readonly #options: ExecutorOptions;
  readonly #steps: StepBook;
  readonly #position: ReadonlyMap<PhaseId, number>;
  readonly #waits: PhaseWaits;
  readonly #ready: Readonly<Record<Lane, ReadyLane>> = {
    fetch: new ReadyLane(),
    build: new ReadyLane(),
    install: new ReadyLane(),
  };
  readonly #queues: Readonly<Record<Lane, PQueue>>;
  readonly #use: Readonly<Record<Lane, LaneUse>>;
  /** Things of which only one phase at a time may hold each. */
  readonly #held = new Set<string>();
  /** Steps with a phase that runs now. */
  readonly #running = new Set<PortOrigin>();
  #ending: EndingReason | undefined;
  #finish: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(plan: Plan, options: ExecutorOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#steps = new StepBook(plan.steps);
    this.#waits = new PhaseWaits(plan.nodes);
    this.#position = new Map(plan.nodes.map(({id}, index) => [id, index]));
    const size: Readonly<Record<Lane, number>> = {
      fetch: options.fetchers,
      build: options.builders,
      install: 1,
    };
    const perLane = <T>(make: (size: number) => T): Record<Lane, T> => ({
      fetch: make(size.fetch),
      build: make(size.build),
      install: make(size.install),
    });
    this.#queues = perLane((concurrency) => new PQueue({concurrency}));
    this.#use = perLane((workers) => new LaneUse(workers));
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
    this.#makeReady(this.#waits.free());
    if (stop.terminate?.aborted === true) onTerminate();
    else this.#pump();
    try {
      await done;
    } finally {
      stop.terminate?.removeEventListener('abort', onTerminate);
    }
    const summary: RunSummary = {
      runId,
      logDirectory,
      results: this.#steps.results(),
      wallMs: clock.now() - startedAt,
      builders,
      builderBusyMs: this.#use.build.busyMs,
      mostBuilders: this.#use.build.most,
      ...(this.#ending === undefined ? {} : {ending: this.#ending}),
    };
    this.#emit({kind: 'run-finished', summary});
    return summary;
  }

  readonly #emit = (happening: Happening): void => {
    this.#options.emit({...happening, at: this.#options.clock.now()});
  };

  #makeReady(nodes: readonly PhaseNode[]): void {
    for (const node of nodes) this.#ready[laneOf[node.phase]].add(node, this.#position.get(node.id) ?? 0);
  }

  /** Starts whatever may start; ends the run when nothing runs and nothing can start. */
  #pump(): void {
    for (const lane of lanes) this.#fill(lane);
    if (this.#running.size > 0) return;
    if (this.#ending !== undefined) {
      for (const origin of this.#steps.open()) this.#finishStep(origin, 'cancelled');
    }
    const stuck = this.#steps.open();
    if (stuck.length === 0) this.#finish();
    else
      this.#reject(
        new Error(`Internal error: nothing can start, and these steps are not done: ${stuck.join(' ')}`),
      );
  }

  #fill(lane: Lane): void {
    while (this.#ending === undefined && this.#use[lane].hasRoom) {
      const node = this.#ready[lane].take((thing) => this.#held.has(thing));
      if (node === undefined) return;
      if (this.#steps.isClosed(node.origin) || this.#steps.cause(node.origin) !== undefined) continue;
      const worker = this.#use[lane].enter(this.#options.clock.now());
      for (const thing of node.exclusive) this.#held.add(thing);
      this.#running.add(node.origin);
      this.#queues[lane].add(() => this.#runNode(node, lane, worker)).catch(this.#reject);
    }
  }

  async #runNode(node: PhaseNode, lane: Lane, worker: number): Promise<void> {
    const {origin, phase} = node;
    const {clock, logDirectory, phases, stop} = this.#options;
    const step = this.#steps.step(origin);
    const log = join(logDirectory, `${originFileName(origin)}.${phase}.log`);
    const startedAt = clock.now();
    const jobs = this.#jobsPerBuild();
    this.#emit({kind: 'phase-started', origin, phase, log, worker});
    const context = {step, phase, log, jobs, stop, emit: this.#emit};
    const result = await phases.run(context).catch((error: unknown) => troubleOf(context, error));
    const durationMs = clock.now() - startedAt;
    this.#steps.addTime(origin, phase, durationMs);
    this.#use[lane].leave(worker, clock.now());
    this.#running.delete(origin);
    for (const thing of node.exclusive) this.#giveBack(thing);
    this.#emit({kind: 'phase-finished', origin, phase, durationMs, outcome: result.kind});
    // The outcome is settled before the slot is free, so that nothing starts that it forbids.
    this.#settle(node, result);
    this.#pump();
  }

  #giveBack(thing: string): void {
    this.#held.delete(thing);
    for (const lane of lanes) this.#ready[lane].release(thing);
  }

  #settle(node: PhaseNode, result: PhaseResult): void {
    const {origin} = node;
    switch (result.kind) {
      case 'failed':
        this.#finishStep(origin, 'failed', {failure: result.failure});
        this.#skipDependents(origin);
        if (this.#options.failFast) this.#end({kind: 'fail-fast', origin});
        return;
      case 'stopped':
        this.#finishStep(origin, 'cancelled');
        return;
      case 'succeeded': {
        this.#makeReady(this.#waits.done(node.id));
        const isLast = this.#steps.step(origin).phases.at(-1) === node.phase;
        // A step whose run was forbidden while one of its phases ran ends here, with its reason.
        if (!isLast && this.#steps.cause(origin) !== undefined) this.#finishStep(origin, 'skipped');
        else if (isLast) this.#finishStep(origin, 'succeeded', result);
      }
    }
  }

  /** Skips every step that waits, however indirectly, for a phase of a failed step. */
  #skipDependents(failed: PortOrigin): void {
    for (const origin of this.#waits.dependentsOf(this.#phasesOf(failed))) this.#skip(origin, failed);
  }

  #phasesOf(origin: PortOrigin): PhaseId[] {
    return this.#steps.step(origin).phases.map((phase) => phaseId(phase, origin));
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
    for (const id of this.#phasesOf(origin)) this.#makeReady(this.#waits.giveUp(id));
  }

  #end(reason: EndingReason): void {
    if (this.#ending !== undefined) return;
    this.#ending = reason;
    this.#emit({kind: 'run-ending', reason});
  }

  /** Cores are shared among the builds that run and those that could, as far as there are builders for them. */
  #jobsPerBuild(): number {
    const {builders, cores} = this.#options;
    const sharing = Math.min(builders, this.#use.build.running + this.#ready.build.size);
    return Math.max(1, Math.floor(cores / Math.max(1, sharing)));
  }
}

/** A phase that throws costs its step, not the run: a full disk is met in the middle of portpar's own notes too. */
function troubleOf({step, phase, log}: PhaseContext, error: unknown): PhaseResult {
  const message = error instanceof Error ? error.message : String(error);
  return {kind: 'failed', failure: {kind: 'phase-trouble', origin: step.origin, phase, log, message}};
}
