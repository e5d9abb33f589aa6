import {buildKinds, fetchKinds, runKinds, type DependencyKind} from '../model/port.js';
import {phaseId, type Phase, type PhaseId, type Step} from '../model/plan.js';
import type {PortOrigin} from '../model/origin.js';
import type {InstalledPackage} from '../model/package.js';
import {DependencyGraph} from './dependency-graph.js';
import type {WorldView} from './world-view.js';

/** pkg(8) itself: everything else waits for it. */
const packageManagers: readonly string[] = ['ports-mgmt/pkg', 'ports-mgmt/pkg-devel'];

/** Puts the phases of all steps into a graph, by the rules of the design (section 3). */
export function orderPhases(view: WorldView, steps: readonly Step[]): DependencyGraph {
  return new Ordering(view, steps).run();
}

class Ordering {
  readonly #view: WorldView;
  readonly #steps: ReadonlyMap<PortOrigin, Step>;
  /** The step that takes an installed package's place, by package name. */
  readonly #successors = new Map<string, PortOrigin>();
  readonly #behind = new Map<string, ReadonlySet<PortOrigin>>();
  readonly #libraryOwners = new Map<string, string>();
  readonly #graph = new DependencyGraph();

  constructor(view: WorldView, steps: readonly Step[]) {
    this.#view = view;
    this.#steps = new Map(steps.map((step) => [step.origin, step]));
    for (const step of steps) {
      for (const item of view.followers(step.origin)) this.#successors.set(item.name, step.origin);
    }
    for (const item of view.packages) {
      for (const library of item.shlibsProvided) this.#libraryOwners.set(library, item.name);
    }
  }

  run(): DependencyGraph {
    for (const step of this.#steps.values()) {
      for (const phase of step.phases) this.#graph.addNode(phaseId(phase, step.origin));
    }
    for (const step of this.#steps.values()) {
      this.#chainPhases(step);
      this.#fetchTools(step);
      // The first phase that uses the tools waits for them, and a package is made only where all it needs is installed.
      this.#waitForDependencies(step, 'build', buildKinds);
      this.#waitForDependencies(step, step.phases.includes('package') ? 'package' : 'install', runKinds);
    }
    this.#packageManagerFirst();
    return this.#graph;
  }

  #chainPhases({origin, phases}: Step): void {
    phases.forEach((phase, index) => {
      const before = phases[index - 1];
      if (before !== undefined) this.#graph.addEdge(phaseId(phase, origin), phaseId(before, origin));
    });
  }

  /** A port that needs a program to be fetched with waits for it; with a fetch-only run nothing would ever install it. */
  #fetchTools(step: Step): void {
    if (step.phases.includes('build')) this.#waitForDependencies(step, 'fetch', fetchKinds);
  }

  #waitForDependencies(step: Step, phase: Phase, kinds: ReadonlySet<DependencyKind>): void {
    if (!step.phases.includes(phase) || !step.phases.includes('install')) return;
    const waiting = phaseId(phase, step.origin);
    const port = this.#view.ports.get(step.origin);
    for (const dependency of port?.dependencies ?? []) {
      if (!kinds.has(dependency.kind) || dependency.target !== undefined) continue;
      this.#waitForInstall(waiting, step.origin, dependency.origin, false);
      const provider = this.#view.provider(dependency);
      if (provider !== null && provider !== '') this.#waitForPackage(waiting, step.origin, provider);
    }
  }

  /**
   * Waits for an installed package: for the step that replaces it, or, where it stays as it is, for every step that
   * replaces something it runs with. That a step's own run-time closure is there first is already implied: its package phase
   * waits for it.
   */
  #waitForPackage(waiting: PhaseId, self: PortOrigin, item: InstalledPackage): void {
    const successor = this.#successors.get(item.name);
    if (successor !== undefined) {
      this.#waitForInstall(waiting, self, successor, false);
      return;
    }
    for (const origin of this.#stepsBehind(item)) this.#waitForInstall(waiting, self, origin, true);
  }

  #waitForInstall(waiting: PhaseId, self: PortOrigin, on: PortOrigin, soft: boolean): void {
    if (on === self || this.#steps.get(on)?.phases.includes('install') !== true) return;
    this.#graph.addEdge(waiting, phaseId('install', on), {soft});
  }

  /** The steps that replace something an up-to-date package runs with, directly or through other up-to-date packages. */
  #stepsBehind(item: InstalledPackage): ReadonlySet<PortOrigin> {
    const known = this.#behind.get(item.name);
    if (known !== undefined) return known;
    const found = new Set<PortOrigin>();
    const seen = new Set([item.name]);
    const open = [item];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const libraries = next.shlibsRequired.flatMap((library) => this.#libraryOwners.get(library) ?? []);
      for (const name of [...next.dependencies, ...libraries]) {
        if (seen.has(name)) continue;
        seen.add(name);
        const successor = this.#successors.get(name);
        const needed = this.#view.package(name);
        if (successor !== undefined) found.add(successor);
        else if (needed !== undefined) open.push(needed);
      }
    }
    this.#behind.set(item.name, found);
    return found;
  }

  /** Everything that does not have to be there for pkg(8)'s own port waits for it. */
  #packageManagerFirst(): void {
    for (const manager of packageManagers) {
      const origin = manager as PortOrigin;
      if (this.#steps.get(origin)?.phases.includes('install') !== true) continue;
      const install = phaseId('install', origin);
      const before = this.#reachable(install);
      for (const step of this.#steps.values()) {
        const first = step.phases.find((phase) => phase !== 'fetch');
        if (first === undefined || step.origin === origin) continue;
        const waiting = phaseId(first, step.origin);
        if (!before.has(waiting)) this.#graph.addOrder(waiting, install);
      }
    }
  }

  #reachable(from: string): ReadonlySet<string> {
    const seen = new Set<string>();
    const open = [from];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...this.#graph.waitsFor(next));
    }
    return seen;
  }
}
