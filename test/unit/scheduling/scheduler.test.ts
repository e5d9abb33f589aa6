import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import type {PhaseNode} from '../../../src/model/plan.js';
import {unlimited, type Budget} from '../../../src/scheduling/admission.js';
import {Scheduler, type SchedulerOptions, type Start} from '../../../src/scheduling/scheduler.js';
import {origin} from '../../rig/builders.js';
import {node, weighted} from '../../rig/nodes.js';

const all = (): boolean => true;

/** A scheduler whose phases the test ends by hand. */
class Desk {
  readonly scheduler: Scheduler;
  readonly #running = new Map<string, Start>();
  readonly #nodes: ReadonlyMap<string, PhaseNode>;

  constructor(nodes: readonly PhaseNode[], options: Partial<SchedulerOptions> = {}) {
    this.#nodes = new Map(nodes.map((item) => [item.id, item]));
    this.scheduler = new Scheduler(nodes, {builders: 2, fetchers: 1, jobsTotal: 4, ...options});
  }

  /** Starts all that may start; gives `id` or, with more than one job, `id ×jobs`. */
  fill(budget: Budget = unlimited): string[] {
    const started: string[] = [];
    for (;;) {
      const start = this.scheduler.next(0, all, budget);
      if (start === undefined) return started;
      this.#running.set(start.node.id, start);
      started.push(start.jobs === 1 ? start.node.id : `${start.node.id} ×${start.jobs}`);
    }
  }

  /** A phase ends well. */
  succeed(id: string): this {
    this.end(id);
    const item = this.#nodes.get(id);
    if (item !== undefined) this.scheduler.succeeded(item.id);
    return this;
  }

  end(id: string): PhaseNode {
    const start = this.#running.get(id);
    assert.ok(start !== undefined, `${id} runs`);
    this.#running.delete(id);
    this.scheduler.ended(start.node, 0);
    return start.node;
  }

  get held(): string[] {
    return this.scheduler.holds.map((hold) => `${hold.node.id}: ${hold.reason.kind}`);
  }
}

const builds = (...names: readonly string[]): PhaseNode[] => names.map((name) => node(`build www/${name}`));

describe('jobs of a build', () => {
  test('are all there are for the only one, one each for many, and add up to all', () => {
    assert.deepEqual(new Desk(builds('a')).fill(), ['build www/a ×4']);
    assert.deepEqual(new Desk(builds('a', 'b', 'c', 'd', 'e'), {builders: 4}).fill(), [
      'build www/a',
      'build www/b',
      'build www/c',
      'build www/d',
    ]);
    assert.deepEqual(new Desk(builds('a', 'b', 'c'), {builders: 3}).fill(), [
      'build www/a',
      'build www/b',
      'build www/c ×2',
    ]);
  });

  test('leave room for a build that waits for an installation under way', () => {
    const desk = new Desk(
      [
        node('install www/lib'),
        node('build www/a'),
        node('build www/b', {waitsFor: ['install www/lib']}),
        node('build www/c', {waitsFor: ['install www/lib', 'build www/a']}),
      ],
      {builders: 4},
    );
    assert.deepEqual(desk.fill(), ['install www/lib', 'build www/a ×2']);
  });

  test('are no fewer than an equal share, even where earlier builds took all', () => {
    const desk = new Desk([
      node('fetch www/b'),
      node('build www/a'),
      node('package www/b', {waitsFor: ['fetch www/b']}),
      node('build www/c', {waitsFor: ['package www/b']}),
    ]);
    assert.deepEqual(desk.fill(), ['build www/a ×4', 'fetch www/b']);
    desk.succeed('fetch www/b').fill();
    assert.deepEqual(desk.succeed('package www/b').fill(), ['build www/c ×2']);
  });

  test('are what the port or the user says, and one on a second try after a parallel make', () => {
    const desk = new Desk([node('build www/a', {jobs: 3}), node('build www/b', {jobs: 1})]);
    assert.deepEqual(desk.fill(), ['build www/a ×3', 'build www/b']);
    desk.scheduler.again(desk.end('build www/a'), {oneJob: true});
    assert.deepEqual(desk.fill(), ['build www/a']);
  });
});

describe('who goes first', () => {
  const chain = weighted([
    node('build www/small'),
    node('build www/lib', {expected: {ms: 5}}),
    node('build www/app', {waitsFor: ['build www/lib'], expected: {ms: 50}}),
    node('build www/other', {expected: {ms: 20}}),
  ]);

  test('is who has the longest way in time before it', () => {
    assert.deepEqual(new Desk(chain, {builders: 2, jobsTotal: 1}).fill(), [
      'build www/lib',
      'build www/other',
    ]);
  });

  test('is what the user gave a priority, with what that waits for; a negative one goes last', () => {
    const preferred = chain.map((item) =>
      item.origin === 'www/small' ? {...item, priority: 1} : {...item, priority: 0},
    );
    assert.deepEqual(new Desk(preferred, {builders: 1, jobsTotal: 1}).fill(), ['build www/small']);
    const app = chain.map((item) => (item.origin === 'www/app' ? {...item, priority: 1} : item));
    assert.deepEqual(new Desk(app, {builders: 1, jobsTotal: 1}).fill(), ['build www/lib']);
    const lib = chain.map((item) => (item.origin === 'www/other' ? {...item, priority: -1} : item));
    const desk = new Desk(lib, {builders: 3, jobsTotal: 1});
    assert.deepEqual(desk.fill(), ['build www/lib', 'build www/small', 'build www/other']);
  });

  test('is what the most urgent of several wait for', () => {
    const nodes = weighted([
      node('build www/base', {priority: -1}),
      node('build www/lib', {waitsFor: ['build www/base']}),
      node('build www/low', {waitsFor: ['build www/lib'], priority: 1}),
      node('build www/high', {waitsFor: ['build www/base'], priority: 3}),
      node('build www/middle', {expected: {ms: 500}, priority: 2}),
    ]);
    const desk = new Desk(nodes, {builders: 1, jobsTotal: 1});
    const order = desk.fill();
    for (let last = order[0]; last !== undefined; [last] = desk.succeed(last).fill()) {
      if (last !== order[0]) order.push(last);
    }
    assert.deepEqual(order, [
      'build www/base',
      'build www/high',
      'build www/middle',
      'build www/lib',
      'build www/low',
    ]);
  });

  test('is what was pushed while the run is under way, with what it still waits for', () => {
    const desk = new Desk(
      weighted([
        node('fetch www/first', {expected: {ms: 500}}),
        node('build www/heavy', {expected: {ms: 100}}),
        node('build www/heavier', {expected: {ms: 200}}),
        node('build www/lib', {expected: {ms: 1}}),
        node('build www/late', {waitsFor: ['build www/lib'], expected: {ms: 1}}),
      ]),
      {builders: 1, jobsTotal: 1},
    );
    desk.scheduler.push(origin('www/late'));
    assert.deepEqual(desk.fill(), ['build www/lib', 'fetch www/first']);
    assert.deepEqual(desk.succeed('build www/lib').fill(), ['build www/late']);
    assert.deepEqual(desk.succeed('build www/late').fill(), ['build www/heavier']);
  });
});

describe('builds that do not fit', () => {
  const big = (name: string, weight: number, memoryBytes: number): PhaseNode =>
    node(`build www/${name}`, {weight, expected: {memoryBytes}});
  const budget = {...unlimited, memoryBytes: 100};

  test('are held back and named, and go when there is room', () => {
    const desk = new Desk([big('a', 9, 60), big('b', 8, 60)]);
    assert.deepEqual(desk.fill(budget), ['build www/a ×2']);
    assert.deepEqual(desk.held, ['build www/b: memory']);
    assert.deepEqual(desk.succeed('build www/a').fill(budget), ['build www/b ×4']);
    assert.deepEqual(desk.held, []);
  });

  test('let others go before them, but not for ever', () => {
    const small = ['c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map((name) => big(name, 1, 30));
    const desk = new Desk([big('a', 9, 60), big('b', 8, 60), ...small], {builders: 2});
    assert.deepEqual(desk.fill(budget), ['build www/a ×2', 'build www/c ×2']);
    let gone = 0;
    for (const name of ['c', 'd', 'e', 'f', 'g', 'h', 'i']) {
      const started = desk.succeed(`build www/${name}`).fill(budget);
      if (started.length === 0) break;
      gone += 1;
    }
    assert.equal(gone, 3, 'four of them went before the big one');
    assert.deepEqual(desk.held, ['build www/b: memory']);
    assert.deepEqual(desk.succeed('build www/a').fill(budget), ['build www/b ×2', 'build www/g ×2']);
  });

  test('do not keep packages back', () => {
    const desk = new Desk([big('a', 9, 60), big('b', 8, 60), node('package www/c')]);
    assert.deepEqual(desk.fill(budget), ['build www/a ×2', 'package www/c']);
  });

  test('do not keep packages back while room is made for them either', () => {
    const small = ['c', 'd', 'e', 'f'].map((name) => big(name, 1, 30));
    const made = node('package www/c', {waitsFor: ['build www/f']});
    const more = big('g', 1, 30);
    const desk = new Desk([big('a', 9, 60), big('b', 8, 60), ...small, made, more], {builders: 2});
    desk.fill(budget);
    for (const name of ['c', 'd', 'e']) desk.succeed(`build www/${name}`).fill(budget);
    assert.deepEqual(desk.succeed('build www/f').fill(budget), ['package www/c']);
    assert.deepEqual(desk.succeed('package www/c').fill(budget), [], 'a build that would fit waits');
    assert.deepEqual(desk.held, ['build www/b: memory']);
  });

  test('a build that has to be alone waits for the others, and they for it', () => {
    const desk = new Desk(builds('a', 'b', 'c'), {builders: 2, jobsTotal: 2});
    assert.deepEqual(desk.fill(), ['build www/a', 'build www/b']);
    desk.scheduler.again(desk.end('build www/a'), {alone: true});
    desk.succeed('build www/b');
    assert.deepEqual(desk.fill(), ['build www/a']);
    assert.deepEqual(desk.held, ['build www/c: alone']);
    assert.deepEqual(desk.succeed('build www/a').fill(), ['build www/c ×2']);
  });
});

describe('the number of builders', () => {
  test('can be raised and lowered; builds beyond a lower number go on', () => {
    const desk = new Desk(builds('a', 'b', 'c', 'd', 'e', 'f'), {builders: 1, jobsTotal: 1});
    assert.equal(desk.fill().length, 1);
    desk.scheduler.setBuilders(3);
    assert.deepEqual(desk.fill(), ['build www/b', 'build www/c']);
    desk.scheduler.setBuilders(1);
    assert.deepEqual(desk.succeed('build www/a').fill(), []);
    assert.deepEqual(desk.succeed('build www/b').fill(), []);
    assert.deepEqual(desk.succeed('build www/c').fill(), ['build www/d']);
  });
});

describe('phases that share something', () => {
  test('never run side by side, whatever lane they are in', () => {
    const desk = new Desk([
      node('build www/a', {exclusive: ['group rust']}),
      node('build www/b', {exclusive: ['group rust']}),
      node('build www/c'),
    ]);
    assert.deepEqual(desk.fill(), ['build www/a ×2', 'build www/c ×2']);
    assert.deepEqual(desk.succeed('build www/c').fill(), []);
    assert.deepEqual(desk.succeed('build www/a').fill(), ['build www/b ×4']);
  });
});

describe('installations, which are done one at a time,', () => {
  const port = (
    name: string,
    buildMs: number,
    installMs: number,
    waitsFor: readonly string[] = [],
  ): PhaseNode[] => [
    node(`build www/${name}`, {expected: {ms: buildMs}, waitsFor}),
    node(`package www/${name}`, {expected: {ms: 1}, waitsFor: [`build www/${name}`]}),
    node(`install www/${name}`, {expected: {ms: installMs}, waitsFor: [`package www/${name}`]}),
  ];

  test('are fed with what gets there soonest while they have longer to go than the builders', () => {
    const nodes = weighted([...port('slow', 60, 50), ...port('quick', 10, 50), ...port('middle', 20, 50)]);
    assert.deepEqual(new Desk(nodes, {builders: 1, jobsTotal: 1}).fill(), ['build www/quick']);
  });

  test('are not, while the builders have longer to go', () => {
    const nodes = weighted([...port('slow', 60, 5), ...port('quick', 10, 5), ...port('middle', 20, 5)]);
    assert.deepEqual(new Desk(nodes, {builders: 1, jobsTotal: 1}).fill(), ['build www/slow']);
  });

  test('do not keep back a chain that has longer to go than they have', () => {
    const nodes = weighted([
      ...port('slow', 60, 50),
      ...port('after', 90, 1, ['install www/slow']),
      ...port('quick', 10, 50),
      ...port('middle', 20, 50),
    ]);
    assert.deepEqual(new Desk(nodes, {builders: 1, jobsTotal: 1}).fill(), ['build www/slow']);
  });

  test('do not keep back what the user wants first', () => {
    const nodes = weighted([...port('slow', 60, 50), ...port('quick', 10, 50)]);
    const desk = new Desk(nodes, {builders: 1, jobsTotal: 1});
    desk.scheduler.push(origin('www/slow'));
    assert.deepEqual(desk.fill(), ['build www/slow']);
  });
});
