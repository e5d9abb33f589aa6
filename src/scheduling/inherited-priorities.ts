import type {PhaseId, PhaseNode} from '../model/plan.js';

/**
 * A phase is as urgent as the most urgent of all that wait for it; undefined where nobody set anything. Linear in phases and
 * what they wait for, however many ports have a priority: the most urgent hand theirs on first, and each phase takes one.
 */
export function inheritedPriorities(nodes: readonly PhaseNode[]): ReadonlyMap<PhaseId, number> | undefined {
  if (nodes.every(({priority}) => priority === 0)) return undefined;
  const priorities = new Map(nodes.map(({id, priority}) => [id, priority]));
  const known = new Map(nodes.map((node) => [node.id, node]));
  const raised = new Set<PhaseId>();
  const urgent = nodes.filter(({priority}) => priority > 0).sort((a, b) => b.priority - a.priority);
  for (const {id: start, priority} of urgent) {
    const open = [start];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const node = known.get(id);
      if (node === undefined || raised.has(id)) continue;
      raised.add(id);
      priorities.set(id, priority);
      open.push(...node.waitsFor);
    }
  }
  return priorities;
}
