import {alg, Graph} from '@dagrejs/graphlib';
import {circleAround, withoutLooseEnds} from './circle-search.js';

/** A thing in the graph, by the order in which things were added: 0, 1, 2 … */
export type GraphNode = number;

/** A strongly connected component: things that wait for each other in a circle. */
export type Circle = readonly GraphNode[];

/** How strongly an edge holds; the strongest of several between the same two things counts. */
const strength = {removed: -1, orderOnly: 0, soft: 1, hard: 2} as const;
type Strength = (typeof strength)[keyof typeof strength];

const none = -1;

/** graphlib follows circles by recursion: some 3,000 nodes in a row and the stack is full. */
const mostForGraphlib = 1000;

/**
 * A directed graph of things that wait for each other. Edges go from what waits to what it waits for. A soft edge keeps an
 * order but may be given up where it closes a circle.
 *
 * Edges are kept as plain lists of numbers, those of one node chained in the order in which they came: a whole ports tree has
 * hundreds of thousands. graphlib gets to see what is left when everything outside of circles has been peeled off.
 */
export class DependencyGraph {
  readonly #ids: string[] = [];
  /** Per node: its first and last edge, as what waits and as what is waited for. */
  readonly #firstOut: number[] = [];
  readonly #lastOut: number[] = [];
  readonly #firstIn: number[] = [];
  readonly #lastIn: number[] = [];
  /** Per edge: its ends, its strength, and the next edge of either end. */
  readonly #waiting: GraphNode[] = [];
  readonly #on: GraphNode[] = [];
  readonly #strength: Strength[] = [];
  readonly #nextOut: number[] = [];
  readonly #nextIn: number[] = [];
  /** For every node that `#marked` waits for, the edge; what is found in it for other nodes is out of date. */
  readonly #edgeOfMarked: number[] = [];
  #marked: GraphNode = none;
  #order: readonly GraphNode[] | undefined;

  addNode(id: string): GraphNode {
    this.#order = undefined;
    this.#firstOut.push(none);
    this.#lastOut.push(none);
    this.#firstIn.push(none);
    this.#lastIn.push(none);
    this.#edgeOfMarked.push(none);
    return this.#ids.push(id) - 1;
  }

  /** The name that a node was added under. */
  idOf(node: GraphNode): string {
    const id = this.#ids[node];
    if (id === undefined) throw new Error(`Internal error: the graph has no node ${node}`);
    return id;
  }

  get size(): number {
    return this.#ids.length;
  }

  /** A hard edge stays hard when the same edge is added as a soft one. */
  addEdge(waiting: GraphNode, on: GraphNode, options: {readonly soft: boolean} = {soft: false}): void {
    this.#add(waiting, on, options.soft ? strength.soft : strength.hard);
  }

  /** An edge that only says who goes first; it gives way to any other edge between the two, and in circles. */
  addOrder(waiting: GraphNode, on: GraphNode): void {
    this.#add(waiting, on, strength.orderOnly);
  }

  removeEdge(waiting: GraphNode, on: GraphNode): void {
    const edge = this.#edgeBetween(waiting, on);
    if (edge === none) return;
    this.#strength[edge] = strength.removed;
    this.#order = undefined;
  }

  isSoft(waiting: GraphNode, on: GraphNode): boolean {
    const edge = this.#edgeBetween(waiting, on);
    return edge !== none && this.#strength[edge] !== strength.hard;
  }

  /** What `node` waits for. */
  waitsFor(node: GraphNode): GraphNode[] {
    const found: GraphNode[] = [];
    for (let edge = at(this.#firstOut, node); edge !== none; edge = at(this.#nextOut, edge)) {
      if (this.#strength[edge] !== strength.removed) found.push(at(this.#on, edge));
    }
    return found;
  }

  /** What of it has to have ended well, and what merely goes first. */
  waitsBySort(node: GraphNode): {readonly needed: GraphNode[]; readonly before: GraphNode[]} {
    const needed: GraphNode[] = [];
    const before: GraphNode[] = [];
    for (let edge = at(this.#firstOut, node); edge !== none; edge = at(this.#nextOut, edge)) {
      const held = this.#strength[edge];
      if (held === strength.orderOnly) before.push(at(this.#on, edge));
      else if (held !== strength.removed) needed.push(at(this.#on, edge));
    }
    return {needed, before};
  }

  /** What waits for `node`. */
  waitedForBy(node: GraphNode): GraphNode[] {
    const found: GraphNode[] = [];
    for (let edge = at(this.#firstIn, node); edge !== none; edge = at(this.#nextIn, edge)) {
      if (this.#strength[edge] !== strength.removed) found.push(at(this.#waiting, edge));
    }
    return found;
  }

  /**
   * All circles, each with its members in order of id, in order of their first member; only those among the given nodes,
   * where some are given. Linear in nodes and edges, as long as not very many nodes are in circles.
   */
  circles(among: readonly GraphNode[] = this.#ids.map((_id, node) => node)): Circle[] {
    const neighbours = {
      waitsFor: (node: GraphNode) => this.waitsFor(node),
      waitedForBy: (node: GraphNode) => this.waitedForBy(node),
    };
    const found: GraphNode[][] = [];
    const open: (readonly GraphNode[])[] = [among];
    for (let nodes = open.pop(); nodes !== undefined; nodes = open.pop()) {
      const left = withoutLooseEnds(nodes, this.size, neighbours);
      if (left.length <= mostForGraphlib) {
        for (const circle of this.#componentsOf(left)) found.push(circle);
        continue;
      }
      const {circle, parts} = circleAround(left, neighbours);
      if (circle.length > 1) found.push(circle);
      for (const part of parts) open.push(part);
    }
    return found
      .map((circle) => this.inOrderOfId(circle))
      .sort(([a = none], [b = none]) => (this.idOf(a) < this.idOf(b) ? -1 : 1));
  }

  /** True when `from` waits for `to`, directly or through others of `among`. */
  reaches(from: GraphNode, to: GraphNode, among: ReadonlySet<GraphNode>): boolean {
    const seen = new Set([from]);
    for (const node of seen) {
      for (const on of this.waitsFor(node)) {
        if (on === to) return true;
        if (among.has(on)) seen.add(on);
      }
    }
    return false;
  }

  inOrderOfId(nodes: readonly GraphNode[]): GraphNode[] {
    return [...nodes].sort((a, b) => (this.idOf(a) < this.idOf(b) ? -1 : 1));
  }

  /** All nodes, each after everything that it waits for. The graph must have no circle. */
  inOrder(): readonly GraphNode[] {
    this.#order ??= this.#depthFirst();
    return this.#order;
  }

  #add(waiting: GraphNode, on: GraphNode, wanted: Strength): void {
    const known = this.#edgeBetween(waiting, on);
    if (known !== none) {
      if (at(this.#strength, known) < wanted) this.#strength[known] = wanted;
      return;
    }
    this.#order = undefined;
    const edge = this.#waiting.push(waiting) - 1;
    this.#on.push(on);
    this.#strength.push(wanted);
    this.#nextOut.push(none);
    this.#nextIn.push(none);
    append(this.#firstOut, this.#lastOut, this.#nextOut, waiting, edge);
    append(this.#firstIn, this.#lastIn, this.#nextIn, on, edge);
    this.#edgeOfMarked[on] = edge;
  }

  /** Edges come one waiting node after the other: its edges are marked once, and each is found at one look. */
  #edgeBetween(waiting: GraphNode, on: GraphNode): number {
    if (this.#marked !== waiting) {
      this.#marked = waiting;
      for (let edge = at(this.#firstOut, waiting); edge !== none; edge = at(this.#nextOut, edge)) {
        this.#edgeOfMarked[at(this.#on, edge)] = edge;
      }
    }
    const edge = at(this.#edgeOfMarked, on);
    const isCurrent =
      edge !== none && this.#waiting[edge] === waiting && this.#strength[edge] !== strength.removed;
    return isCurrent ? edge : none;
  }

  /** Strongly connected components as graphlib finds them. */
  #componentsOf(nodes: readonly GraphNode[]): GraphNode[][] {
    const members = new Set(nodes);
    const graph = new Graph<object, object, object>({directed: true});
    for (const node of nodes) graph.setNode(String(node), {});
    for (const node of nodes) {
      for (const on of this.waitsFor(node)) if (members.has(on)) graph.setEdge(String(node), String(on), {});
    }
    return alg.findCycles(graph).map((circle) => circle.map(Number));
  }

  /** Depth first along what waits, without recursion: ports form chains of any length. */
  #depthFirst(): GraphNode[] {
    const order: GraphNode[] = [];
    const seen = new Uint8Array(this.size);
    const way: GraphNode[] = [];
    /** For each node on the way, its next edge to follow. */
    const edges: number[] = [];
    const enter = (node: GraphNode): void => {
      seen[node] = 1;
      way.push(node);
      edges.push(at(this.#firstIn, node));
    };
    for (let first = 0; first < this.size; first += 1) {
      if (seen[first] === 1 || this.waitsFor(first).length > 0) continue;
      enter(first);
      while (way.length > 0) {
        const edge = edges.pop() ?? none;
        if (edge === none) {
          order.push(way.pop() ?? none);
          continue;
        }
        edges.push(at(this.#nextIn, edge));
        const next = at(this.#waiting, edge);
        if (this.#strength[edge] !== strength.removed && seen[next] === 0) enter(next);
      }
    }
    if (order.length !== this.size) throw new Error('Internal error: a graph with circles has no order');
    return order.reverse();
  }
}

function append(first: number[], last: number[], next: number[], node: GraphNode, edge: number): void {
  const before = at(last, node);
  if (before === none) first[node] = edge;
  else next[before] = edge;
  last[node] = edge;
}

/** An entry that is there by the way the lists are made. */
function at<T extends number>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`Internal error: there is no node or edge ${index}`);
  return found;
}
