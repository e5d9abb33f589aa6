import type {Facts} from '../model/facts.js';
import {
  phaseId,
  type LeftOut,
  type LeftOutReason,
  type Phase,
  type PhaseId,
  type PhaseNode,
  type Plan,
  type Step,
} from '../model/plan.js';
import type {PortOrigin} from '../model/origin.js';
import {packageLabel} from '../model/package.js';
import type {UpgradeRequest} from '../model/request.js';
import {circlePath, dependentsOf, originOf, relaxCircles} from './cycles.js';
import type {DependencyGraph} from './dependency-graph.js';
import {orderPhases} from './ordering.js';
import {pathWeights, withoutHistory, type ExpectedDuration} from './priorities.js';
import {selectPorts, type Selection} from './selection.js';
import {makeSteps, nameClashes} from './steps.js';
import {sortedBy, WorldView} from './world-view.js';

/**
 * Plans a run. Pure: the same facts, in any order, give the same plan to the byte. Ports that cannot be built are left out
 * with the reason; a circle of ports waiting for each other is left out as a whole, with all that depends on it, and the
 * rest is planned.
 */
export function buildPlan(
  facts: Facts,
  request: UpgradeRequest,
  expected: ExpectedDuration = withoutHistory,
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
    const steps = makeSteps(view, selection, request);
    const graph = orderPhases(view, steps);
    const relaxed = relaxCircles(graph);
    const circular = circularPorts(graph);
    if (circular.size > 0) {
      for (const [origin, reason] of circular) barred.set(origin, reason);
      continue;
    }
    oneAtATimeInEachDirectory(view, graph, steps);
    return {
      ...arrange(view, graph, steps, expected),
      leftOut: describeLeftOut(view, request, selection, barred),
      relaxed: relaxed.map(({waiting, on}) => ({waiting: originOf(waiting), on: originOf(on)})),
    };
  }
}

/** The members of all circles, and all that depends on them. */
function circularPorts(graph: DependencyGraph): Map<PortOrigin, LeftOutReason> {
  const found = new Map<PortOrigin, LeftOutReason>();
  const circles = graph.circles();
  const paths = circles.map((circle) => circlePath(graph, circle));
  circles.forEach((circle, index) => {
    for (const id of circle) found.set(originOf(id), {kind: 'cycle', path: paths[index] ?? []});
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
function oneAtATimeInEachDirectory(view: WorldView, graph: DependencyGraph, steps: readonly Step[]): void {
  const builders = new Map<string, PhaseId[]>();
  const position = new Map(graph.inOrder().map((id, index) => [id, index]));
  for (const {origin, phases: own} of steps) {
    if (!own.includes('build')) continue;
    const directory = view.ports.get(origin)?.workDirectory ?? origin;
    builders.set(directory, [...(builders.get(directory) ?? []), phaseId('build', origin)]);
  }
  for (const builds of builders.values()) {
    const packaged = (build: PhaseId): number => position.get(phaseId('package', originOf(build))) ?? 0;
    builds.sort((a, b) => packaged(a) - packaged(b));
    builds.forEach((build, index) => {
      const before = builds[index - 1];
      if (before !== undefined) graph.addOrder(build, phaseId('package', originOf(before)));
    });
  }
}

/** Steps in an order in which they could be done one by one, and the phases with what they wait for. */
function arrange(
  view: WorldView,
  graph: DependencyGraph,
  steps: readonly Step[],
  expected: ExpectedDuration,
): Pick<Plan, 'steps' | 'nodes'> {
  const weights = pathWeights(graph, steps, expected);
  const levels = waitingLevels(graph);
  const level = ({origin, phases: own}: Step): number =>
    Math.max(...own.map((phase) => levels.get(phaseId(phase, origin)) ?? 0));
  // The steps came in order of name, and sorting keeps that among equals.
  const ordered = [...steps].sort((a, b) => level(a) - level(b));
  const nodes = ordered.flatMap((step) =>
    step.phases.map((phase): PhaseNode => {
      const id = phaseId(phase, step.origin);
      const waits = (graph.waitsFor(id) as PhaseId[]).sort();
      return {
        id,
        phase,
        origin: step.origin,
        waitsFor: waits.filter((on) => !graph.isOrderOnly(id, on)),
        after: waits.filter((on) => graph.isOrderOnly(id, on)),
        weight: weights.get(id) ?? 0,
        exclusive: exclusiveThings(view, step.origin, phase),
      };
    }),
  );
  return {steps: ordered, nodes};
}

/** For each phase the length of the longest chain of phases that it waits for. */
function waitingLevels(graph: DependencyGraph): Map<string, number> {
  const levels = new Map<string, number>();
  for (const id of graph.inOrder()) {
    let level = 0;
    for (const on of graph.waitsFor(id)) level = Math.max(level, (levels.get(on) ?? 0) + 1);
    levels.set(id, level);
  }
  return levels;
}

/** What only one phase at a time may hold: the files it fetches, the work directories it writes in. */
function exclusiveThings(view: WorldView, origin: PortOrigin, phase: Phase): string[] {
  const port = view.ports.get(origin);
  if (port === undefined) return [];
  if (phase === 'fetch') return sortedBy(new Set(port.distfiles.map((file) => `distfile ${file}`)), String);
  if (phase === 'install') return [];
  const sources = phase === 'build' ? port.dependencies.filter(({target}) => target !== undefined) : [];
  const directories = sources.flatMap((dependency) => view.ports.get(dependency.origin)?.workDirectory ?? []);
  return sortedBy(
    new Set([port.workDirectory, ...directories].map((directory) => `work ${directory}`)),
    String,
  );
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
    const item = view.followers(origin)[0] ?? view.packages.find((candidate) => candidate.origin === origin);
    const port = view.ports.get(origin);
    return {
      origin,
      ...(item === undefined ? {} : {installed: {name: item.name, version: item.version}}),
      ...(port === undefined ? {} : {available: packageLabel(port)}),
      reason,
    };
  });
  for (const {port} of selection.selected.values()) {
    for (const item of request.fetchOnly ? [] : view.followers(port.origin).slice(1)) {
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
