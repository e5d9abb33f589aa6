import type {EstimateBasis, PhaseEstimate} from '../model/estimate.js';
import type {Foundation} from '../model/forecast.js';
import type {PortOrigin} from '../model/origin.js';
import type {PhaseNode} from '../model/plan.js';

/** Counts the steps of a plan by what the longest of their phases is told from. */
export function foundationOf(nodes: readonly Pick<PhaseNode, 'origin' | 'expected'>[]): Foundation {
  const longest = new Map<PortOrigin, PhaseEstimate>();
  for (const {origin, expected} of nodes) {
    const before = longest.get(origin);
    if (before === undefined || expected.ms > before.ms) longest.set(origin, expected);
  }
  const counts = {measured: 0, estimated: 0, guessed: 0};
  for (const {basis} of longest.values()) counts[standing[basis]] += 1;
  return counts;
}

const standing: Readonly<Record<EstimateBasis, keyof Foundation>> = {
  measured: 'measured',
  'other-flavor': 'estimated',
  distfiles: 'estimated',
  median: 'estimated',
  guess: 'guessed',
};
