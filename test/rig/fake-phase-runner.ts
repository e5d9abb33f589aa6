import type {PhaseContext, PhaseResult, PhaseRunner} from '../../src/execution/phase-runner.js';
import {phaseId} from '../../src/model/plan.js';

/** Phases that run until the test ends them. */
export class FakePhaseRunner implements PhaseRunner {
  /** `phase origin` of every phase that was started, in that order. */
  readonly started: string[] = [];
  readonly #running = new Map<string, {context: PhaseContext; end: (result: PhaseResult) => void}>();

  run(context: PhaseContext): Promise<PhaseResult> {
    const id = phaseId(context.phase, context.step.origin);
    this.started.push(id);
    return new Promise((resolve) => {
      this.#running.set(id, {context, end: resolve});
    });
  }

  /** The phases that run now, in the order of their starts. */
  get running(): string[] {
    return [...this.#running.keys()];
  }

  contextOf(id: string): PhaseContext {
    return this.#take(id, {keep: true}).context;
  }

  /** Ends a running phase and waits until the executor has done all that follows from it. */
  async succeed(id: string, message?: string): Promise<void> {
    await this.end(id, {kind: 'succeeded', ...(message === undefined ? {} : {message})});
  }

  async fail(id: string): Promise<void> {
    const {step, phase, log} = this.contextOf(id);
    const outcome = {kind: 'exited', status: 1} as const;
    const failure = {kind: 'phase-failed', origin: step.origin, phase, outcome, log, excerpt: []} as const;
    await this.end(id, {kind: 'failed', failure});
  }

  async end(id: string, result: PhaseResult): Promise<void> {
    this.#take(id, {keep: false}).end(result);
    await settled();
  }

  #take(
    id: string,
    {keep}: {readonly keep: boolean},
  ): {context: PhaseContext; end: (result: PhaseResult) => void} {
    const found = this.#running.get(id);
    if (found === undefined) throw new Error(`${id} does not run; what runs: ${this.running.join(', ')}`);
    if (!keep) this.#running.delete(id);
    return found;
  }
}

/** Returns when all promises that can go on have gone on. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
