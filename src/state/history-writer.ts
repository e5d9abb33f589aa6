import type {EventOf, RunEvent} from '../model/event.js';
import type {HistoryRecord} from '../model/history.js';
import type {PortOrigin} from '../model/origin.js';
import {phaseId, type Phase, type PhaseId} from '../model/plan.js';

export interface HistoryWriterOptions {
  /** Takes each record; what it throws ends the writing, and is told once. */
  readonly append: (record: HistoryRecord) => void;
  readonly cores: number;
  readonly distfileBytes?: (origin: PortOrigin) => number | undefined;
  /** Told once, when the history cannot be written: the run goes on without. */
  readonly onTrouble: (error: unknown) => void;
}

interface Running {
  readonly jobs: number;
  readonly isBuilder: boolean;
  /** The integral of running builders when it began, in builder milliseconds. */
  readonly builderMs: number;
}

const builderPhases: readonly Phase[] = ['build', 'package'];

/** Folds the events of a run into records of history. A second try of a phase gives a record of its own. */
export class HistoryWriter {
  readonly #options: HistoryWriterOptions;
  readonly #versions = new Map<PortOrigin, string>();
  readonly #running = new Map<PhaseId, Running>();
  #builders = 0;
  /** Time during which builders were at work, added up over all of them, until `#countedAt`. */
  #builderMs = 0;
  #countedAt = 0;
  #isBroken = false;

  constructor(options: HistoryWriterOptions) {
    this.#options = options;
  }

  log(event: RunEvent): void {
    switch (event.kind) {
      case 'run-started':
        for (const {origin, version} of event.plan.steps) this.#versions.set(origin, version);
        return;
      case 'phase-started': {
        this.#count(event.at);
        const isBuilder = builderPhases.includes(event.phase);
        const running = {jobs: event.jobs, isBuilder, builderMs: this.#builderMs};
        this.#running.set(phaseId(event.phase, event.origin), running);
        if (isBuilder) this.#builders += 1;
        return;
      }
      case 'phase-finished':
        this.#finish(event);
        return;
      default:
    }
  }

  #finish(event: EventOf<'phase-finished'>): void {
    const {origin, phase, outcome, at, durationMs, measured} = event;
    const id = phaseId(phase, origin);
    const running = this.#running.get(id);
    const version = this.#versions.get(origin);
    if (running === undefined || version === undefined) return; // Not of this run's plan.
    this.#count(at);
    this.#running.delete(id);
    if (running.isBuilder) this.#builders -= 1;
    const own = running.isBuilder ? durationMs : 0;
    const beside = Math.max(0, this.#builderMs - running.builderMs - own) / Math.max(1, durationMs);
    const distfileBytes = this.#options.distfileBytes?.(origin);
    this.#append({
      origin,
      version,
      phase,
      outcome,
      at,
      ms: durationMs,
      jobs: running.jobs,
      ...measured,
      cores: this.#options.cores,
      ...(distfileBytes === undefined ? {} : {distfileBytes}),
      beside: Math.round(beside * 100) / 100,
    });
  }

  #count(at: number): void {
    this.#builderMs += this.#builders * Math.max(0, at - this.#countedAt);
    this.#countedAt = at;
  }

  #append(record: HistoryRecord): void {
    if (this.#isBroken) return;
    try {
      this.#options.append(record);
    } catch (error) {
      this.#isBroken = true;
      this.#options.onTrouble(error);
    }
  }
}
