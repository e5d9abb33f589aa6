import {phaseId, type Phase, type PhaseId, type Step} from '../model/plan.js';
import type {PortOrigin} from '../model/origin.js';
import type {DependencyGraph} from './dependency-graph.js';

/** How long a phase is expected to take, in milliseconds. */
export type ExpectedDuration = (origin: PortOrigin, phase: Phase) => number;

/** Expected durations of ports of which nothing is known yet: builds outweigh everything else. */
const unknownDurations: Readonly<Record<Phase, number>> = {
  fetch: 5_000,
  build: 60_000,
  package: 5_000,
  install: 2_000,
};

export const withoutHistory: ExpectedDuration = (_origin, phase) => unknownDurations[phase];

/**
 * For each phase its own expected time plus that of the heaviest chain of what waits for it: the least that the run still
 * takes once the phase may start. Linear in nodes and edges.
 */
export function pathWeights(
  graph: DependencyGraph,
  steps: readonly Step[],
  expected: ExpectedDuration,
): Map<PhaseId, number> {
  const own = new Map<string, number>();
  for (const {origin, phases} of steps) {
    for (const phase of phases) own.set(phaseId(phase, origin), expected(origin, phase));
  }
  const weights = new Map<PhaseId, number>();
  for (const id of graph.inOrder().reverse() as PhaseId[]) {
    let heaviest = 0;
    for (const waiting of graph.waitedForBy(id) as PhaseId[])
      heaviest = Math.max(heaviest, weights.get(waiting) ?? 0);
    weights.set(id, (own.get(id) ?? 0) + heaviest);
  }
  return weights;
}
