import type {PortOrigin} from '../model/origin.js';
import type {Circle, DependencyGraph, GraphNode} from './dependency-graph.js';

/** The port that a phase id speaks of. */
export function originOf(id: string): PortOrigin {
  return id.slice(id.indexOf(' ') + 1) as PortOrigin;
}

/** An edge between the phases of two ports. */
export interface PortEdge {
  readonly waiting: PortOrigin;
  readonly on: PortOrigin;
}

/** A circle on its way to be opened. */
interface OpenCircle {
  readonly circle: Circle;
  readonly members: ReadonlySet<GraphNode>;
  /** Its soft edges in order of name; those before `next` are given up. */
  readonly soft: readonly Edge[];
  readonly next: number;
}

interface Edge {
  readonly waiting: GraphNode;
  readonly on: GraphNode;
}

/**
 * Gives up soft edges, one at a time in each circle and in order of name, until none is left inside a circle. What stays in
 * a circle waits for itself by hard edges alone. Returns the edges given up, and the circles that stay.
 */
export function relaxCircles(graph: DependencyGraph): {relaxed: PortEdge[]; circles: Circle[]} {
  const relaxed: PortEdge[] = [];
  const hard: Circle[] = [];
  let open = graph.circles().map((circle): OpenCircle => {
    const members = new Set(circle);
    return {circle, members, soft: softEdgesIn(graph, circle, members), next: 0};
  });
  while (open.length > 0) {
    const next: OpenCircle[] = [];
    for (const one of open) {
      const edge = one.soft[one.next];
      if (edge === undefined) {
        hard.push(one.circle);
        continue;
      }
      graph.removeEdge(edge.waiting, edge.on);
      relaxed.push({waiting: originOf(graph.idOf(edge.waiting)), on: originOf(graph.idOf(edge.on))});
      for (const left of circlesLeft(graph, one, edge)) next.push(left);
    }
    open = inOrderOfFirst(graph, next, ({circle}) => circle);
  }
  return {relaxed, circles: inOrderOfFirst(graph, hard, (circle) => circle)};
}

/** A circle stays whole where another way leads round; else it falls into smaller ones, or into none. */
function circlesLeft(graph: DependencyGraph, opened: OpenCircle, gone: Edge): OpenCircle[] {
  const {circle, members, soft, next} = opened;
  if (graph.reaches(gone.waiting, gone.on, members)) return [{...opened, next: next + 1}];
  return graph.circles(circle).map((smaller): OpenCircle => {
    const among = new Set(smaller);
    const rest = soft.slice(next + 1).filter(({waiting, on}) => among.has(waiting) && among.has(on));
    return {circle: smaller, members: among, soft: rest, next: 0};
  });
}

function inOrderOfFirst<T>(graph: DependencyGraph, items: readonly T[], circleOf: (item: T) => Circle): T[] {
  const first = (item: T): string => graph.idOf(circleOf(item)[0] ?? 0);
  return [...items].sort((a, b) => (first(a) < first(b) ? -1 : 1));
}

/** In order of what waits, then of what it waits for. */
function softEdgesIn(graph: DependencyGraph, circle: Circle, members: ReadonlySet<GraphNode>): Edge[] {
  return circle.flatMap((waiting) => {
    const soft = graph.waitsFor(waiting).filter((on) => members.has(on) && graph.isSoft(waiting, on));
    return graph.inOrderOfId(soft).map((on) => ({waiting, on}));
  });
}

/** A shortest way round a circle, as ports: `a → b → a`. The first port stands at the end again. */
export function circlePath(graph: DependencyGraph, circle: Circle): PortOrigin[] {
  const members = new Set(circle);
  const start = circle[0];
  if (start === undefined) throw new Error('Internal error: a circle without members');
  const cameFrom = new Map<GraphNode, GraphNode>();
  const open = [start];
  for (const node of open) {
    for (const next of graph.inOrderOfId(graph.waitsFor(node).filter((on) => members.has(on)))) {
      if (next === start) return portsAlong(graph, cameFrom, start, node);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      open.push(next);
    }
  }
  throw new Error(`Internal error: ${graph.idOf(start)} is in no circle`);
}

function portsAlong(
  graph: DependencyGraph,
  cameFrom: ReadonlyMap<GraphNode, GraphNode>,
  start: GraphNode,
  last: GraphNode,
): PortOrigin[] {
  const way = [start];
  for (let node: GraphNode | undefined = last; node !== undefined; node = cameFrom.get(node)) way.push(node);
  const ports = way.reverse().map((node) => originOf(graph.idOf(node)));
  return ports.filter((origin, index) => origin !== ports[index - 1]);
}

/** The ports with a phase that waits, however indirectly, for one of these; without the ports of these themselves. */
export function dependentsOf(graph: DependencyGraph, nodes: Iterable<GraphNode>): Set<PortOrigin> {
  const first = [...nodes];
  const own = new Set(first.map((node) => originOf(graph.idOf(node))));
  const seen = new Set<GraphNode>(first);
  const open = first;
  const dependents = new Set<PortOrigin>();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const origin = originOf(graph.idOf(node));
    if (!own.has(origin)) dependents.add(origin);
    for (const next of graph.waitedForBy(node)) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return dependents;
}
