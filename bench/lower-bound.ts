import type {PhaseId, PhaseNode} from '../src/model/plan.js';

/** Below what no order of the phases gets, in milliseconds. */
export interface LowerBound {
  /** The longest chain of phases that wait for each other. */
  readonly criticalPathMs: number;
  /** Builds and packages, shared evenly by the workers. */
  readonly workMs: number;
  /** Installations: one at a time. */
  readonly installsMs: number;
  readonly boundMs: number;
}

/** `durationOf` gives what a phase takes, in milliseconds. Nodes may come in any order, and have no circle. */
export function lowerBound(
  nodes: readonly PhaseNode[],
  workers: number,
  durationOf: (node: PhaseNode) => number,
): LowerBound {
  let built = 0;
  let installsMs = 0;
  for (const node of nodes) {
    if (node.phase === 'build' || node.phase === 'package') built += durationOf(node);
    if (node.phase === 'install') installsMs += durationOf(node);
  }
  const criticalPathMs = criticalPath(nodes, durationOf);
  const workMs = built / workers;
  return {criticalPathMs, workMs, installsMs, boundMs: Math.max(criticalPathMs, workMs, installsMs)};
}

/** A plan lists its steps so that each comes after all that it waits for, but its phases wait for earlier ones of any step. */
function criticalPath(nodes: readonly PhaseNode[], durationOf: (node: PhaseNode) => number): number {
  const left = new Map<PhaseId, number>();
  const behind = new Map<PhaseId, PhaseNode[]>();
  const starts = new Map<PhaseId, number>();
  const ready: PhaseNode[] = [];
  for (const node of nodes) {
    const waits = [...node.waitsFor, ...node.after];
    left.set(node.id, waits.length);
    if (waits.length === 0) ready.push(node);
    for (const on of waits) {
      const others = behind.get(on);
      if (others === undefined) behind.set(on, [node]);
      else others.push(node);
    }
  }
  let longest = 0;
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    const end = (starts.get(node.id) ?? 0) + durationOf(node);
    longest = Math.max(longest, end);
    for (const next of behind.get(node.id) ?? []) {
      starts.set(next.id, Math.max(end, starts.get(next.id) ?? 0));
      const waits = (left.get(next.id) ?? 0) - 1;
      left.set(next.id, waits);
      if (waits === 0) ready.push(next);
    }
  }
  return longest;
}
