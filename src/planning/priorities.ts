import type {EstimateOf, PhaseEstimate} from '../model/estimate.js';
import type {Phase} from '../model/plan.js';
import type {DependencyGraph} from './dependency-graph.js';

/** What is expected where nothing was ever measured: builds outweigh everything else. */
const guesses: Readonly<Record<Phase, PhaseEstimate>> = {
  fetch: guess(5_000, 500),
  build: guess(60_000, 60_000),
  package: guess(5_000, 5_000),
  install: guess(2_000, 1_000),
};

function guess(ms: number, cpuMs: number): PhaseEstimate {
  return {ms, cpuMs, jobs: 1, memoryBytes: 0, workBytes: 0, basis: 'guess'};
}

/** Estimates where nothing was ever measured. */
export const withoutHistory: EstimateOf = (_origin, phase) => guesses[phase];

/**
 * For each node its own time (`ownMs`, by node) plus that of the heaviest chain of what waits for it: the least that the run
 * still takes once the phase may start, in milliseconds. Linear in nodes and edges.
 */
export function pathWeights(graph: DependencyGraph, ownMs: readonly number[]): number[] {
  const weights = ownMs.map(() => 0);
  const order = graph.inOrder();
  for (let position = order.length - 1; position >= 0; position -= 1) {
    const node = order[position] ?? 0;
    let heaviest = 0;
    for (const waiting of graph.waitedForBy(node)) heaviest = Math.max(heaviest, weights[waiting] ?? 0);
    weights[node] = (ownMs[node] ?? 0) + heaviest;
  }
  return weights;
}

/** For each node the length of the longest chain of what it waits for. */
export function waitingLevels(graph: DependencyGraph): number[] {
  const levels = new Array<number>(graph.size).fill(0);
  for (const node of graph.inOrder()) {
    let level = 0;
    for (const on of graph.waitsFor(node)) level = Math.max(level, (levels[on] ?? 0) + 1);
    levels[node] = level;
  }
  return levels;
}
