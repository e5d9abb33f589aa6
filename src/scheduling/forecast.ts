import type {Forecast, ForecastLink} from '../model/forecast.js';
import type {PortOrigin} from '../model/origin.js';
import type {PhaseId, PhaseNode} from '../model/plan.js';
import {foundationOf} from './foundation.js';
import {simulate, type SimulationOptions} from './simulate.js';

/** The forecast for a run: how long it takes, what decides that, and what other numbers of builders would change. */
export function makeForecast(nodes: readonly PhaseNode[], options: SimulationOptions): Forecast {
  const {builders} = options;
  const msWith = (count: number): number =>
    Math.round(simulate(nodes, {...options, builders: count}).makespanMs);
  const others = [...new Set([Math.max(1, Math.floor(builders / 2)), builders * 2])]
    .filter((count) => count !== builders)
    .map((count) => ({builders: count, ms: msWith(count)}));
  return {
    ms: msWith(builders),
    builders,
    others,
    ...heaviestChain(nodes),
    foundation: foundationOf(nodes),
  };
}

/** The chain of ports that takes longest whatever the number of builders, and how long that is. */
function heaviestChain(nodes: readonly PhaseNode[]): Pick<Forecast, 'chain' | 'chainMs'> {
  const next = new Map<PhaseId, PhaseNode>();
  let first: PhaseNode | undefined;
  for (const node of nodes) {
    if (first === undefined || node.weight > first.weight) first = node;
    for (const id of [...node.waitsFor, ...node.after]) {
      const known = next.get(id);
      if (known === undefined || node.weight > known.weight) next.set(id, node);
    }
  }
  const times = new Map<PortOrigin, number>();
  for (let node = first; node !== undefined; node = next.get(node.id)) {
    times.set(node.origin, (times.get(node.origin) ?? 0) + node.expected.ms);
  }
  const chain = [...times].map(([origin, ms]): ForecastLink => ({origin, ms: Math.round(ms)}));
  return {chain, chainMs: Math.round(first?.weight ?? 0)};
}
