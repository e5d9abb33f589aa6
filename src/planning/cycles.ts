import type {PortOrigin} from '../model/origin.js';
import type {Circle, DependencyGraph} from './dependency-graph.js';

/** The port that a phase id speaks of. */
export function originOf(id: string): PortOrigin {
  return id.slice(id.indexOf(' ') + 1) as PortOrigin;
}

/**
 * Gives up soft edges, one at a time and in order of name, until none is left inside a circle. What stays in a circle waits
 * for itself by hard edges alone. Returns the edges given up.
 */
export function relaxCircles(graph: DependencyGraph): {readonly waiting: string; readonly on: string}[] {
  const relaxed: {readonly waiting: string; readonly on: string}[] = [];
  for (;;) {
    const edges = graph.circles().flatMap((circle) => softEdgeIn(graph, circle) ?? []);
    if (edges.length === 0) return relaxed;
    for (const {waiting, on} of edges) {
      graph.removeEdge(waiting, on);
      relaxed.push({waiting, on});
    }
  }
}

function softEdgeIn(graph: DependencyGraph, circle: Circle): {waiting: string; on: string} | undefined {
  const members = new Set(circle);
  for (const waiting of circle) {
    const on = graph
      .waitsFor(waiting)
      .filter((id) => members.has(id) && graph.isSoft(waiting, id))
      .sort()[0];
    if (on !== undefined) return {waiting, on};
  }
  return undefined;
}

/** A shortest way round a circle, as ports: `a → b → a`. The first port stands at the end again. */
export function circlePath(graph: DependencyGraph, circle: Circle): PortOrigin[] {
  const members = new Set(circle);
  const start = circle[0] ?? '';
  const cameFrom = new Map<string, string>();
  const open = [start];
  for (let id = open.shift(); id !== undefined; id = open.shift()) {
    for (const next of graph
      .waitsFor(id)
      .filter((on) => members.has(on))
      .sort()) {
      if (next === start) return portsAlong(cameFrom, start, id);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, id);
      open.push(next);
    }
  }
  throw new Error(`Internal error: ${start} is in no circle`);
}

function portsAlong(cameFrom: ReadonlyMap<string, string>, start: string, last: string): PortOrigin[] {
  const ids = [start];
  for (let id: string | undefined = last; id !== undefined; id = cameFrom.get(id)) ids.unshift(id);
  const ports = ids.map(originOf);
  return ports.filter((origin, index) => origin !== ports[index - 1]);
}

/** The ports with a phase that waits, however indirectly, for one of these ids; without the ports of the ids themselves. */
export function dependentsOf(graph: DependencyGraph, ids: Iterable<string>): Set<PortOrigin> {
  const first = new Set(ids);
  const own = new Set([...first].map(originOf));
  const seen = new Set<string>();
  const open = [...first];
  const dependents = new Set<PortOrigin>();
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    if (!own.has(originOf(id))) dependents.add(originOf(id));
    open.push(...graph.waitedForBy(id));
  }
  return dependents;
}
