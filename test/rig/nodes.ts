import type {PhaseEstimate} from '../../src/model/estimate.js';
import {
  phaseId,
  type Phase,
  type PhaseId,
  type PhaseNode,
  type Plan,
  type Step,
} from '../../src/model/plan.js';
import {origin} from './builders.js';

/** A phase of the plan by itself: `node('build www/a', {ms: 10, waitsFor: ['build www/b']})`. */
export function node(
  id: string,
  {
    waitsFor = [],
    after = [],
    expected = {},
    ...parts
  }: Partial<Omit<PhaseNode, 'waitsFor' | 'after' | 'expected'>> & {
    readonly waitsFor?: readonly string[];
    readonly after?: readonly string[];
    readonly expected?: Partial<PhaseEstimate>;
  } = {},
): PhaseNode {
  const [phase = '', name = ''] = id.split(' ');
  const own = origin(name);
  return {
    id: phaseId(phase as Phase, own),
    phase: phase as Phase,
    origin: own,
    waitsFor: waitsFor as readonly PhaseId[],
    after: after as readonly PhaseId[],
    weight: 0,
    expected: {ms: 10, cpuMs: 0, jobs: 1, memoryBytes: 0, workBytes: 0, basis: 'measured', ...expected},
    priority: 0,
    exclusive: [],
    ...parts,
  };
}

/** Gives each phase the weight that planning would: its own time and the heaviest chain of what waits for it. */
export function weighted(nodes: readonly PhaseNode[]): PhaseNode[] {
  const dependents = new Map<PhaseId, PhaseNode[]>();
  for (const item of nodes) {
    for (const on of [...item.waitsFor, ...item.after]) {
      dependents.set(on, [...(dependents.get(on) ?? []), item]);
    }
  }
  const weights = new Map<PhaseId, number>();
  const weigh = (item: PhaseNode): number => {
    const known = weights.get(item.id);
    if (known !== undefined) return known;
    const weight = item.expected.ms + Math.max(0, ...(dependents.get(item.id) ?? []).map(weigh));
    weights.set(item.id, weight);
    return weight;
  };
  return nodes.map((item) => ({...item, weight: weigh(item)}));
}

/** A plan of builds that wait for nothing, in this order; with the memory that each is expected to take, in bytes. */
export function planOfBuilds(...builds: readonly (string | readonly [string, number])[]): Plan {
  const nodes = builds.map((build) => {
    const [name, memoryBytes] = typeof build === 'string' ? [build, 0] : build;
    return node(`build ${name}`, {expected: {memoryBytes}});
  });
  return {steps: nodes.map(({origin: own}) => buildStep(own)), nodes, leftOut: [], relaxed: []};
}

function buildStep(own: Step['origin']): Step {
  return {
    origin: own,
    action: 'install',
    name: own.replace('/', '-'),
    version: '1',
    reasons: [{kind: 'requested'}],
    phases: ['build'],
    sources: [],
    fingerprint: 'f',
    builtWith: [],
    packageSuffix: '.pkg',
    parallel: 'other',
    workDirectory: `/wrk/${own}`,
    settings: {},
    automatic: false,
  };
}
