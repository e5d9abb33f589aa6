import type {EstimateBasis} from '../model/estimate.js';
import type {RunEvent} from '../model/event.js';
import type {PortOrigin} from '../model/origin.js';
import {phaseId, type PhaseId, type PhaseNode} from '../model/plan.js';
import {laneOf} from './scheduler.js';
import {simulate, type SimulationOptions} from './simulate.js';

/** Measured time has to add up to about this before it outweighs what was expected, in milliseconds. */
const trustMs = 30_000;
/** A phase that takes longer than expected is taken to need this share of its time on top. */
const overtimeShare = 0.1;
/** The simulation is made again at most this often, in milliseconds, and less often for large plans. */
const shortestIntervalMs = 1_000;
const intervalPerNodeMs = 0.5;
/** The share of time that simulating may take. */
const mostShare = 0.02;

/**
 * Says during a run how long it still takes: what is left is simulated again with the same scheduler, and expected times are
 * corrected by how long the phases so far took against what was expected of them.
 */
export class RemainingTime {
  readonly #nodes: ReadonlyMap<PhaseId, PhaseNode>;
  readonly #options: SimulationOptions;
  readonly #done = new Set<PhaseId>();
  readonly #closed = new Set<PortOrigin>();
  readonly #startedAt = new Map<PhaseId, number>();
  /** Phases that were measured before are corrected by each other, and the rest by the rest. */
  readonly #measured = new Correction();
  readonly #estimated = new Correction();
  /** A clock of any origin, in milliseconds, that tells what simulating costs. */
  readonly #costClock: () => number;
  #costMs = 0;
  #builders: number;
  #hasChanged = true;
  #last: {readonly at: number; readonly ms: number} | undefined;

  constructor(nodes: readonly PhaseNode[], options: SimulationOptions, costClock: () => number = () => 0) {
    this.#costClock = costClock;
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
    this.#options = options;
    this.#builders = options.builders;
  }

  apply(event: RunEvent): void {
    switch (event.kind) {
      case 'phase-started':
        this.#startedAt.set(phaseId(event.phase, event.origin), event.at);
        break;
      case 'phase-finished': {
        const id = phaseId(event.phase, event.origin);
        this.#startedAt.delete(id);
        if (event.outcome !== 'succeeded') break;
        this.#done.add(id);
        const expected = this.#nodes.get(id)?.expected;
        if (expected !== undefined) this.#correction(expected.basis).add(expected.ms, event.durationMs);
        break;
      }
      case 'step-finished':
        this.#closed.add(event.origin);
        break;
      case 'workers-changed':
        this.#builders = event.builders;
        break;
      case 'run-resumed':
        // No time went by for what was not started in the pause.
        break;
      default:
        return;
    }
    this.#hasChanged = true;
  }

  /** Time until the end of the run at `now`, in milliseconds; undefined where nothing is known of how long things take. */
  remainingMs(now: number): number | undefined {
    if (this.#isBaseless) return undefined;
    const interval = Math.max(
      shortestIntervalMs,
      this.#nodes.size * intervalPerNodeMs,
      this.#costMs / mostShare,
    );
    if (this.#last !== undefined) {
      const elapsed = now - this.#last.at;
      const left = Math.max(0, this.#last.ms - elapsed);
      // Where all the time has gone by and nothing has ended, something takes longer than expected.
      const isOverdue = left === 0 && this.#startedAt.size > 0;
      if (elapsed < interval || !(this.#hasChanged || isOverdue)) return left;
    }
    const begun = this.#costClock();
    const ms = this.#simulate(now);
    this.#costMs = this.#costClock() - begun;
    this.#last = {at: now, ms};
    this.#hasChanged = false;
    return ms;
  }

  /** Nothing was ever measured, and nothing of this run is done. */
  get #isBaseless(): boolean {
    return (
      this.#done.size === 0 && [...this.#nodes.values()].every(({expected}) => expected.basis === 'guess')
    );
  }

  #simulate(now: number): number {
    const nodes = [...this.#nodes.values()].map((node) => this.#corrected(node));
    const running = new Map<PhaseId, number>();
    let building = 0;
    for (const [id, since] of this.#startedAt) {
      const node = this.#nodes.get(id);
      if (node === undefined) continue;
      if (laneOf[node.phase] === 'build') building += 1;
      const elapsed = now - since;
      running.set(id, Math.max(this.#corrected(node).expected.ms - elapsed, elapsed * overtimeShare));
    }
    // Builds beyond a lowered number go on to their end.
    const builders = Math.max(this.#builders, building);
    const progress = {done: this.#done, closed: this.#closed, running};
    return simulate(nodes, {...this.#options, builders, progress}).makespanMs;
  }

  #corrected(node: PhaseNode): PhaseNode {
    const {factor} = this.#correction(node.expected.basis);
    const {ms, cpuMs} = node.expected;
    return {...node, expected: {...node.expected, ms: ms * factor, cpuMs: cpuMs * factor}};
  }

  #correction(basis: EstimateBasis): Correction {
    return basis === 'measured' ? this.#measured : this.#estimated;
  }
}

/** How much longer things take than was expected of them; near 1 while little is known. */
class Correction {
  #expectedMs = trustMs;
  #takenMs = trustMs;

  get factor(): number {
    return this.#takenMs / this.#expectedMs;
  }

  add(expectedMs: number, takenMs: number): void {
    this.#expectedMs += expectedMs;
    this.#takenMs += takenMs;
  }
}
