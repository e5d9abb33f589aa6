import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from 'fast-check';
import {executePlan} from '../../src/execution/executor.js';
import type {PhaseContext, PhaseResult, PhaseRunner} from '../../src/execution/phase-runner.js';
import {phaseId, type PhaseNode, type Plan} from '../../src/model/plan.js';
import {buildPlan} from '../../src/planning/build-plan.js';
import {durationWith} from '../../src/scheduling/duration.js';
import {simulate} from '../../src/scheduling/simulate.js';
import {FakeClock} from '../rig/fake-clock.js';
import {settled} from '../rig/fake-phase-runner.js';
import {randomWorld} from './random-facts.js';

/** Phases that take exactly their expected time, on a clock that jumps to the next end. */
class TimedPhases implements PhaseRunner {
  readonly clock = new FakeClock(0);
  readonly #nodes: ReadonlyMap<string, PhaseNode>;
  readonly #running: {readonly endsAt: number; readonly end: () => void}[] = [];

  constructor(nodes: readonly PhaseNode[]) {
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
  }

  run({step, phase, jobs}: PhaseContext): Promise<PhaseResult> {
    const node = this.#nodes.get(phaseId(phase, step.origin));
    assert.ok(node !== undefined);
    const endsAt = this.clock.now() + durationWith(node.expected, jobs);
    return new Promise((resolve) => {
      this.#running.push({
        endsAt,
        end: () => {
          resolve({kind: 'succeeded'});
        },
      });
    });
  }

  /** Lets everything run to its end. */
  async runAll(): Promise<void> {
    for (;;) {
      await settled();
      this.#running.sort((a, b) => b.endsAt - a.endsAt);
      const next = this.#running.pop();
      if (next === undefined) return;
      this.clock.advance(next.endsAt - this.clock.now());
      next.end();
    }
  }
}

interface Timed {
  readonly plan: Plan;
  readonly builders: number;
  readonly fetchers: number;
  readonly jobsTotal: number;
}

/** Plans with times that no two phases share, so that no two phases end at once. */
const timedPlan: fc.Arbitrary<Timed> = fc
  .record({
    world: randomWorld,
    times: fc.array(fc.integer({min: 1, max: 1000}), {minLength: 40, maxLength: 40}),
    builders: fc.integer({min: 1, max: 5}),
    fetchers: fc.integer({min: 1, max: 3}),
    jobsTotal: fc.integer({min: 1, max: 8}),
  })
  .map(({world, times, ...workers}) => {
    let count = 0;
    const plan = buildPlan(world.facts, world.request, {
      estimate: () => {
        count += 1;
        const ms = (times[count % times.length] ?? 1) + count * 1e-3;
        return {ms, cpuMs: ms * 1.5, jobs: 2, memoryBytes: 0, workBytes: 0, basis: 'measured'};
      },
    });
    return {plan, ...workers};
  });

describe('a forecast', () => {
  test('is what the run takes when every phase takes its expected time', async () => {
    await fc.assert(
      fc.asyncProperty(timedPlan, async ({plan, ...workers}) => {
        const phases = new TimedPhases(plan.nodes);
        const done = executePlan(plan, {
          runId: 'run',
          command: [],
          logDirectory: '/logs',
          failFast: false,
          phases,
          clock: phases.clock,
          emit: () => undefined,
          stop: {},
          ...workers,
        });
        await phases.runAll();
        const {wallMs, builderBusyMs} = await done;
        const simulated = simulate(plan.nodes, {...workers, cores: Infinity});
        assert.ok(Math.abs(simulated.makespanMs - wallMs) < 1e-6, `${simulated.makespanMs} and ${wallMs}`);
        assert.ok(Math.abs(simulated.busyMs - builderBusyMs) < 1e-6);
      }),
      {numRuns: 200},
    );
  });

  test('is never below the heaviest chain, nor below the work by the number of builders', () => {
    fc.assert(
      fc.property(timedPlan, ({plan, ...workers}) => {
        const {makespanMs, busyMs} = simulate(plan.nodes, {...workers, jobsTotal: 2, cores: Infinity});
        assert.ok(makespanMs >= busyMs / workers.builders - 1e-6);
        const fixed = simulate(
          plan.nodes.map((node) => ({...node, expected: {...node.expected, cpuMs: 0}})),
          {...workers, cores: Infinity},
        );
        assert.ok(fixed.makespanMs >= Math.max(0, ...plan.nodes.map(({weight}) => weight)) - 1e-6);
      }),
      {numRuns: 200},
    );
  });

  test('grows when processors are fewer', () => {
    fc.assert(
      fc.property(timedPlan, ({plan, ...workers}) => {
        const many = simulate(plan.nodes, {...workers, builders: 1, fetchers: 1, cores: 64}).makespanMs;
        const one = simulate(plan.nodes, {...workers, builders: 1, fetchers: 1, cores: 1}).makespanMs;
        assert.ok(one >= many - 1e-6, `${one} < ${many}`);
      }),
    );
  });
});
