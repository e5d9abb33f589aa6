import {alg, Graph} from '@dagrejs/graphlib';

interface Label {
  readonly soft?: boolean;
  readonly orderOnly?: boolean;
}

/** A strongly connected component: ids that wait for each other in a circle. */
export type Circle = readonly string[];

/**
 * A directed graph of things that wait for each other, on graphlib. Edges go from what waits to what it waits for. A soft
 * edge keeps an order but may be given up where it closes a circle. The ids must hold a blank or a slash: graphlib keeps
 * them in plain objects, where `constructor` would be found without having been put there.
 */
export class DependencyGraph {
  readonly #graph = new Graph<Label, Label, Label>({directed: true});

  addNode(id: string): void {
    this.#graph.setNode(id, {});
  }

  /** A hard edge stays hard when the same edge is added as a soft one. */
  addEdge(waiting: string, on: string, options: {readonly soft: boolean} = {soft: false}): void {
    const known = this.#graph.edge(waiting, on) as Label | undefined;
    const isStronger = known?.orderOnly !== true && (options.soft || known?.soft !== true);
    if (known !== undefined && isStronger) return;
    this.#graph.setEdge(waiting, on, options.soft ? {soft: true} : {});
  }

  /** An edge that only says who goes first; it gives way to any other edge between the two, and in circles. */
  addOrder(waiting: string, on: string): void {
    if (!this.#graph.hasEdge(waiting, on)) this.#graph.setEdge(waiting, on, {soft: true, orderOnly: true});
  }

  isOrderOnly(waiting: string, on: string): boolean {
    return (this.#graph.edge(waiting, on) as Label | undefined)?.orderOnly === true;
  }

  removeEdge(waiting: string, on: string): void {
    this.#graph.removeEdge(waiting, on);
  }

  isSoft(waiting: string, on: string): boolean {
    return (this.#graph.edge(waiting, on) as Label | undefined)?.soft === true;
  }

  /** What `id` waits for. */
  waitsFor(id: string): string[] {
    return this.#graph.successors(id) ?? [];
  }

  /** What waits for `id`. */
  waitedForBy(id: string): string[] {
    return this.#graph.predecessors(id) ?? [];
  }

  /** All circles, each with its members sorted, in order of their first member. Linear in nodes and edges. */
  circles(): Circle[] {
    return alg
      .findCycles(this.#graph)
      .map((members) => [...members].sort())
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  }

  /** All ids, each after everything that it waits for. The graph must have no circle. */
  inOrder(): string[] {
    return alg.topsort(this.#graph).reverse();
  }
}
