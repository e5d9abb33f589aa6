import type {RunEvent} from '../model/event.js';
import type {PortOrigin} from '../model/origin.js';
import {phaseId, type Phase, type PhaseId, type Step} from '../model/plan.js';
import type {SecondTry} from '../model/second-try.js';
import type {EndingReason, StepStatus} from '../model/summary.js';
import {unreachable} from '../model/unreachable.js';
import type {ActivePhase, HeldPhase, Lane, Named, RunCounts, RunSnapshot} from './run-snapshot.js';

const lanes = {
  fetch: 'fetch',
  build: 'builder',
  package: 'builder',
  install: 'install',
} satisfies Record<Phase, Lane>;

const laneOrder: readonly Lane[] = ['builder', 'fetch', 'install'];

export type PhaseState = 'waiting' | 'running' | 'succeeded' | 'failed' | 'stopped';

/** A step of the plan as it stands now. */
export interface TrackedStep {
  readonly step: Step;
  readonly phases: ReadonlyMap<Phase, PhaseState>;
  /** Time spent in phases that ended, in milliseconds. */
  readonly workMs: number;
  readonly status?: StepStatus;
}

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
  readonly #held = new Map<PhaseId, HeldPhase>();
  readonly #again = new Map<PhaseId, SecondTry>();
  readonly #ended: Record<StepStatus, number> = {succeeded: 0, failed: 0, skipped: 0, cancelled: 0};
  #runId = '';
  #logDirectory = '';
  #startedAt: number | undefined;
  #builders = 0;
  #paused = false;
  #ending: EndingReason | undefined;
  #finished = false;

  /** To be called with every event, in order. */
  apply(event: RunEvent): void {
    switch (event.kind) {
      case 'run-started':
        this.#runId = event.runId;
        this.#logDirectory = event.logDirectory;
        this.#startedAt = event.at;
        this.#builders = event.builders;
        for (const step of event.plan.steps) this.#add(step);
        return;
      case 'phase-started': {
        const {origin, phase, worker, jobs, log} = event;
        this.#start({origin, phase, lane: lanes[phase], worker, jobs, log, since: event.at});
        return;
      }
      case 'phase-held': {
        const {origin, phase, reason} = event;
        this.#held.set(phaseId(phase, origin), {origin, phase, reason, since: event.at});
        return;
      }
      case 'phase-again':
        this.#again.set(phaseId(event.phase, event.origin), event.how);
        return;
      case 'phase-finished':
        this.#active.delete(phaseId(event.phase, event.origin));
        this.#endPhase(event.origin, event.phase, event.outcome, event.durationMs);
        return;
      case 'step-finished':
        this.#endStep(event.origin, event.status);
        return;
      case 'run-paused':
      case 'run-resumed':
        this.#paused = event.kind === 'run-paused';
        return;
      case 'workers-changed':
        this.#builders = event.builders;
        return;
      case 'run-ending':
        this.#ending = event.reason;
        // Nothing new is started any more, so nothing is held back either.
        this.#held.clear();
        return;
      case 'run-finished':
        this.#active.clear();
        this.#held.clear();
        this.#finished = true;
        return;
      case 'command-started':
      case 'command-ended':
      case 'swap-started':
      case 'swap-finished':
      case 'port-pushed':
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

  get isPaused(): boolean {
    return this.#paused;
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
    return [...this.#active.values()].sort(
      (one, other) =>
        laneOrder.indexOf(one.lane) - laneOrder.indexOf(other.lane) ||
        one.worker - other.worker ||
        one.since - other.since,
    );
  }

  /** Phases that were said to be held back and have not started since, the one that waits longest first. */
  get held(): readonly HeldPhase[] {
    return [...this.#held.values()];
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

  /** The run as it stands, as plain data; undefined until it has started. `now` is in milliseconds since 1970. */
  snapshot(now: number, remainingMs?: number): RunSnapshot | undefined {
    if (this.#startedAt === undefined) return undefined;
    return {
      runId: this.#runId,
      logDirectory: this.#logDirectory,
      startedAt: this.#startedAt,
      now,
      builders: this.#builders,
      paused: this.#paused,
      ...(this.#ending === undefined ? {} : {ending: this.#ending}),
      counts: this.counts,
      active: this.active.map((phase) => ({...phase, ...this.#named(phase.origin)})),
      held: this.#heldNow().map((phase) => ({...phase, ...this.#named(phase.origin)})),
      ...(remainingMs === undefined ? {} : {remainingMs: Math.round(remainingMs)}),
    };
  }

  /** Whether what was held back still is, nobody says again; without a free builder it is not what holds it up. */
  #heldNow(): readonly HeldPhase[] {
    const busy = [...this.#active.values()].filter(({lane}) => lane === 'builder').length;
    return this.#paused || busy >= this.#builders ? [] : this.held;
  }

  #named(origin: PortOrigin): Named {
    const step = this.#steps.get(origin)?.step;
    return step === undefined ? {} : {name: step.name, version: step.version};
  }

  #add(step: Step): void {
    const phases = new Map(step.phases.map((phase): [Phase, PhaseState] => [phase, 'waiting']));
    this.#steps.set(step.origin, {step, phases, workMs: 0});
  }

  #start(active: ActivePhase): void {
    const id = phaseId(active.phase, active.origin);
    const again = this.#again.get(id);
    this.#steps.get(active.origin)?.phases.set(active.phase, 'running');
    this.#held.delete(id);
    this.#active.set(id, again === undefined ? active : {...active, again});
  }

  #endPhase(origin: PortOrigin, phase: Phase, state: PhaseState, durationMs: number): void {
    const tracked = this.#steps.get(origin);
    if (tracked === undefined) return;
    tracked.phases.set(phase, state);
    tracked.workMs += durationMs;
  }

  #endStep(origin: PortOrigin, status: StepStatus): void {
    for (const phases of [this.#active, this.#held]) {
      for (const [id, phase] of phases) if (phase.origin === origin) phases.delete(id);
    }
    const tracked = this.#steps.get(origin);
    if (tracked === undefined || tracked.status !== undefined) return;
    tracked.status = status;
    this.#ended[status] += 1;
  }
}
