import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {LaneUse} from '../../../src/scheduling/lane-use.js';
import {ReadyLane} from '../../../src/scheduling/ready-lane.js';
import {phaseId, type PhaseNode} from '../../../src/model/plan.js';
import {withoutHistory} from '../../../src/planning/priorities.js';
import {origin} from '../../rig/builders.js';

function node(name: string, weight: number, ...exclusive: readonly string[]): PhaseNode {
  const own = origin(`www/${name}`);
  return {
    id: phaseId('fetch', own),
    phase: 'fetch',
    origin: own,
    waitsFor: [],
    after: [],
    weight,
    expected: withoutHistory(own, 'fetch'),
    priority: 0,
    exclusive,
  };
}

describe('the workers of a lane', () => {
  test('are given out from the lowest number that is free', () => {
    const use = new LaneUse(2);
    assert.equal(use.hasRoom, true);
    assert.equal(use.enter(0), 1);
    assert.equal(use.enter(0), 2);
    assert.equal(use.hasRoom, false);
    use.leave(1, 10);
    assert.equal(use.enter(10), 1);
    assert.equal(use.most, 2);
  });

  test('add up the time that each was at work', () => {
    const use = new LaneUse(2);
    use.enter(0);
    use.enter(100);
    use.leave(2, 150);
    use.leave(1, 1000);
    assert.equal(use.busyMs, 1050);
    assert.equal(use.running, 0);
  });

  test('are not given out twice, nor given back twice', () => {
    const use = new LaneUse(1);
    use.enter(0);
    assert.throws(() => use.enter(0), /Internal error/);
    use.leave(1, 5);
    assert.throws(() => {
      use.leave(1, 6);
    }, /Internal error/);
  });
});

describe('the phases of a lane that could start', () => {
  const nothingHeld = (): boolean => false;

  test('come out by weight, and equals in the order of the plan', () => {
    const lane = new ReadyLane();
    lane.add(node('late', 5), 2);
    lane.add(node('light', 1), 0);
    lane.add(node('early', 5), 1);
    lane.add(node('heavy', 9), 3);
    const order = [1, 2, 3, 4].map(() => lane.take(nothingHeld)?.node.origin);
    assert.deepEqual(order, ['www/heavy', 'www/early', 'www/late', 'www/light']);
    assert.equal(lane.take(nothingHeld), undefined);
  });

  test('stand aside while something they need is held, and compete again when it is given back', () => {
    const lane = new ReadyLane();
    lane.add(node('first', 9, 'x', 'y'), 0);
    lane.add(node('second', 1), 1);
    const held = new Set(['x']);
    assert.equal(lane.take((thing) => held.has(thing))?.node.origin, 'www/second');
    assert.equal(
      lane.take((thing) => held.has(thing)),
      undefined,
    );
    held.clear();
    held.add('y');
    lane.release('x');
    assert.equal(
      lane.take((thing) => held.has(thing)),
      undefined,
    );
    held.clear();
    lane.release('y');
    assert.equal(lane.take((thing) => held.has(thing))?.node.origin, 'www/first');
  });
});
