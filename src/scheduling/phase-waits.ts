import type {PortOrigin} from '../model/origin.js';
import type {Phase, PhaseId, PhaseNode} from '../model/plan.js';

/**
 * Keeps account of what each phase still waits for. Being done frees everything behind a phase; being given up frees only
 * what was merely to go after it.
 */
export class PhaseWaits {
  readonly #nodes: ReadonlyMap<PhaseId, PhaseNode>;
  readonly #left = new Map<PhaseId, number>();
  readonly #dependents = new Map<PhaseId, PhaseNode[]>();
  readonly #followers = new Map<PhaseId, PhaseNode[]>();
  readonly #settled = new Set<PhaseId>();

  constructor(nodes: readonly PhaseNode[]) {
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
    for (const node of nodes) {
      this.#left.set(node.id, node.waitsFor.length + node.after.length);
      for (const on of node.waitsFor) addTo(this.#dependents, on, node);
      for (const on of node.after) addTo(this.#followers, on, node);
    }
  }

  /** The phases that wait for nothing. */
  free(): PhaseNode[] {
    return [...this.#nodes.values()].filter(({id}) => this.#left.get(id) === 0);
  }

  /** A phase has ended well: gives the phases that may start now. */
  done(id: PhaseId): PhaseNode[] {
    if (this.#settled.has(id)) return [];
    this.#settled.add(id);
    return this.#countDown([...(this.#dependents.get(id) ?? []), ...(this.#followers.get(id) ?? [])]);
  }

  /** A phase will never be done: gives the phases that may start now because they only were to go after it. */
  giveUp(id: PhaseId): PhaseNode[] {
    if (this.#settled.has(id)) return [];
    this.#settled.add(id);
    return this.#countDown(this.#followers.get(id) ?? []);
  }

  /** The ports with a phase that waits, however indirectly, for one of these phases to end well; without their own. */
  dependentsOf(ids: readonly PhaseId[]): Set<PortOrigin> {
    const own = new Set(ids.map((id) => this.#nodes.get(id)?.origin));
    const seen = new Set(ids);
    const open = [...ids];
    const found = new Set<PortOrigin>();
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      for (const dependent of this.#dependents.get(id) ?? []) {
        if (seen.has(dependent.id)) continue;
        seen.add(dependent.id);
        open.push(dependent.id);
        if (!own.has(dependent.origin)) found.add(dependent.origin);
      }
    }
    return found;
  }

  /** How many dependents of this kind have only this phase left to wait for. */
  lastFor(id: PhaseId, phase: Phase): number {
    const dependents = this.#dependents.get(id) ?? [];
    return dependents.filter((node) => node.phase === phase && this.#left.get(node.id) === 1).length;
  }

  /** All phases of a port, and all that these wait for, however indirectly. */
  neededFor(origin: PortOrigin): Set<PhaseId> {
    const open = [...this.#nodes.values()].filter((node) => node.origin === origin).map(({id}) => id);
    const found = new Set<PhaseId>();
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (found.has(id)) continue;
      found.add(id);
      open.push(...(this.#nodes.get(id)?.waitsFor ?? []));
    }
    return found;
  }

  #countDown(nodes: readonly PhaseNode[]): PhaseNode[] {
    return nodes.filter(({id}) => {
      const left = (this.#left.get(id) ?? 0) - 1;
      this.#left.set(id, left);
      return left === 0;
    });
  }
}

function addTo(lists: Map<PhaseId, PhaseNode[]>, key: PhaseId, node: PhaseNode): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [node]);
  else list.push(node);
}
