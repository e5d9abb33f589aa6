import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import type {PhaseEstimate} from '../../../src/model/estimate.js';
import type {HistoryRecord} from '../../../src/model/history.js';
import type {Phase} from '../../../src/model/plan.js';
import {estimatesFrom} from '../../../src/planning/estimates.js';
import {foundationOf} from '../../../src/scheduling/foundation.js';
import {withoutHistory} from '../../../src/planning/priorities.js';
import {origin} from '../../rig/builders.js';
import {record} from '../../rig/history.js';

const mebibyte = 2 ** 20;

function estimate(
  records: readonly HistoryRecord[],
  name: string,
  {phase = 'build', distfileBytes}: {readonly phase?: Phase; readonly distfileBytes?: number} = {},
): PhaseEstimate {
  const port = {origin: origin(name), ...(distfileBytes === undefined ? {} : {distfileBytes})};
  return estimatesFrom(records, [port])(origin(name), phase);
}

/** Builds of one port, the oldest first. */
function builds(name: string, ...runs: readonly Partial<Omit<HistoryRecord, 'origin'>>[]): HistoryRecord[] {
  return runs.map((run, index) => record(name, {at: 1000 * (index + 1), ...run}));
}

describe('a phase that was measured for the port', () => {
  test('is expected to take the median of its last three runs', () => {
    const runs = builds(
      'a/b',
      {ms: 9},
      {ms: 9},
      {ms: 100, cpuMs: 150},
      {ms: 700, cpuMs: 90},
      {ms: 120, cpuMs: 110},
    );
    assert.deepEqual(estimate(runs, 'a/b'), {
      ms: 120,
      cpuMs: 110,
      jobs: 1,
      memoryBytes: 0,
      workBytes: 0,
      basis: 'measured',
    });
  });

  test('of which there are one or two runs is told from those, whatever their versions', () => {
    assert.equal(estimate(builds('a/b', {ms: 100}), 'a/b').ms, 100);
    assert.equal(estimate(builds('a/b', {ms: 100, version: '1'}, {ms: 300, version: '2'}), 'a/b').ms, 200);
  });

  test('keeps the jobs of its newest run, and is told from runs with as many', () => {
    const runs = builds(
      'a/b',
      {ms: 400, cpuMs: 1200, jobs: 4},
      {ms: 1000, cpuMs: 1000, jobs: 1},
      {ms: 1000, cpuMs: 1000, jobs: 1},
      {ms: 420, cpuMs: 1300, jobs: 4},
    );
    const {ms, cpuMs, jobs} = estimate(runs, 'a/b');
    assert.deepEqual({ms, cpuMs, jobs}, {ms: 410, cpuMs: 1250, jobs: 4});
  });

  test('takes its processor time for its wall time where only the latter is known', () => {
    assert.equal(estimate(builds('a/b', {ms: 100}), 'a/b').cpuMs, 100);
    const later = builds('a/b', {ms: 100, cpuMs: 80, jobs: 2}, {ms: 100, jobs: 1});
    assert.equal(estimate(later, 'a/b').cpuMs, 80);
  });

  test('needs the greatest memory and work directory of its last three runs', () => {
    const runs = builds(
      'a/b',
      {peakBytes: 99, workBytes: 99},
      {peakBytes: 5, workBytes: 30},
      {peakBytes: 9, workBytes: 20},
      {peakBytes: 7},
    );
    const {memoryBytes, workBytes} = estimate(runs, 'a/b');
    assert.deepEqual({memoryBytes, workBytes}, {memoryBytes: 9, workBytes: 30});
  });

  test('tells nothing of time by runs that failed or were stopped', () => {
    const runs = builds('a/b', {ms: 100}, {ms: 7, outcome: 'failed'}, {ms: 8, outcome: 'stopped'});
    assert.equal(estimate(runs, 'a/b').ms, 100);
    assert.equal(estimate(builds('a/b', {ms: 7, outcome: 'failed'}), 'a/b').basis, 'guess');
  });

  test('needs as much memory as a run that died of it, while that is no older than what counts', () => {
    const died = {outcome: 'failed', peakBytes: 9000} as const;
    assert.equal(estimate(builds('a/b', {peakBytes: 50}, died, {peakBytes: 60}), 'a/b').memoryBytes, 9000);
    const since = [{peakBytes: 50}, {peakBytes: 60}, {peakBytes: 55}];
    assert.equal(estimate(builds('a/b', died, ...since), 'a/b').memoryBytes, 60);
    assert.deepEqual(estimate(builds('a/b', died), 'a/b'), {
      ...withoutHistory(origin('a/b'), 'build'),
      memoryBytes: 9000,
    });
  });

  test('is not taken for another one', () => {
    const runs = [record('a/b', {phase: 'fetch', ms: 5}), record('a/b', {phase: 'build', ms: 50})];
    assert.equal(estimate(runs, 'a/b', {phase: 'fetch'}).ms, 5);
    assert.equal(estimate(runs, 'a/b', {phase: 'build'}).ms, 50);
    assert.equal(estimate(runs, 'a/b', {phase: 'install'}).basis, 'guess');
  });
});

describe('a phase that was measured for another flavor only', () => {
  test('is expected to take what the one took that was built last', () => {
    const runs = [
      record('a/py@py39', {ms: 100, at: 1}),
      record('a/py@py311', {ms: 300, at: 2, jobs: 2}),
      record('a/other', {ms: 7, at: 3}),
    ];
    const {ms, jobs, basis} = estimate(runs, 'a/py@py312');
    assert.deepEqual({ms, jobs, basis}, {ms: 300, jobs: 2, basis: 'other-flavor'});
    assert.equal(estimate(runs, 'a/py').basis, 'other-flavor');
  });
});

describe('a phase that was measured for other ports only', () => {
  /** Ten seconds for each MiB, but for one that is all data. */
  const others = [
    record('o/one', {ms: 10_000, cpuMs: 9_000, distfileBytes: mebibyte, workBytes: 10, peakBytes: 100}),
    record('o/two', {ms: 20_000, cpuMs: 18_000, distfileBytes: 2 * mebibyte, workBytes: 20, peakBytes: 300}),
    record('o/three', {
      ms: 30_000,
      cpuMs: 27_000,
      distfileBytes: 3 * mebibyte,
      workBytes: 30,
      peakBytes: 200,
    }),
    record('o/four', {ms: 40_000, cpuMs: 36_000, distfileBytes: 4 * mebibyte, workBytes: 40}),
    record('o/data', {ms: 5_000, cpuMs: 1_000, distfileBytes: 500 * mebibyte, workBytes: 5000}),
  ];

  test('is told from the size of its distfiles', () => {
    assert.deepEqual(estimate(others, 'a/new', {distfileBytes: 2.5 * mebibyte}), {
      ms: 25_000,
      cpuMs: 22_500,
      jobs: 1,
      memoryBytes: 200,
      workBytes: 25,
      basis: 'distfiles',
    });
  });

  test('is never told to be quicker or slower than is usual', () => {
    assert.equal(estimate(others, 'a/new', {distfileBytes: 1}).ms, 10_000);
    assert.equal(estimate(others, 'a/new', {distfileBytes: 2 ** 40}).ms, 30_000);
  });

  test('is the median of all where its distfiles are unknown, or tell nothing', () => {
    for (const more of [{}, {distfileBytes: 0}]) {
      const {ms, cpuMs, basis} = estimate(others, 'a/new', more);
      assert.deepEqual({ms, cpuMs, basis}, {ms: 20_000, cpuMs: 18_000, basis: 'median'});
    }
    const silent = [1, 2, 3].map((n) => record(`o/silent${n}`));
    assert.equal(estimate(silent, 'a/new', {distfileBytes: mebibyte}).basis, 'median');
    const packages = others.map((item) => ({...item, phase: 'package' as const}));
    assert.equal(estimate(packages, 'a/new', {phase: 'package', distfileBytes: mebibyte}).basis, 'median');
  });

  test('is as long as it would be with one job, whatever the others had', () => {
    const parallel = [record('o/one', {ms: 10_000, cpuMs: 38_000, jobs: 4})];
    const {ms, cpuMs, jobs} = estimate(parallel, 'a/new');
    assert.deepEqual({ms, cpuMs, jobs}, {ms: 38_000, cpuMs: 38_000, jobs: 1});
  });

  test('counts each port once, however often it was built', () => {
    const often = Array.from({length: 50}, (_, n) => record('o/often', {ms: 1_000_000, at: n}));
    assert.equal(estimate([...others.slice(0, 4), ...often], 'a/new').ms, 30_000);
  });
});

describe('how well founded a plan is', () => {
  test('is told for each step by the phase that takes longest', () => {
    const node = (name: string, basis: PhaseEstimate['basis'], ms: number) => ({
      origin: origin(name),
      expected: {ms, cpuMs: ms, jobs: 1, memoryBytes: 0, workBytes: 0, basis},
    });
    const nodes = [
      node('a/one', 'guess', 10),
      node('a/one', 'measured', 1000),
      node('a/two', 'measured', 10),
      node('a/two', 'distfiles', 1000),
      node('a/three', 'median', 5),
      node('a/four', 'other-flavor', 5),
      node('a/five', 'guess', 5),
    ];
    assert.deepEqual(foundationOf(nodes), {measured: 1, estimated: 3, guessed: 1});
    assert.deepEqual(foundationOf([]), {measured: 0, estimated: 0, guessed: 0});
  });
});
