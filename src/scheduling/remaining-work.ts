import {phaseId, type PhaseId, type PhaseNode} from '../model/plan.js';

/** How much of a plan's work is still to be done, in milliseconds of expected time. */
export class RemainingWork {
  /** Builds and packages, all of them added up. */
  buildMs = 0;
  /** Installations, which are done one at a time. */
  installMs = 0;
  readonly #open: Map<PhaseId, PhaseNode>;
  readonly #packageMs = new Map<PhaseId, number>();

  constructor(nodes: readonly PhaseNode[]) {
    this.#open = new Map(nodes.map((node) => [node.id, node]));
    for (const node of nodes) {
      this.#add(node, 1);
      if (node.phase === 'package') this.#packageMs.set(node.id, node.expected.ms);
    }
  }

  /** A phase is done, or never will be. */
  close(id: PhaseId): void {
    const node = this.#open.get(id);
    if (node === undefined) return;
    this.#open.delete(id);
    this.#add(node, -1);
  }

  /** How long it takes from the start of a build or package until its port can be installed. */
  untilInstallMs({phase, origin, expected}: PhaseNode): number {
    return expected.ms + (phase === 'build' ? (this.#packageMs.get(phaseId('package', origin)) ?? 0) : 0);
  }

  #add({phase, expected}: PhaseNode, sign: 1 | -1): void {
    if (phase === 'install') this.installMs += sign * expected.ms;
    else if (phase !== 'fetch') this.buildMs += sign * expected.ms;
  }
}
