import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {CombinationLogger} from '../../../src/logging/combination-logger.js';
import {eventJson, JsonLogger} from '../../../src/logging/json-logger.js';
import type {Logger} from '../../../src/logging/logger.js';
import {MemorySink} from '../../../src/logging/sink.js';
import type {RunEvent} from '../../../src/model/event.js';
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

  test('puts the time and the kind first', () => {
    assert.equal(
      eventJson({kind: 'warning', origin: foo.origin, text: 'a\nb', at: at(0)}),
      `{"at":${at(0)},"kind":"warning","origin":"www/foo","text":"a\\nb"}`,
    );
  });
});

/** Writes down what it is told, and fails where it is asked to. */
class Witness implements Logger {
  readonly calls: string[] = [];
  readonly #error: Error | undefined;

  constructor(error?: Error) {
    this.#error = error;
  }

  log(event: RunEvent): void {
    this.#note(event.kind);
  }

  dispose(): void {
    this.#note('dispose');
  }

  #note(call: string): void {
    this.calls.push(call);
    if (this.#error !== undefined) throw this.#error;
  }
}

describe('the combination of loggers', () => {
  test('passes everything on, in order', () => {
    const witnesses = [new Witness(), new Witness()];
    const silent: Logger = {log: () => undefined};
    const logger = new CombinationLogger([silent, ...witnesses]);
    logger.log(finished);
    logger.dispose();
    for (const {calls} of witnesses) assert.deepEqual(calls, ['run-finished', 'dispose']);
  });

  test('lets a bug in one keep nothing from the others, and does not hide it', () => {
    const error = new Error('a bug');
    const last = new Witness();
    const one = new CombinationLogger([new Witness(error), last]);
    assert.throws(() => {
      one.log(finished);
    }, error);
    assert.deepEqual(last.calls, ['run-finished']);
    const two = new CombinationLogger([new Witness(error), new Witness(error), last]);
    assert.throws(() => {
      two.dispose();
    }, AggregateError);
    assert.deepEqual(last.calls, ['run-finished', 'dispose']);
  });
});
