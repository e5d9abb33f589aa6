import type {EstimateOf, PhaseEstimate} from '../model/estimate.js';
import type {Facts} from '../model/facts.js';
import type {LeftOut, LeftOutReason, Phase, PhaseId, PhaseNode, Plan, Step} from '../model/plan.js';
import type {PortOrigin} from '../model/origin.js';
import {packageLabel} from '../model/package.js';
import type {UpgradeRequest} from '../model/request.js';
import {circlePath, dependentsOf, originOf, relaxCircles} from './cycles.js';
import type {Circle, DependencyGraph, GraphNode} from './dependency-graph.js';
import {orderPhases, type PhaseGraph} from './ordering.js';
import {pathWeights, waitingLevels, withoutHistory} from './priorities.js';
import {withoutSettings, type SettingsOf} from '../util/port-settings.js';
import {selectPorts, type Selection} from './selection.js';
import {makeSteps, nameClashes} from './steps.js';
import {sortedBy, WorldView} from './world-view.js';

/** What else a plan is made from: how long things took before, and what the user set for single ports. */
export interface PlanKnowledge {
  readonly estimate?: EstimateOf;
  readonly settings?: SettingsOf;
}

/**
 * Plans a run. Pure: the same facts, in any order, give the same plan to the byte. Ports that cannot be built are left out
 * with the reason; a circle of ports waiting for each other is left out as a whole, with all that depends on it, and the
 * rest is planned.
 */
export function buildPlan(
  facts: Facts,
  request: UpgradeRequest,
  {estimate = withoutHistory, settings = withoutSettings}: PlanKnowledge = {},
): Plan {
  const view = new WorldView(facts);
  const barred = new Map<PortOrigin, LeftOutReason>();
  for (;;) {
    const selection = selectPorts(view, request, barred);
    const clashes = nameClashes(view, selection);
    if (clashes.size > 0) {
      for (const [origin, reason] of clashes) barred.set(origin, reason);
      continue;
    }
    const steps = makeSteps(view, selection, request, settings);
    const ordered = orderPhases(view, steps);
    const {relaxed, circles} = relaxCircles(ordered.graph);
    if (circles.length > 0) {
      for (const [origin, reason] of circularPorts(ordered.graph, circles)) barred.set(origin, reason);
      continue;
    }
    oneAtATimeInEachDirectory(view, ordered, steps);
    return {
      ...arrange(view, ordered, steps, estimate),
      leftOut: describeLeftOut(view, request, selection, barred),
      relaxed,
    };
  }
}

/** The members of all circles, and all that depends on them. */
function circularPorts(graph: DependencyGraph, circles: readonly Circle[]): Map<PortOrigin, LeftOutReason> {
  const found = new Map<PortOrigin, LeftOutReason>();
  const paths = circles.map((circle) => circlePath(graph, circle));
  circles.forEach((circle, index) => {
    for (const node of circle) {
      found.set(originOf(graph.idOf(node)), {kind: 'cycle', path: paths[index] ?? []});
    }
  });
  circles.forEach((circle, index) => {
    const path = paths[index] ?? [];
    for (const origin of dependentsOf(graph, circle)) {
      if (found.has(origin)) continue;
      found.set(origin, {kind: 'needs-left-out', on: path[0] ?? origin, because: {kind: 'cycle', path}});
    }
  });
  return found;
}

/**
 * Steps that would build in the same work directory follow each other, in the order in which their packages can be made:
 * nothing but its own package waits for a build, so that an edge from a build to an earlier package closes no circle.
 */
function oneAtATimeInEachDirectory(
  view: WorldView,
  {graph, nodeOf}: PhaseGraph,
  steps: readonly Step[],
): void {
  const builders = new Map<string, {build: GraphNode; packaged: GraphNode}[]>();
  for (const {origin} of steps) {
    const build = nodeOf(origin, 'build');
    const packaged = nodeOf(origin, 'package');
    if (build === undefined || packaged === undefined) continue;
    const directory = view.ports.get(origin)?.workDirectory ?? origin;
    const others = builders.get(directory);
    if (others === undefined) builders.set(directory, [{build, packaged}]);
    else others.push({build, packaged});
  }
  const shared = [...builders.values()].filter(({length}) => length > 1);
  if (shared.length === 0) return;
  const position: number[] = [];
  graph.inOrder().forEach((node, index) => (position[node] = index));
  for (const builds of shared) {
    builds.sort((a, b) => (position[a.packaged] ?? 0) - (position[b.packaged] ?? 0));
    builds.forEach(({build}, index) => {
      const before = builds[index - 1];
      if (before !== undefined) graph.addOrder(build, before.packaged);
    });
  }
}

const nothing: readonly PhaseId[] = [];

/** Steps in an order in which they could be done one by one, and the phases with what they wait for. */
function arrange(
  view: WorldView,
  {graph, phases: all}: PhaseGraph,
  steps: readonly Step[],
  estimate: EstimateOf,
): Pick<Plan, 'steps' | 'nodes'> {
  const estimates = all.map(({phase, step}) => estimate(step.origin, phase));
  const weights = pathWeights(
    graph,
    estimates.map(({ms}) => ms),
  );
  const levels = new Map<PortOrigin, number>();
  waitingLevels(graph).forEach((level, node) => {
    const origin = all[node]?.step.origin;
    if (origin !== undefined) levels.set(origin, Math.max(level, levels.get(origin) ?? 0));
  });
  const levelOf = ({origin}: Step): number => levels.get(origin) ?? 0;
  // Most phases have nothing, or one thing, to wait for: an empty list is made once.
  const idsOf = (nodes: readonly GraphNode[]): readonly PhaseId[] => {
    if (nodes.length === 0) return nothing;
    const ids: PhaseId[] = [];
    for (const node of nodes) {
      const id = all[node]?.id;
      if (id !== undefined) ids.push(id);
    }
    return ids.length === 1 ? ids : ids.sort();
  };
  const planned = all.map(({id, phase, step}, node): PhaseNode => {
    const {needed, before} = graph.waitsBySort(node);
    return {
      id,
      phase,
      origin: step.origin,
      waitsFor: idsOf(needed),
      after: idsOf(before),
      weight: weights[node] ?? 0,
      expected: withSettings(estimates[node] ?? estimate(step.origin, phase), step, phase),
      ...fixedJobs(step, phase),
      priority: step.settings.priority ?? 0,
      exclusive: exclusiveThings(view, step, phase),
    };
  });
  // The steps came in order of name, and sorting keeps that among equals.
  return {
    steps: [...steps].sort((a, b) => levelOf(a) - levelOf(b)),
    nodes: planned.sort((a, b) => (levels.get(a.origin) ?? 0) - (levels.get(b.origin) ?? 0)),
  };
}

/** The estimate, with what the user set: memory a build needs, and a work directory that is memory. */
function withSettings(expected: PhaseEstimate, {settings}: Step, phase: Phase): PhaseEstimate {
  if (phase !== 'build' || (settings.memoryBytes === undefined && settings.tmpfs !== true)) return expected;
  const memoryBytes = settings.memoryBytes ?? expected.memoryBytes;
  return settings.tmpfs === true
    ? {...expected, memoryBytes: memoryBytes + expected.workBytes, workBytes: 0}
    : {...expected, memoryBytes};
}

/** Only builds run processes side by side, and not all of them (`MAKE_JOBS_UNSAFE`). */
function fixedJobs({parallel, settings}: Step, phase: Phase): {jobs?: number} {
  if (phase !== 'build') return {};
  if (parallel === 'none') return {jobs: 1};
  return settings.jobs === undefined ? {} : {jobs: settings.jobs};
}

/** What only one phase at a time may hold: files it fetches, work directories it writes in, the group the user put it in. */
function exclusiveThings(view: WorldView, {origin, settings, sources}: Step, phase: Phase): string[] {
  const port = view.ports.get(origin);
  if (port === undefined) return [];
  if (phase === 'fetch') return sortedBy(new Set(port.distfiles.map((file) => `distfile ${file}`)), String);
  if (phase === 'install') return [];
  const starts = phase === 'build' ? sources : [];
  const directories = starts.flatMap((source) => view.ports.get(source.origin)?.workDirectory ?? []);
  const group = settings.exclusiveGroup === undefined ? [] : [`group ${settings.exclusiveGroup}`];
  const works = [port.workDirectory, ...directories].map((directory) => `work ${directory}`);
  return sortedBy(new Set([...group, ...works]), String);
}

/** Everything that was wanted and is not in the plan, in order of name. */
function describeLeftOut(
  view: WorldView,
  request: UpgradeRequest,
  selection: Selection,
  barred: ReadonlyMap<PortOrigin, LeftOutReason>,
): LeftOut[] {
  const reasons = new Map(selection.leftOut);
  for (const [origin, reason] of barred) {
    if (!selection.selected.has(origin)) reasons.set(origin, reason);
  }
  const leftOut = [...reasons].map(([origin, reason]): LeftOut => {
    const item = view.followers(origin)[0] ?? view.packageFrom(origin);
    const port = view.ports.get(origin);
    return {
      origin,
      ...(item === undefined ? {} : {installed: {name: item.name, version: item.version}}),
      ...(port === undefined ? {} : {available: packageLabel(port)}),
      reason,
    };
  });
  for (const {port} of request.fetchOnly ? [] : selection.selected.values()) {
    for (const item of view.followers(port.origin).slice(1)) {
      leftOut.push({
        origin: item.origin,
        installed: {name: item.name, version: item.version},
        available: packageLabel(port),
        reason: {kind: 'name-taken', by: port.origin, name: port.name},
      });
    }
  }
  return sortedBy(leftOut, ({origin, installed}) => `${origin} ${installed?.name ?? ''}`);
}
