import {buildKinds, fetchKinds, runKinds, type DependencyKind} from '../model/port.js';
import {phaseId, type Phase, type PhaseId, type Step} from '../model/plan.js';
import type {PortOrigin} from '../model/origin.js';
import type {InstalledPackage} from '../model/package.js';
import {DependencyGraph, type GraphNode} from './dependency-graph.js';
import type {WorldView} from './world-view.js';

/** pkg(8) itself: everything else waits for it. */
const packageManagers: readonly string[] = ['ports-mgmt/pkg', 'ports-mgmt/pkg-devel'];

/** A phase of a step, as the graph has it. */
export interface PhaseOfStep {
  readonly id: PhaseId;
  readonly phase: Phase;
  readonly step: Step;
}

/** The graph of all phases, and what each of its nodes stands for: the phases of a step follow each other. */
export interface PhaseGraph {
  readonly graph: DependencyGraph;
  readonly phases: readonly PhaseOfStep[];
  /** Undefined for a phase that is not to be done. */
  readonly nodeOf: (origin: PortOrigin, phase: Phase) => GraphNode | undefined;
}

/** Puts the phases of all steps into a graph, by the rules of the design (section 3). */
export function orderPhases(view: WorldView, steps: readonly Step[]): PhaseGraph {
  return new Ordering(view, steps).run();
}

class Ordering {
  readonly #view: WorldView;
  readonly #steps: readonly Step[];
  /** The step that takes an installed package's place, by package name. */
  readonly #successors = new Map<string, PortOrigin>();
  readonly #behind = new Map<string, readonly GraphNode[]>();
  readonly #libraryOwners = new Map<string, string>();
  readonly #graph = new DependencyGraph();
  readonly #phases: PhaseOfStep[] = [];
  readonly #nodes: Readonly<Record<Phase, Map<PortOrigin, GraphNode>>> = {
    fetch: new Map(),
    build: new Map(),
    package: new Map(),
    install: new Map(),
  };

  constructor(view: WorldView, steps: readonly Step[]) {
    this.#view = view;
    this.#steps = steps;
    for (const step of steps) {
      for (const item of view.followers(step.origin)) this.#successors.set(item.name, step.origin);
    }
    for (const item of view.packages) {
      for (const library of item.shlibsProvided) this.#libraryOwners.set(library, item.name);
    }
  }

  run(): PhaseGraph {
    for (const step of this.#steps) {
      for (const phase of step.phases) {
        const id = phaseId(phase, step.origin);
        this.#nodes[phase].set(step.origin, this.#graph.addNode(id));
        this.#phases.push({id, phase, step});
      }
    }
    for (const step of this.#steps) {
      this.#chainPhases(step);
      this.#fetchTools(step);
      // The first phase that uses the tools waits for them, and a package is made only where all it needs is installed.
      this.#waitForDependencies(step, 'build', buildKinds);
      this.#waitForDependencies(step, step.phases.includes('package') ? 'package' : 'install', runKinds);
    }
    this.#packageManagerFirst();
    return {
      graph: this.#graph,
      phases: this.#phases,
      nodeOf: (origin, phase) => this.#nodes[phase].get(origin),
    };
  }

  #chainPhases({origin, phases}: Step): void {
    let before: GraphNode | undefined;
    for (const phase of phases) {
      const node = this.#nodes[phase].get(origin);
      if (node !== undefined && before !== undefined) this.#graph.addEdge(node, before);
      before = node;
    }
  }

  /** A port that needs a program to be fetched with waits for it; with a fetch-only run nothing would ever install it. */
  #fetchTools(step: Step): void {
    if (step.phases.includes('build')) this.#waitForDependencies(step, 'fetch', fetchKinds);
  }

  #waitForDependencies({origin, phases}: Step, phase: Phase, kinds: ReadonlySet<DependencyKind>): void {
    const waiting = this.#nodes[phase].get(origin);
    const port = this.#view.ports.get(origin);
    if (waiting === undefined || port === undefined || !phases.includes('install')) return;
    const own = this.#nodes.install.get(origin);
    for (const {line, provider} of this.#view.needs(port)) {
      if (!kinds.has(line.kind)) continue;
      this.#waitForInstall(waiting, own, this.#nodes.install.get(line.origin), false);
      if (provider !== null && provider !== '') this.#waitForPackage(waiting, own, provider);
    }
  }

  /**
   * Waits for an installed package: for the step that replaces it, or, where it stays as it is, for every step that
   * replaces something it runs with. That a step's own run-time closure is there first is already implied: its package phase
   * waits for it.
   */
  #waitForPackage(waiting: GraphNode, own: GraphNode | undefined, item: InstalledPackage): void {
    const successor = this.#successors.get(item.name);
    if (successor !== undefined) {
      this.#waitForInstall(waiting, own, this.#nodes.install.get(successor), false);
      return;
    }
    for (const install of this.#installsBehind(item)) this.#waitForInstall(waiting, own, install, true);
  }

  #waitForInstall(
    waiting: GraphNode,
    own: GraphNode | undefined,
    on: GraphNode | undefined,
    soft: boolean,
  ): void {
    if (on !== undefined && on !== own) this.#graph.addEdge(waiting, on, {soft});
  }

  /** The steps that replace something an up-to-date package runs with, directly or through other up-to-date packages. */
  #installsBehind(item: InstalledPackage): readonly GraphNode[] {
    const known = this.#behind.get(item.name);
    if (known !== undefined) return known;
    const found = new Set<GraphNode>();
    const seen = new Set([item.name]);
    const open = [item];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const libraries = next.shlibsRequired.flatMap((library) => this.#libraryOwners.get(library) ?? []);
      for (const name of [...next.dependencies, ...libraries]) {
        if (seen.has(name)) continue;
        seen.add(name);
        const successor = this.#successors.get(name);
        const needed = this.#view.package(name);
        if (successor !== undefined) {
          const install = this.#nodes.install.get(successor);
          if (install !== undefined) found.add(install);
        } else if (needed !== undefined) open.push(needed);
      }
    }
    const installs = [...found];
    this.#behind.set(item.name, installs);
    return installs;
  }

  /** Everything that does not have to be there for pkg(8)'s own port waits for it. */
  #packageManagerFirst(): void {
    for (const manager of packageManagers) {
      const origin = manager as PortOrigin;
      const install = this.#nodes.install.get(origin);
      if (install === undefined) continue;
      const before = this.#reachable(install);
      for (const step of this.#steps) {
        const first = step.phases.find((phase) => phase !== 'fetch');
        if (first === undefined || step.origin === origin) continue;
        const waiting = this.#nodes[first].get(step.origin);
        if (waiting !== undefined && !before.has(waiting)) this.#graph.addOrder(waiting, install);
      }
    }
  }

  #reachable(from: GraphNode): ReadonlySet<GraphNode> {
    const seen = new Set<GraphNode>();
    const open = [from];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      for (const on of this.#graph.waitsFor(next)) open.push(on);
    }
    return seen;
  }
}
