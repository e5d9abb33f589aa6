import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {holdReason, unlimited, type Budget, type RunningBuild} from '../../../src/scheduling/admission.js';
import {node} from '../../rig/nodes.js';

const gigabyte = 2 ** 30;

function running(memory: number, {work = 0, startedAt = 0, ms = 100, alone = false} = {}): RunningBuild {
  const expected = {memoryBytes: memory * gigabyte, workBytes: work * gigabyte, ms};
  return {node: node('build www/running', {expected}), startedAt, alone};
}

function candidate(memory: number, work = 0) {
  return node('build www/new', {
    expected: {memoryBytes: memory * gigabyte, workBytes: work * gigabyte},
  });
}

const having = (parts: Partial<Budget>): Budget => ({...unlimited, ...parts});

describe('a build may start', () => {
  test('when nothing else builds, whatever it needs and however high the load is', () => {
    const budget = having({memoryBytes: 1, diskBytes: 0, load: 99, loadLimit: 1});
    assert.equal(holdReason(candidate(64, 64), true, [], budget, 0), undefined);
  });

  test('when its memory fits beside what the running builds are expected to take', () => {
    const budget = having({memoryBytes: 8 * gigabyte, usedMemoryBytes: gigabyte});
    assert.equal(holdReason(candidate(3), false, [running(2), running(3)], budget, 0), undefined);
    assert.deepEqual(holdReason(candidate(4), false, [running(2), running(3)], budget, 0), {
      kind: 'memory',
      needed: 4 * gigabyte,
      free: 3 * gigabyte,
    });
  });

  test('unless the running builds take more than was expected of them', () => {
    const budget = having({memoryBytes: 8 * gigabyte, usedMemoryBytes: 7 * gigabyte});
    assert.deepEqual(holdReason(candidate(2), false, [running(1)], budget, 0), {
      kind: 'memory',
      needed: 2 * gigabyte,
      free: gigabyte,
    });
  });

  test('when there is room for its work directory and for what the others have still to write', () => {
    const budget = having({diskBytes: 10 * gigabyte});
    const half = running(0, {work: 8, startedAt: 0, ms: 100});
    assert.equal(holdReason(candidate(0, 6), false, [half], budget, 50), undefined);
    assert.deepEqual(holdReason(candidate(0, 7), false, [half], budget, 50), {
      kind: 'disk',
      needed: 7 * gigabyte,
      free: 6 * gigabyte,
    });
    assert.equal(holdReason(candidate(0, 10), false, [half], budget, 500), undefined, 'it has all it needs');
  });

  test('while the load is under its limit', () => {
    assert.equal(
      holdReason(candidate(0), false, [running(0)], having({load: 3.9, loadLimit: 4}), 0),
      undefined,
    );
    assert.deepEqual(holdReason(candidate(0), false, [running(0)], having({load: 4, loadLimit: 4}), 0), {
      kind: 'load',
      load: 4,
      limit: 4,
    });
  });

  test('alone, when it or the running one has to be alone', () => {
    assert.deepEqual(holdReason(candidate(0), true, [running(0)], unlimited, 0), {kind: 'alone'});
    assert.deepEqual(holdReason(candidate(0), false, [running(0, {alone: true})], unlimited, 0), {
      kind: 'alone',
    });
  });
});
