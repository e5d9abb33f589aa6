import type {PortOrigin} from '../model/origin.js';
import type {Phase, Step} from '../model/plan.js';
import type {StepCause, StepResult} from '../model/summary.js';

type SecondTryOf = NonNullable<StepResult['again']>[number];
type Ending = Pick<StepResult, 'status' | 'failure' | 'cause' | 'message'>;

/** Keeps account of the steps of a run: which are open, what forbids them, how each ended. Each ends exactly once. */
export class StepBook {
  readonly #steps: ReadonlyMap<PortOrigin, Step>;
  readonly #endings = new Map<PortOrigin, Ending>();
  readonly #causes = new Map<PortOrigin, StepCause>();
  readonly #times = new Map<PortOrigin, Partial<Record<Phase, number>>>();
  readonly #secondTries = new Map<PortOrigin, SecondTryOf[]>();

  constructor(steps: readonly Step[]) {
    this.#steps = new Map(steps.map((step) => [step.origin, step]));
  }

  step(origin: PortOrigin): Step {
    const step = this.#steps.get(origin);
    if (step === undefined) throw new Error(`Internal error: ${origin} is no step of this plan`);
    return step;
  }

  has(origin: PortOrigin): boolean {
    return this.#steps.has(origin);
  }

  get anyOpen(): boolean {
    return this.#endings.size < this.#steps.size;
  }

  /** Steps without an end, in the order of the plan. */
  open(): PortOrigin[] {
    return [...this.#steps.keys()].filter((origin) => !this.#endings.has(origin));
  }

  isClosed(origin: PortOrigin): boolean {
    return this.#endings.has(origin);
  }

  /** Notes that a step may not go on; the first cause stays. */
  forbid(origin: PortOrigin, cause: StepCause): void {
    if (!this.#causes.has(origin)) this.#causes.set(origin, cause);
  }

  cause(origin: PortOrigin): StepCause | undefined {
    return this.#causes.get(origin);
  }

  /** Time spent in a phase; that of a second try comes on top. */
  addTime(origin: PortOrigin, phase: Phase, durationMs: number): void {
    const times = this.#times.get(origin) ?? {};
    this.#times.set(origin, {...times, [phase]: (times[phase] ?? 0) + durationMs});
  }

  addSecondTry(origin: PortOrigin, secondTry: SecondTryOf): void {
    this.#secondTries.set(origin, [...(this.#secondTries.get(origin) ?? []), secondTry]);
  }

  close(origin: PortOrigin, ending: Ending): void {
    if (this.#endings.has(origin)) throw new Error(`Internal error: ${origin} ended twice`);
    this.#endings.set(origin, ending);
  }

  /** The results of all steps, in the order of the plan; to be called when none is open. */
  results(): StepResult[] {
    return [...this.#steps.values()].map((step) => {
      const ending = this.#endings.get(step.origin);
      if (ending === undefined) throw new Error(`Internal error: ${step.origin} has no end`);
      const again = this.#secondTries.get(step.origin);
      return {
        origin: step.origin,
        action: step.action,
        ...(step.replaces === undefined ? {} : {from: `${step.replaces.name}-${step.replaces.version}`}),
        to: `${step.name}-${step.version}`,
        ...ending,
        ...(again === undefined ? {} : {again}),
        phaseMs: this.#times.get(step.origin) ?? {},
      };
    });
  }
}
