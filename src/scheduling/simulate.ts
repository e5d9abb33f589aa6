import type {PortOrigin} from '../model/origin.js';
import type {PhaseId, PhaseNode} from '../model/plan.js';
import type {Budget} from './admission.js';
import {durationWith} from './duration.js';
import {Scheduler, type SchedulerOptions, type Start} from './scheduler.js';

/** How far a run has come, for a simulation of the rest. */
export interface Progress {
  readonly done: ReadonlySet<PhaseId>;
  /** Steps that have ended, well or not: nothing of them is to be done any more. */
  readonly closed: ReadonlySet<PortOrigin>;
  /** Phases at work, with the time that they still need (at least 0), in milliseconds. */
  readonly running: ReadonlyMap<PhaseId, number>;
}

export interface SimulationOptions extends SchedulerOptions {
  /** Processors that all phases share: more work than they can do makes every phase slower. */
  readonly cores: number;
  /** Memory and the rest, taken to stay as they are. */
  readonly budget?: Budget;
  readonly progress?: Progress;
}

export interface Simulation {
  /** Until everything is done, in milliseconds. */
  readonly makespanMs: number;
  /** Work done by builders, added up over all of them, in milliseconds. */
  readonly busyMs: number;
}

/** A phase at work in simulated time. */
interface Active {
  readonly node: PhaseNode;
  /** Time it still needs with the processors to itself. */
  left: number;
  /** Processors that it keeps busy on average. */
  readonly demand: number;
}

/**
 * Lets the scheduler of a run decide about phases that take their expected time, every one of which ends well. Where phases
 * together want more processors than there are, all of them take longer in proportion to their share of processor time.
 */
export function simulate(nodes: readonly PhaseNode[], options: SimulationOptions): Simulation {
  const {progress, cores, budget} = options;
  const rest = progress === undefined ? nodes : restOf(nodes, progress);
  const scheduler = new Scheduler(rest, options);
  const active: Active[] = [];
  let now = 0;

  const begin = ({node, jobs}: Start): void => {
    const duration = durationWith(node.expected, jobs);
    active.push({node, left: progress?.running.get(node.id) ?? duration, demand: demandOf(node, duration)});
  };
  if (progress !== undefined) {
    for (const node of rest) if (progress.running.has(node.id)) begin(scheduler.resume(node, now));
  }
  for (;;) {
    for (let start = scheduler.next(now, isWanted, budget); start !== undefined;) {
      begin(start);
      start = scheduler.next(now, isWanted, budget);
    }
    if (active.length === 0) break;
    now += advance(active, cores);
    for (let index = active.length - 1; index >= 0; index -= 1) {
      const phase = active[index];
      if (phase === undefined || phase.left > endedMs) continue;
      active.splice(index, 1);
      scheduler.ended(phase.node, now);
      scheduler.succeeded(phase.node.id);
    }
  }
  return {makespanMs: now, busyMs: scheduler.use('build').busyMs};
}

/** What is left of a phase that has ended but for rounding, in milliseconds. */
const endedMs = 1e-6;

const isWanted = (): boolean => true;

function demandOf({expected}: PhaseNode, durationMs: number): number {
  return durationMs <= 0 ? 0 : expected.cpuMs / durationMs;
}

/** Goes on to the moment at which the first phase ends; gives the time that takes. */
function advance(active: readonly Active[], cores: number): number {
  let demand = 0;
  for (const phase of active) demand += phase.demand;
  const crowding = Math.max(1, demand / cores);
  let step = Infinity;
  for (const phase of active) step = Math.min(step, phase.left * slowness(phase, crowding));
  for (const phase of active) phase.left -= step / slowness(phase, crowding);
  return step;
}

/** How much longer a phase takes among others: its processor time is stretched, its waiting is not. */
function slowness({demand}: Active, crowding: number): number {
  return 1 + Math.min(1, demand) * (crowding - 1);
}

/** The phases that are still to do, waiting only for each other. */
function restOf(nodes: readonly PhaseNode[], {done, closed}: Progress): PhaseNode[] {
  const rest = nodes.filter(({id, origin}) => !done.has(id) && !closed.has(origin));
  const ids = new Set(rest.map(({id}) => id));
  const isLeft = (id: PhaseId): boolean => ids.has(id);
  return rest.map((node) => ({
    ...node,
    waitsFor: node.waitsFor.filter(isLeft),
    after: node.after.filter(isLeft),
  }));
}
