import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import type {PhaseEstimate} from '../../../src/model/estimate.js';
import {durationWith} from '../../../src/scheduling/duration.js';

function measured(ms: number, cpuMs: number, jobs: number): PhaseEstimate {
  return {ms, cpuMs, jobs, memoryBytes: 0, workBytes: 0, basis: 'measured'};
}

const near = (actual: number, wanted: number): void => {
  assert.ok(Math.abs(actual - wanted) < 1e-9, `${actual} is not ${wanted}`);
};

describe('the time of a build with another number of jobs', () => {
  test('is the measured one with the number it was measured with', () => {
    assert.equal(durationWith(measured(100, 80, 1), 1), 100);
    assert.equal(durationWith(measured(100, 380, 4), 4), 100);
  });

  test('halves where a build that kept all its jobs busy gets half of them', () => {
    near(durationWith(measured(100, 400, 4), 2), 200);
    near(durationWith(measured(100, 400, 4), 1), 400);
  });

  test('stays where a build kept one processor busy whatever it was given', () => {
    assert.equal(durationWith(measured(100, 95, 8), 1), 100);
    assert.equal(durationWith(measured(100, 95, 8), 16), 100);
  });

  test('follows the serial share told from four jobs that were half busy', () => {
    // 200 ms of work in 100 ms with 4 jobs: a third of it is serial.
    near(durationWith(measured(100, 200, 4), 1), 200);
    near(durationWith(measured(100, 200, 4), 2), (200 * 1) / 3 + (200 * 2) / 3 / 2);
  });

  test('is never less than its work allows, and never more with more jobs, where it kept more busy than it had jobs', () => {
    assert.equal(durationWith(measured(100, 500, 1), 1), 100);
    near(durationWith(measured(100, 500, 1), 2), 100);
    near(durationWith(measured(100, 500, 1), 8), 62.5);
    assert.equal(durationWith(measured(100, 500, 2), 3), 100);
    near(durationWith(measured(100, 500, 2), 10), 50);
  });

  test('gains from more jobs what a mostly parallel build gains, and waiting stays waiting', () => {
    near(durationWith(measured(100, 100, 1), 2), 60);
    near(durationWith(measured(100, 50, 1), 2), 50 + 30);
    assert.equal(durationWith(measured(100, 0, 1), 8), 100);
  });
});
