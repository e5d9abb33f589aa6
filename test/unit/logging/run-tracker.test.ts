import assert from 'node:assert/strict';
import {test} from 'node:test';
import {RunTracker} from '../../../src/logging/run-tracker.js';
import type {RunEvent} from '../../../src/model/event.js';
import {at, bar, baz, finished, foo, runEvents, tool} from './sample.js';

function trackerAfter(events: readonly RunEvent[]): RunTracker {
  const tracker = new RunTracker();
  for (const event of events) tracker.apply(event);
  return tracker;
}

/** The events up to and with the first that fits. */
function until(test: (event: RunEvent) => boolean): readonly RunEvent[] {
  return runEvents.slice(0, runEvents.findIndex(test) + 1);
}

const none = {succeeded: 0, failed: 0, skipped: 0, cancelled: 0};

test('Before the run starts there is nothing', () => {
  const tracker = new RunTracker();
  assert.equal(tracker.startedAt, undefined);
  assert.deepEqual(tracker.counts, {total: 0, waiting: 0, running: 0, ...none});
  assert.deepEqual(tracker.active, []);
});

test('At the start every step waits', () => {
  const tracker = trackerAfter(runEvents.slice(0, 1));
  assert.equal(tracker.startedAt, at(0));
  assert.equal(tracker.builders, 2);
  assert.deepEqual(tracker.counts, {total: 4, waiting: 4, running: 0, ...none});
  assert.deepEqual(
    [...(tracker.step(foo.origin)?.phases ?? [])],
    [
      ['fetch', 'waiting'],
      ['build', 'waiting'],
      ['package', 'waiting'],
      ['install', 'waiting'],
    ],
  );
  assert.deepEqual([...(tracker.step(baz.origin)?.phases ?? [])], [['install', 'waiting']]);
});

test('Phases that run are listed by lane: builders by number first, then fetches and installs', () => {
  const fetching = until((event) => event.kind === 'phase-started' && event.origin === foo.origin);
  const tracker = trackerAfter(fetching);
  assert.deepEqual(
    tracker.active.map(({lane, worker, origin, phase, since}) => [lane, worker, origin, phase, since]),
    [
      ['builder', 1, tool.origin, 'build', at(2)],
      ['builder', 2, bar.origin, 'build', at(3)],
      ['fetch', 1, foo.origin, 'fetch', at(4)],
    ],
  );
  assert.deepEqual(tracker.counts, {total: 4, waiting: 1, running: 3, ...none});
  assert.deepEqual(
    [...(tracker.step(tool.origin)?.phases.values() ?? [])],
    ['succeeded', 'running', 'waiting', 'waiting'],
  );
});

test('In the end each step has its status and the counts add up', () => {
  const tracker = trackerAfter(runEvents);
  assert.deepEqual(
    [tool, foo, bar, baz].map(({origin}) => tracker.step(origin)?.status),
    ['succeeded', 'failed', 'cancelled', 'skipped'],
  );
  assert.deepEqual(tracker.counts, {
    total: 4,
    waiting: 0,
    running: 0,
    succeeded: 1,
    failed: 1,
    skipped: 1,
    cancelled: 1,
  });
  assert.equal(tracker.step(tool.origin)?.workMs, 65_000);
  assert.deepEqual(tracker.ending, {kind: 'signal', signal: 'SIGINT'});
  assert.equal(tracker.isFinished, false);
  assert.equal(trackerAfter([...runEvents, finished]).isFinished, true);
});

test('After every event the counts add up to the plan', () => {
  const tracker = new RunTracker();
  for (const event of [...runEvents, finished]) {
    tracker.apply(event);
    const {total, ...others} = tracker.counts;
    assert.equal(
      Object.values(others).reduce((sum, count) => sum + count, 0),
      total,
    );
    assert.equal(total, 4);
  }
});

test('A snapshot is the whole state as plain data, with names', () => {
  assert.equal(new RunTracker().snapshot(at(0)), undefined);
  const tracker = trackerAfter(until((event) => event.kind === 'phase-started' && event.phase === 'build'));
  tracker.apply({kind: 'phase-held', at: at(3), origin: foo.origin, phase: 'build', reason: {kind: 'alone'}});
  const snapshot = tracker.snapshot(at(5), 59_999.6);
  assert.deepEqual(snapshot, {
    runId: 'r1',
    logDirectory: '/var/db/portpar/runs/r1/logs',
    startedAt: at(0),
    now: at(5),
    builders: 2,
    paused: false,
    counts: {total: 4, waiting: 3, running: 1, ...none},
    active: [
      {
        origin: tool.origin,
        phase: 'build',
        lane: 'builder',
        worker: 1,
        jobs: 1,
        log: '/var/db/portpar/runs/r1/logs/tool-build.log',
        since: at(2),
        name: 'py311-tool',
        version: '0.9',
      },
    ],
    held: [
      {
        origin: foo.origin,
        phase: 'build',
        reason: {kind: 'alone'},
        since: at(3),
        name: 'foo',
        version: '1.3',
      },
    ],
    remainingMs: 60_000,
  });
  assert.deepEqual(JSON.parse(JSON.stringify(snapshot)), snapshot);
  tracker.apply({kind: 'run-paused', at: at(4)});
  assert.deepEqual([tracker.snapshot(at(5))?.paused, tracker.snapshot(at(5))?.held], [true, []]);
  assert.equal(tracker.held.length, 1);
});

test('What is held back is so until it starts, until its step ends, or until nothing new is started', () => {
  const held = (origin: typeof foo.origin): RunEvent => ({
    kind: 'phase-held',
    at: at(1),
    origin,
    phase: 'build',
    reason: {kind: 'load', load: 3, limit: 2},
  });
  const [started] = runEvents;
  assert.ok(started !== undefined);
  const tracker = trackerAfter([started, held(foo.origin), held(bar.origin), held(tool.origin)]);
  const origins = (): unknown[] => tracker.held.map(({origin}) => origin);
  assert.deepEqual(origins(), [foo.origin, bar.origin, tool.origin]);
  tracker.apply({
    kind: 'phase-started',
    at: at(2),
    origin: foo.origin,
    phase: 'build',
    worker: 1,
    jobs: 1,
    log: '/l',
  });
  assert.deepEqual(origins(), [bar.origin, tool.origin]);
  tracker.apply({kind: 'step-finished', at: at(2), origin: bar.origin, status: 'skipped'});
  assert.deepEqual(origins(), [tool.origin]);
  tracker.apply({kind: 'run-ending', at: at(3), reason: {kind: 'signal', signal: 'SIGTERM'}});
  assert.deepEqual(origins(), []);
});

test('Builders and pauses follow their events', () => {
  const tracker = trackerAfter(runEvents.slice(0, 1));
  tracker.apply({kind: 'workers-changed', at: at(1), builders: 5});
  tracker.apply({kind: 'run-paused', at: at(1)});
  assert.deepEqual([tracker.builders, tracker.isPaused], [5, true]);
  tracker.apply({kind: 'run-resumed', at: at(2)});
  assert.equal(tracker.isPaused, false);
});

test('A step that ends takes its running phases with it', () => {
  const [started, fetching] = runEvents;
  assert.ok(started !== undefined && fetching !== undefined);
  const tracker = trackerAfter([
    started,
    fetching,
    {kind: 'step-finished', at: at(1), origin: tool.origin, status: 'cancelled'},
  ]);
  assert.deepEqual(tracker.active, []);
  assert.deepEqual(tracker.counts, {total: 4, waiting: 3, running: 0, ...none, cancelled: 1});
});
