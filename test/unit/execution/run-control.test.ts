import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import type {Plan} from '../../../src/model/plan.js';
import type {BudgetWatch} from '../../../src/execution/executor-options.js';
import {unlimited, type Budget} from '../../../src/scheduling/admission.js';
import {FakeRun, endings} from '../../rig/fake-run.js';
import {settled} from '../../rig/fake-phase-runner.js';
import {origin} from '../../rig/builders.js';
import {planOfBuilds} from '../../rig/nodes.js';

const threeBuilds: Plan = planOfBuilds('www/a', 'www/b', 'www/c', 'www/d');

describe('a run under way', () => {
  test('takes more builders, and fewer: what runs goes on', async () => {
    const run = await FakeRun.start(threeBuilds, {builders: 1});
    assert.deepEqual(run.phases.running, ['build www/a']);
    run.controller.setBuilders(3);
    await settled();
    assert.deepEqual(run.phases.running, ['build www/a', 'build www/b', 'build www/c']);
    run.controller.setBuilders(1);
    await run.phases.succeed('build www/b');
    await run.phases.succeed('build www/a');
    assert.deepEqual(run.phases.running, ['build www/c']);
    await run.phases.succeed('build www/c');
    assert.deepEqual(run.phases.running, ['build www/d']);
    const summary = await run.finish();
    assert.equal(summary.mostBuilders, 3);
    assert.deepEqual(
      run.eventsOf('workers-changed').map(({builders}) => builders),
      [3, 1],
    );
  });

  test('starts nothing while it is paused, and goes on when it is resumed', async () => {
    const run = await FakeRun.start(threeBuilds, {builders: 1});
    run.controller.pause();
    await run.phases.succeed('build www/a');
    assert.deepEqual(run.phases.running, []);
    assert.equal(run.controller.isPaused, true);
    run.controller.setBuilders(2);
    await settled();
    assert.deepEqual(run.phases.running, [], 'more builders do not end the pause');
    run.controller.resume();
    await settled();
    assert.deepEqual(run.phases.running, ['build www/b', 'build www/c']);
    await run.finish();
    const kinds = run.events.map(({kind}) => kind);
    assert.ok(kinds.indexOf('run-paused') < kinds.indexOf('run-resumed'));
  });

  test('ends when it is told to stop in a pause', async () => {
    const run = await FakeRun.start(threeBuilds, {builders: 1});
    run.controller.pause();
    await run.phases.succeed('build www/a');
    await run.stop('SIGTERM');
    const summary = await run.done;
    assert.deepEqual(endings(summary).cancelled, ['www/b', 'www/c', 'www/d']);
  });

  test('puts a port before others; one that has ended or is not there is refused', async () => {
    const run = await FakeRun.start(threeBuilds, {builders: 1});
    assert.equal(run.controller.push(origin('www/d')), true);
    await run.phases.succeed('build www/a');
    assert.deepEqual(run.phases.running, ['build www/d']);
    assert.equal(run.controller.push(origin('www/a')), false);
    assert.equal(run.controller.push(origin('www/unknown')), false);
    await run.finish();
    assert.deepEqual(
      run.eventsOf('port-pushed').map((event) => event.origin),
      ['www/d'],
    );
  });

  test('takes no orders after its end', async () => {
    const run = await FakeRun.start(threeBuilds, {builders: 4});
    await run.finish();
    const count = run.events.length;
    run.controller.pause();
    run.controller.resume();
    run.controller.setBuilders(9);
    assert.equal(run.controller.push(origin('www/a')), false);
    assert.equal(run.events.length, count);
  });
});

describe('a second try', () => {
  const failure = {
    kind: 'phase-failed',
    origin: origin('www/a'),
    phase: 'build',
    outcome: {kind: 'exited', status: 1},
    log: '/logs/a',
    excerpt: [],
  } as const;

  test('is made once, under the conditions that were asked for, and is in the summary', async () => {
    const run = await FakeRun.start(planOfBuilds('www/a'), {builders: 4, jobsTotal: 4});
    assert.equal(run.phases.contextOf('build www/a').jobs, 4);
    await run.phases.end('build www/a', {kind: 'failed', failure, again: 'one-job'});
    assert.equal(run.phases.contextOf('build www/a').again, 'one-job');
    assert.equal(run.phases.contextOf('build www/a').jobs, 1);
    await run.phases.end('build www/a', {kind: 'failed', failure, again: 'alone'});
    const summary = await run.done;
    assert.deepEqual(endings(summary).failed, ['www/a']);
    assert.deepEqual(summary.results[0]?.again, [{phase: 'build', how: 'one-job'}]);
    assert.equal(run.eventsOf('phase-again').length, 1);
  });

  test('that ends well is a success', async () => {
    const run = await FakeRun.start(planOfBuilds('www/a', 'www/b'), {builders: 1});
    await run.phases.end('build www/a', {kind: 'failed', failure, again: 'one-job'});
    const summary = await run.finish();
    assert.deepEqual(endings(summary).succeeded, ['www/a', 'www/b']);
  });

  test('after memory ran out waits until nothing else builds', async () => {
    const run = await FakeRun.start(planOfBuilds('www/a', 'www/b', 'www/c'), {builders: 2});
    await run.phases.end('build www/a', {kind: 'failed', failure, again: 'alone'});
    assert.deepEqual(run.phases.running, ['build www/b', 'build www/c']);
    await run.phases.succeed('build www/b');
    assert.deepEqual(run.phases.running, ['build www/c']);
    assert.deepEqual(run.eventsOf('phase-held').at(-1)?.reason, {kind: 'alone'});
    await run.phases.succeed('build www/c');
    assert.deepEqual(run.phases.running, ['build www/a']);
    await run.finish();
  });

  test('is not made any more when the run ends', async () => {
    const run = await FakeRun.start(planOfBuilds('www/a', 'www/b'), {builders: 2});
    await run.stop('SIGTERM');
    await run.phases.end('build www/a', {kind: 'failed', failure, again: 'one-job'});
    await run.phases.end('build www/b', {kind: 'stopped'});
    const summary = await run.done;
    assert.deepEqual(endings(summary).failed, ['www/a']);
  });
});

/** A machine whose memory the test says. */
class FakeWatch implements BudgetWatch {
  memoryBytes = 0;
  readonly #waiting: (() => void)[] = [];

  budget(): Budget {
    return {...unlimited, memoryBytes: this.memoryBytes};
  }

  whenChanged(callback: () => void): void {
    this.#waiting.push(callback);
  }

  async change(memoryBytes: number): Promise<void> {
    this.memoryBytes = memoryBytes;
    for (const callback of this.#waiting.splice(0)) callback();
    await settled();
  }
}

describe('a build that does not fit into memory', () => {
  test('is held back, said once, and let go when there is more', async () => {
    const watch = new FakeWatch();
    watch.memoryBytes = 100;
    const run = await FakeRun.start(planOfBuilds(['www/a', 60], ['www/b', 60], ['www/c', 10]), {
      builders: 3,
      watch,
    });
    assert.deepEqual(run.phases.running, ['build www/a', 'build www/c']);
    await watch.change(110);
    assert.deepEqual(run.phases.running, ['build www/a', 'build www/c']);
    await watch.change(130);
    assert.deepEqual(run.phases.running, ['build www/a', 'build www/c', 'build www/b']);
    await run.finish();
    const held = run.eventsOf('phase-held').map(({origin: own, reason}) => ({own, reason}));
    assert.deepEqual(held, [{own: 'www/b', reason: {kind: 'memory', needed: 60, free: 40}}]);
  });
});
