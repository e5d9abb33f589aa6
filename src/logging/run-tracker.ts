import type {RunEvent} from '../model/event.js';
import type {PortOrigin} from '../model/origin.js';
import {phaseId, type Phase, type PhaseId, type Step} from '../model/plan.js';
import type {EndingReason, StepStatus} from '../model/summary.js';
import {unreachable} from '../model/unreachable.js';

/** Where phases run: at a builder, or in the lanes for fetching and for installing. */
export type Lane = 'builder' | 'fetch' | 'install';

const lanes = {
  fetch: 'fetch',
  build: 'builder',
  package: 'builder',
  install: 'install',
} satisfies Record<Phase, Lane>;

/** A phase that is running now. */
export interface ActivePhase {
  readonly origin: PortOrigin;
  readonly phase: Phase;
  readonly lane: Lane;
  readonly worker: number;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly log: string;
}

export type PhaseState = 'waiting' | 'running' | 'succeeded' | 'failed' | 'stopped';

/** A step of the plan as it stands now. */
export interface TrackedStep {
  readonly step: Step;
  readonly phases: ReadonlyMap<Phase, PhaseState>;
  /** Time spent in phases that ended, in milliseconds. */
  readonly workMs: number;
  readonly status?: StepStatus;
}

/** Steps by where they stand; `total` is the sum of the others. */
export type RunCounts = Readonly<Record<'total' | 'waiting' | 'running' | StepStatus, number>>;

interface MutableStep {
  readonly step: Step;
  readonly phases: Map<Phase, PhaseState>;
  workMs: number;
  status?: StepStatus;
}

/** Folds the events of one run into what a display needs: no clock, no output, the same events give the same state. */
export class RunTracker {
  readonly #steps = new Map<PortOrigin, MutableStep>();
  readonly #active = new Map<PhaseId, ActivePhase>();
  readonly #ended: Record<StepStatus, number> = {succeeded: 0, failed: 0, skipped: 0, cancelled: 0};
  #startedAt: number | undefined;
  #builders = 0;
  #ending: EndingReason | undefined;
  #finished = false;

  /** To be called with every event, in order. */
  apply(event: RunEvent): void {
    switch (event.kind) {
      case 'run-started':
        this.#startedAt = event.at;
        this.#builders = event.builders;
        for (const step of event.plan.steps) this.#add(step);
        return;
      case 'phase-started':
        this.#start(event.origin, event.phase, {worker: event.worker, since: event.at, log: event.log});
        return;
      case 'phase-finished':
        this.#active.delete(phaseId(event.phase, event.origin));
        this.#endPhase(event.origin, event.phase, event.outcome, event.durationMs);
        return;
      case 'step-finished':
        this.#endStep(event.origin, event.status);
        return;
      case 'run-ending':
        this.#ending = event.reason;
        return;
      case 'run-finished':
        this.#active.clear();
        this.#finished = true;
        return;
      case 'command-started':
      case 'command-ended':
      case 'swap-started':
      case 'swap-finished':
      case 'warning':
        return;
      default:
        unreachable(event);
    }
  }

  /** Undefined until the run has started. */
  get startedAt(): number | undefined {
    return this.#startedAt;
  }

  get builders(): number {
    return this.#builders;
  }

  /** Why nothing new is started, once that is so. */
  get ending(): EndingReason | undefined {
    return this.#ending;
  }

  get isFinished(): boolean {
    return this.#finished;
  }

  /** Running phases: builders by number, then the fetch and install lanes, each by worker and start. */
  get active(): readonly ActivePhase[] {
    const order: readonly Lane[] = ['builder', 'fetch', 'install'];
    return [...this.#active.values()].sort(
      (one, other) =>
        order.indexOf(one.lane) - order.indexOf(other.lane) ||
        one.worker - other.worker ||
        one.since - other.since,
    );
  }

  step(origin: PortOrigin): TrackedStep | undefined {
    return this.#steps.get(origin);
  }

  get counts(): RunCounts {
    const total = this.#steps.size;
    const running = new Set([...this.#active.values()].map(({origin}) => origin)).size;
    return {total, running, waiting: total - this.ended - running, ...this.#ended};
  }

  /** Steps that have reached their end, whichever it is. */
  get ended(): number {
    const {succeeded, failed, skipped, cancelled} = this.#ended;
    return succeeded + failed + skipped + cancelled;
  }

  #add(step: Step): void {
    const phases = new Map(step.phases.map((phase): [Phase, PhaseState] => [phase, 'waiting']));
    this.#steps.set(step.origin, {step, phases, workMs: 0});
  }

  #start(origin: PortOrigin, phase: Phase, where: Pick<ActivePhase, 'worker' | 'since' | 'log'>): void {
    this.#steps.get(origin)?.phases.set(phase, 'running');
    this.#active.set(phaseId(phase, origin), {origin, phase, lane: lanes[phase], ...where});
  }

  #endPhase(origin: PortOrigin, phase: Phase, state: PhaseState, durationMs: number): void {
    const tracked = this.#steps.get(origin);
    if (tracked === undefined) return;
    tracked.phases.set(phase, state);
    tracked.workMs += durationMs;
  }

  #endStep(origin: PortOrigin, status: StepStatus): void {
    for (const [id, active] of this.#active) if (active.origin === origin) this.#active.delete(id);
    const tracked = this.#steps.get(origin);
    if (tracked === undefined || tracked.status !== undefined) return;
    tracked.status = status;
    this.#ended[status] += 1;
  }
}
