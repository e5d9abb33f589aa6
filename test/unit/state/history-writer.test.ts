import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import type {EventOf} from '../../../src/model/event.js';
import type {HistoryRecord} from '../../../src/model/history.js';
import type {Phase} from '../../../src/model/plan.js';
import {HistoryWriter} from '../../../src/state/history-writer.js';
import {installed, origin, planAll, port} from '../../rig/builders.js';

const plan = planAll(
  installed('foo', '1', 'www/foo'),
  port('www/foo').version('1.2'),
  installed('bar', '1', 'www/bar'),
  port('www/bar').version('7'),
);
const started: EventOf<'run-started'> = {
  kind: 'run-started',
  at: 0,
  runId: 'r',
  builders: 2,
  logDirectory: '/l',
  command: [],
  plan,
};

function begin(at: number, phase: Phase, name: string, jobs = 1): EventOf<'phase-started'> {
  return {kind: 'phase-started', at, origin: origin(name), phase, log: '/l', worker: 0, jobs};
}

function end(
  at: number,
  phase: Phase,
  name: string,
  durationMs: number,
  more: Partial<EventOf<'phase-finished'>> = {},
): EventOf<'phase-finished'> {
  return {kind: 'phase-finished', at, origin: origin(name), phase, durationMs, outcome: 'succeeded', ...more};
}

function writer(more: {readonly append?: (record: HistoryRecord) => void} = {}) {
  const records: HistoryRecord[] = [];
  const troubles: unknown[] = [];
  const history = new HistoryWriter({
    append: (record) => records.push(record),
    cores: 8,
    distfileBytes: (of) => (of === 'www/foo' ? 4711 : undefined),
    onTrouble: (error) => troubles.push(error),
    ...more,
  });
  return {history, records, troubles};
}

describe('the events of a run', () => {
  test('become a record for each finished phase, with all that was measured', () => {
    const {history, records} = writer();
    const measured = {jobs: 3, cpuMs: 5000, peakBytes: 1e9, workBytes: 2e9};
    for (const event of [
      started,
      begin(1000, 'fetch', 'www/foo'),
      end(1500, 'fetch', 'www/foo', 500),
      begin(2000, 'build', 'www/foo', 3),
      end(4000, 'build', 'www/foo', 2000, {measured}),
      begin(4000, 'build', 'www/bar'),
      end(4100, 'build', 'www/bar', 100, {outcome: 'stopped'}),
    ]) {
      history.log(event);
    }
    const foo = {origin: 'www/foo', version: '1.2', cores: 8, distfileBytes: 4711, beside: 0};
    assert.deepEqual(records, [
      {...foo, phase: 'fetch', outcome: 'succeeded', at: 1500, ms: 500, jobs: 1},
      {...foo, phase: 'build', outcome: 'succeeded', at: 4000, ms: 2000, ...measured},
      {
        origin: 'www/bar',
        version: '7',
        phase: 'build',
        outcome: 'stopped',
        at: 4100,
        ms: 100,
        jobs: 1,
        cores: 8,
        beside: 0,
      },
    ]);
  });

  test('tell each try of a phase by itself', () => {
    const {history, records} = writer();
    const failure = {
      kind: 'phase-trouble',
      origin: origin('www/foo'),
      phase: 'build',
      log: '/l',
      message: 'm',
    } as const;
    for (const event of [
      started,
      begin(0, 'build', 'www/foo', 8),
      end(900, 'build', 'www/foo', 900, {outcome: 'failed', measured: {jobs: 8, peakBytes: 9e9}}),
      {
        kind: 'phase-again',
        at: 900,
        origin: origin('www/foo'),
        phase: 'build',
        how: 'alone',
        failure,
      } as const,
      begin(1000, 'build', 'www/foo', 1),
      end(3000, 'build', 'www/foo', 2000),
    ]) {
      history.log(event);
    }
    assert.deepEqual(
      records.map(({outcome, ms, jobs, peakBytes}) => ({outcome, ms, jobs, peakBytes})),
      [
        {outcome: 'failed', ms: 900, jobs: 8, peakBytes: 9e9},
        {outcome: 'succeeded', ms: 2000, jobs: 1, peakBytes: undefined},
      ],
    );
  });

  test('tell how many builders were at work beside a phase, on average', () => {
    const {history, records} = writer();
    for (const event of [
      started,
      begin(0, 'build', 'www/foo'),
      begin(500, 'package', 'www/bar'),
      begin(500, 'fetch', 'www/bar'),
      end(600, 'fetch', 'www/bar', 100),
      end(1000, 'package', 'www/bar', 500),
      end(2000, 'build', 'www/foo', 2000),
    ]) {
      history.log(event);
    }
    assert.deepEqual(
      records.map(({phase, beside}) => [phase, beside]),
      [
        ['fetch', 2],
        ['package', 1],
        ['build', 0.25],
      ],
    );
  });

  test('that cannot be kept are given up, and somebody is told once', () => {
    let tried = 0;
    const {history, troubles} = writer({
      append: () => {
        tried += 1;
        throw new Error('no space left');
      },
    });
    history.log(started);
    for (const at of [1, 2, 3]) {
      history.log(begin(at, 'build', 'www/foo'));
      history.log(end(at, 'build', 'www/foo', 1));
    }
    assert.equal(tried, 1);
    assert.deepEqual(troubles.map(String), ['Error: no space left']);
  });
});
