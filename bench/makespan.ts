import type {PhaseId, PhaseNode} from '../src/model/plan.js';
import type {Precedence} from '../src/scheduling/ready-lane.js';
import {simulate} from '../src/scheduling/simulate.js';
import {skewedDurations} from './durations.js';
import {lowerBound} from './lower-bound.js';
import {msText, ratioText} from './number-text.js';
import type {Row} from './row.js';
import {planOfTree} from './tree-plan.js';

const mostOver = 1.05;
const fetchers = 8;

/** How long the whole tree takes in simulated time, against what no order can beat, and with two simple orders beside it. */
export function measureMakespan(): Promise<readonly Row[]> {
  // One worker, one process: with a fixed number of jobs the work is the same in every order.
  const nodes = planOfTree(undefined, skewedDurations).nodes.map((node): PhaseNode =>
    node.phase === 'build' ? {...node, jobs: 1} : node,
  );
  const dependents = dependentsCount(nodes);
  const count = ({id}: PhaseNode): number => dependents.get(id) ?? 0;
  const byDependents: Precedence = (a, b) => count(b) - count(a);
  return Promise.resolve(
    [4, 16, 64].map((workers): Row => {
      const bound = lowerBound(nodes, workers, ({expected}) => expected.ms);
      const ratioOf = (precedence?: Precedence): number =>
        simulate(nodes, {
          builders: workers,
          fetchers,
          jobsTotal: workers,
          // Fetches and installations find processors of their own.
          cores: workers + fetchers + 1,
          ...(precedence === undefined ? {} : {precedence}),
        }).makespanMs / bound.boundMs;
      const own = ratioOf();
      const first = ratioOf(firstCome());
      const counted = ratioOf(byDependents);
      return {
        what: `simulated makespan of the whole tree, ${workers} workers`,
        measured: `${ratioText(own)} of ${msText(bound.boundMs)}`,
        bound: `≤ ${mostOver} of the lower bound`,
        met: own <= mostOver,
        note: `first come, first served ${ratioText(first)}; most dependents first ${ratioText(counted)}; lower bound is the greatest of critical path ${msText(bound.criticalPathMs)}, work ÷ workers ${msText(bound.workMs)}, installations one at a time ${msText(bound.installsMs)}`,
        values: {own, firstCome: first, dependentsCount: counted, boundMs: bound.boundMs},
      };
    }),
  );
}

/** The order in which phases become ready: each is numbered when it is first compared. */
function firstCome(): Precedence {
  const numbers = new Map<PhaseId, number>();
  const numberOf = ({id}: PhaseNode): number => {
    const known = numbers.get(id);
    if (known !== undefined) return known;
    numbers.set(id, numbers.size);
    return numbers.size - 1;
  };
  return (a, b) => {
    // The one that is already in the queue was compared before, or stands second.
    const second = numberOf(b);
    return numberOf(a) - second;
  };
}

/** For each phase of a port how many ports wait for the port's installation directly. */
function dependentsCount(nodes: readonly PhaseNode[]): Map<PhaseId, number> {
  const installs = new Map<string, Set<string>>();
  for (const {origin, waitsFor} of nodes) {
    for (const on of waitsFor) {
      if (!on.startsWith('install ')) continue;
      const needed = on.slice('install '.length);
      const others = installs.get(needed);
      if (others === undefined) installs.set(needed, new Set([origin]));
      else others.add(origin);
    }
  }
  return new Map(nodes.map(({id, origin}) => [id, installs.get(origin)?.size ?? 0]));
}
