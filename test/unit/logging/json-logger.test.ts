import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {eventJson, JsonLogger} from '../../../src/logging/json-logger.js';
import type {RunEvent} from '../../../src/model/event.js';
import {MemorySink} from '../../rig/memory-sink.js';
import {at, finished, foo, runEvents} from './sample.js';

describe('the JSON logger', () => {
  test('writes every event as one line that reads back', () => {
    const sink = new MemorySink();
    const logger = new JsonLogger(sink);
    for (const event of [...runEvents, finished]) logger.log(event);
    const lines = sink.text.split('\n');
    assert.equal(lines.pop(), '');
    const events: unknown[] = lines.map((line) => JSON.parse(line) as unknown);
    assert.deepEqual(events, JSON.parse(JSON.stringify([...runEvents, finished])));
  });

  test('passes on what is held back, tried again and changed from outside', () => {
    const events: readonly RunEvent[] = [
      {
        kind: 'phase-held',
        at: at(0),
        origin: foo.origin,
        phase: 'build',
        reason: {kind: 'memory', needed: 2, free: 1},
      },
      {kind: 'run-paused', at: at(1)},
      {kind: 'workers-changed', at: at(2), builders: 3},
      {
        kind: 'phase-finished',
        at: at(3),
        origin: foo.origin,
        phase: 'build',
        durationMs: 5,
        outcome: 'succeeded',
        measured: {jobs: 2, cpuMs: 7, peakBytes: 8},
      },
    ];
    for (const event of events) assert.deepEqual(JSON.parse(eventJson(event)), event);
  });

  test('puts the time and the kind first', () => {
    assert.equal(
      eventJson({kind: 'warning', origin: foo.origin, text: 'a\nb', at: at(0)}),
      `{"at":${at(0)},"kind":"warning","origin":"www/foo","text":"a\\nb"}`,
    );
  });
});
