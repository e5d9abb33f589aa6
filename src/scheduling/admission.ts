import type {HoldReason} from '../model/hold.js';
import type {PhaseNode} from '../model/plan.js';

/** What the machine has for builds. What is not known or not limited is Infinity. */
export interface Budget {
  /** Memory that all builds together may use, what they use now included, in bytes. */
  readonly memoryBytes: number;
  /** Memory that they use now. */
  readonly usedMemoryBytes: number;
  /** Free space for work directories now, less what is to be kept free, in bytes. */
  readonly diskBytes: number;
  readonly load: number;
  /** Builds start only while the load is under it. */
  readonly loadLimit: number;
}

/** A machine that has room for everything. */
export const unlimited: Budget = {
  memoryBytes: Infinity,
  usedMemoryBytes: 0,
  diskBytes: Infinity,
  load: 0,
  loadLimit: Infinity,
};

/** A build that runs. */
export interface RunningBuild {
  readonly node: PhaseNode;
  readonly startedAt: number;
  readonly alone: boolean;
}

/**
 * Why a build may not start beside those that run; undefined when it may. A single build always may. Memory that running
 * builds are expected to take counts in full even while they do not use it yet; of their work directories what is still to
 * be written, by the time that is left of them.
 */
export function holdReason(
  node: PhaseNode,
  alone: boolean,
  running: readonly RunningBuild[],
  budget: Budget,
  now: number,
): HoldReason | undefined {
  if (running.length === 0) return undefined;
  if (alone || running.some((build) => build.alone)) return {kind: 'alone'};
  const {memoryBytes: memory, workBytes: work} = node.expected;
  if (budget.load >= budget.loadLimit) return {kind: 'load', load: budget.load, limit: budget.loadLimit};
  if (budget.memoryBytes !== Infinity) {
    const promised = running.reduce((sum, build) => sum + build.node.expected.memoryBytes, 0);
    const free = budget.memoryBytes - Math.max(promised, budget.usedMemoryBytes);
    if (memory > free) return {kind: 'memory', needed: memory, free: Math.max(0, free)};
  }
  if (budget.diskBytes !== Infinity) {
    const free = budget.diskBytes - running.reduce((sum, build) => sum + stillToWrite(build, now), 0);
    if (work > free) return {kind: 'disk', needed: work, free: Math.max(0, free)};
  }
  return undefined;
}

function stillToWrite({node, startedAt}: RunningBuild, now: number): number {
  const {ms, workBytes} = node.expected;
  const left = ms <= 0 ? 0 : 1 - (now - startedAt) / ms;
  return workBytes * Math.min(1, Math.max(0, left));
}
