import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from 'fast-check';
import {patternKey, type Facts} from '../../src/model/facts.js';
import type {PortOrigin} from '../../src/model/origin.js';
import type {Plan} from '../../src/model/plan.js';
import type {Dependency} from '../../src/model/port.js';
import {buildPlan} from '../../src/planning/build-plan.js';
import {allBefore, stepOrigins} from '../rig/builders.js';
import {randomWorld, shuffled, type RandomWorld} from './random-facts.js';

const runs = {numRuns: 3000};

function forEveryWorld(check: (plan: Plan, world: RandomWorld) => void): void {
  fc.assert(
    fc.property(randomWorld, (world) => {
      check(buildPlan(world.facts, world.request), world);
    }),
    runs,
  );
}

/** The origin of the port that meets a line, where that is a port at all. Written anew, from the words of the design. */
function meets(facts: Facts, line: Dependency): PortOrigin | undefined {
  const key = patternKey(line);
  const elsewhere = Object.hasOwn(facts.providers, key) ? facts.providers[key] : undefined;
  if (elsewhere === '') return undefined;
  return elsewhere === undefined || elsewhere === null ? line.origin : facts.follows[elsewhere];
}

/** Everything that is there at run time when `first` is: the lines `lib` and `run`, of each port again. */
function runClosure(facts: Facts, first: readonly PortOrigin[]): Set<PortOrigin> {
  const closure = new Set<PortOrigin>();
  const visit = (own: PortOrigin): void => {
    if (closure.has(own)) return;
    closure.add(own);
    const port = facts.ports.find((candidate) => candidate.origin === own);
    for (const line of port?.dependencies ?? []) {
      if ((line.kind !== 'lib' && line.kind !== 'run') || line.target !== undefined) continue;
      const on = meets(facts, line);
      if (on !== undefined) visit(on);
    }
  };
  first.forEach(visit);
  return closure;
}

/** What rule 1 (for a build) and rule 2 (for a package) say has to be installed before; steps of the plan only. */
function required(facts: Facts, plan: Plan, own: PortOrigin, kinds: readonly string[]): string[] {
  const port = facts.ports.find((candidate) => candidate.origin === own);
  const direct = (port?.dependencies ?? [])
    .filter(({kind, target}) => kinds.includes(kind) && target === undefined)
    .flatMap((line) => meets(facts, line) ?? []);
  // Only through steps: what an unchanged port carries along is an order that may be given up.
  const steps = new Set<string>(plan.steps.map((step) => step.origin));
  const among = direct.filter((on) => steps.has(on) && on !== own);
  const through: Facts = {...facts, ports: facts.ports.filter((candidate) => steps.has(candidate.origin))};
  return [...runClosure(through, among)].filter((on) => steps.has(on) && on !== own);
}

describe('every plan', () => {
  test('is the same to the byte whatever the order of the facts', () => {
    fc.assert(
      fc.property(
        randomWorld.chain((world) => fc.tuple(fc.constant(world), shuffled(world.facts))),
        ([{facts, request}, reordered]) => {
          assert.equal(
            JSON.stringify(buildPlan(reordered, request)),
            JSON.stringify(buildPlan(facts, request)),
          );
        },
      ),
      runs,
    );
  });

  test('waits for nothing that is not in it, and names no phase twice', () => {
    forEveryWorld((plan) => {
      const ids = plan.nodes.map(({id}) => id);
      assert.equal(new Set(ids).size, ids.length);
      const known = new Set(ids);
      for (const {waitsFor, after} of plan.nodes) {
        for (const id of [...waitsFor, ...after]) assert.ok(known.has(id), id);
      }
      assert.deepEqual(
        [...ids].sort(),
        plan.steps.flatMap((step) => step.phases.map((phase) => `${phase} ${step.origin}`)).sort(),
      );
    });
  });

  test('has no circle', () => {
    forEveryWorld((plan) => {
      const done = new Set<string>();
      let open = [...plan.nodes];
      while (open.length > 0) {
        const ready = open.filter(({waitsFor, after}) => [...waitsFor, ...after].every((id) => done.has(id)));
        assert.notEqual(ready.length, 0, `stuck: ${open.map(({id}) => id).join(', ')}`);
        for (const {id} of ready) done.add(id);
        open = open.filter(({id}) => !done.has(id));
      }
    });
  });

  test('lists its steps so that each comes after all that its installation waits for', () => {
    forEveryWorld((plan) => {
      const seen = new Set<string>();
      for (const step of plan.steps) {
        const last = step.phases.at(-1);
        assert.ok(last !== undefined);
        for (const id of allBefore(plan, `${last} ${step.origin}`)) {
          const on = id.slice(id.indexOf(' ') + 1);
          assert.ok(on === step.origin || seen.has(on), `${on} comes after ${step.origin}`);
        }
        seen.add(step.origin);
      }
    });
  });

  test('builds nothing before what it is built with, and all that this runs with, is installed (rule 1)', () => {
    forEveryWorld((plan, {facts}) => {
      for (const step of plan.steps) {
        if (!step.phases.includes('build')) continue;
        const before = new Set(allBefore(plan, `build ${step.origin}`));
        const kinds = ['pkg', 'extract', 'patch', 'fetch', 'build', 'lib'];
        for (const on of required(facts, plan, step.origin, kinds)) {
          assert.ok(before.has(`install ${on}`), `build ${step.origin} does not wait for ${on}`);
        }
      }
    });
  });

  test('packages nothing before all that it runs with is installed (rule 2)', () => {
    forEveryWorld((plan, {facts}) => {
      for (const step of plan.steps) {
        if (!step.phases.includes('install')) continue;
        const phase = step.phases.includes('package') ? 'package' : 'install';
        const before = new Set(allBefore(plan, `${phase} ${step.origin}`));
        for (const on of required(facts, plan, step.origin, ['lib', 'run'])) {
          assert.ok(before.has(`install ${on}`), `${phase} ${step.origin} does not wait for ${on}`);
        }
      }
    });
  });

  test('has everything that was wanted, as a step or as left out, and never as both', () => {
    forEveryWorld((plan, {facts, request}) => {
      const steps = new Set(stepOrigins(plan));
      const leftOut = new Set<string>(plan.leftOut.map((item) => item.origin));
      const wanted = new Set<PortOrigin>(request.origins);
      for (const item of facts.packages) {
        if (request.all && (request.force || item.version === '1')) wanted.add(item.origin);
      }
      for (const own of wanted) assert.ok(steps.has(own) !== leftOut.has(own), `${own} is neither or both`);
      for (const own of leftOut) assert.ok(!steps.has(own), `${own} is both`);
    });
  });

  test('builds no port without all that it needs: each unmet line is another step, or nothing', () => {
    forEveryWorld((plan, {facts, request}) => {
      if (request.fetchOnly) return;
      const steps = new Set<string>(plan.steps.map((step) => step.origin));
      for (const step of plan.steps) {
        if (!step.phases.includes('build')) continue;
        const port = facts.ports.find((candidate) => candidate.origin === step.origin);
        for (const line of port?.dependencies ?? []) {
          if (line.target !== undefined || facts.providers[patternKey(line)] !== null) continue;
          assert.ok(steps.has(line.origin), `${step.origin} lacks ${line.origin}`);
        }
      }
    });
  });

  test('touches no locked package and builds no ignored port', () => {
    forEveryWorld((plan, {facts}) => {
      for (const step of plan.steps) {
        assert.ok(!facts.packages.some((item) => item.origin === step.origin && item.locked));
        assert.ok(!facts.ports.some((port) => port.origin === step.origin && port.ignore !== undefined));
        assert.ok(step.reasons.length > 0);
      }
    });
  });

  test('gives a phase more weight than everything that waits for it', () => {
    forEveryWorld((plan) => {
      const weights = new Map(plan.nodes.map(({id, weight}) => [id, weight]));
      for (const {id, waitsFor} of plan.nodes) {
        for (const on of waitsFor) assert.ok((weights.get(on) ?? 0) > (weights.get(id) ?? 0), `${on}, ${id}`);
      }
    });
  });

  test('tells of each circle a path along lines of ports that were wanted, first port again at its end', () => {
    forEveryWorld((plan, {facts}) => {
      for (const {reason} of plan.leftOut) {
        if (reason.kind !== 'cycle') continue;
        assert.ok(reason.path.length >= 2, reason.path.join());
        assert.equal(reason.path[0], reason.path.at(-1));
        assert.ok(reason.path.every((own) => facts.ports.some((port) => port.origin === own)));
      }
    });
  });
});
