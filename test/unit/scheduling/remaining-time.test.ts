import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import type {RunEvent} from '../../../src/model/event.js';
import type {PhaseNode} from '../../../src/model/plan.js';
import {RemainingTime} from '../../../src/scheduling/remaining-time.js';
import {node, weighted} from '../../rig/nodes.js';

const minute = 60_000;
const options = {builders: 1, fetchers: 1, jobsTotal: 1, cores: 4};

function builds(count: number, basis: 'measured' | 'guess' = 'measured'): PhaseNode[] {
  return weighted(
    Array.from({length: count}, (_, index) =>
      node(`build www/p${index}`, {expected: {ms: 10 * minute, basis}}),
    ),
  );
}

function started(of: PhaseNode | undefined, at: number): RunEvent {
  assert.ok(of !== undefined);
  return {kind: 'phase-started', at, origin: of.origin, phase: of.phase, log: '', worker: 1, jobs: 1};
}

function finished(of: PhaseNode | undefined, at: number, durationMs: number): RunEvent {
  assert.ok(of !== undefined);
  return {kind: 'phase-finished', at, origin: of.origin, phase: of.phase, durationMs, outcome: 'succeeded'};
}

describe('the time that a run still takes', () => {
  test('is that of the simulation, and goes by', () => {
    const nodes = builds(3);
    const remaining = new RemainingTime(nodes, options);
    assert.equal(remaining.remainingMs(0), 30 * minute);
    remaining.apply(started(nodes[0], 0));
    assert.equal(remaining.remainingMs(4 * minute), 26 * minute);
    assert.equal(remaining.remainingMs(5 * minute), 25 * minute, 'between two simulations it counts down');
  });

  test('is corrected by how long things really take', () => {
    const nodes = builds(3);
    const remaining = new RemainingTime(nodes, options);
    remaining.apply(started(nodes[0], 0));
    remaining.apply(finished(nodes[0], 20 * minute, 20 * minute));
    remaining.apply(started(nodes[1], 20 * minute));
    const ms = remaining.remainingMs(20 * minute) ?? NaN;
    assert.ok(ms > 37 * minute && ms < 40 * minute, `${ms / minute} min: nearly twice as long as expected`);
  });

  test('never says that a phase is done which still runs', () => {
    const nodes = builds(1);
    const remaining = new RemainingTime(nodes, options);
    remaining.apply(started(nodes[0], 0));
    assert.equal(remaining.remainingMs(60 * minute), 6 * minute);
  });

  test('grows again while a phase goes on after all its time has gone by', () => {
    const nodes = builds(1);
    const remaining = new RemainingTime(nodes, options);
    remaining.apply(started(nodes[0], 0));
    assert.equal(remaining.remainingMs(0), 10 * minute);
    assert.equal(remaining.remainingMs(9 * minute), minute);
    assert.equal(remaining.remainingMs(60 * minute), 6 * minute);
  });

  test('did not go by in a pause, once the run goes on', () => {
    const remaining = new RemainingTime(builds(3), options);
    assert.equal(remaining.remainingMs(0), 30 * minute);
    remaining.apply({kind: 'run-paused', at: 0});
    remaining.apply({kind: 'run-resumed', at: 20 * minute});
    assert.equal(remaining.remainingMs(20 * minute), 30 * minute);
  });

  test('counts no builders but those there are, however many fetches and installations run beside them', () => {
    const fetches = ['x', 'y'].map((name) => node(`fetch www/${name}`, {expected: {ms: minute}}));
    const nodes = [...builds(4), ...weighted(fetches)];
    const remaining = new RemainingTime(nodes, {...options, fetchers: 2});
    for (const fetch of fetches) remaining.apply(started(fetch, 0));
    remaining.apply(started(nodes[0], 0));
    assert.equal(remaining.remainingMs(0), 40 * minute);
  });

  test('has room for builds that go on beyond a lowered number', () => {
    const nodes = builds(3);
    const remaining = new RemainingTime(nodes, {...options, builders: 3});
    for (const build of nodes) remaining.apply(started(build, 0));
    remaining.apply({kind: 'workers-changed', at: 0, builders: 1});
    assert.equal(remaining.remainingMs(0), 10 * minute);
  });

  test('leaves out what failed, was skipped or is done', () => {
    const nodes = builds(3);
    const remaining = new RemainingTime(nodes, options);
    for (const {origin} of nodes.slice(1)) {
      remaining.apply({kind: 'step-finished', at: 0, origin, status: 'skipped'});
    }
    assert.equal(remaining.remainingMs(0), 10 * minute);
  });

  test('follows the number of builders', () => {
    const remaining = new RemainingTime(builds(4), options);
    remaining.apply({kind: 'workers-changed', at: 0, builders: 2});
    assert.equal(remaining.remainingMs(0), 20 * minute);
  });

  test('is not told while nothing at all is known, and is once something was built', () => {
    const nodes = builds(2, 'guess');
    const remaining = new RemainingTime(nodes, options);
    remaining.apply(started(nodes[0], 0));
    assert.equal(remaining.remainingMs(0), undefined);
    remaining.apply(finished(nodes[0], 1000, 1000));
    assert.ok((remaining.remainingMs(1000) ?? Infinity) < 2 * minute);
  });
});
