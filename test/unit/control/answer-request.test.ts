import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {answerRequest, type ControlledRun} from '../../../src/control/answer-request.js';
import {parseAnswer, protocolVersion, type ControlAnswer} from '../../../src/control/protocol.js';
import {FakeController} from '../../rig/fake-controller.js';
import {bar, foo, tool} from '../logging/sample.js';

interface Asked {
  readonly run: ControlledRun;
  readonly controller: FakeController;
  readonly stops: string[];
  /** Sends a request and gives the result, or the kind and text of the refusal. */
  readonly ask: (request: unknown) => unknown;
}

function someRun(snapshot: () => unknown = () => ({counts: 1})): Asked {
  const controller = new FakeController();
  const stops: string[] = [];
  const run: ControlledRun = {
    controller,
    steps: [tool, foo, bar],
    snapshot,
    stop: () => stops.push('stop'),
  };
  const ask = (request: unknown): unknown => {
    const answer = answerRequest(typeof request === 'string' ? request : JSON.stringify(request), run);
    assert.deepEqual(parseAnswer(JSON.stringify(answer)), JSON.parse(JSON.stringify(answer)));
    return answer.ok ? answer.result : [answer.refusal.kind, answer.refusal.message, answer.refusal.hint];
  };
  return {run, controller, stops, ask};
}

describe('a run that is asked', () => {
  test('gives its snapshot, or null before it has started', () => {
    assert.deepEqual(someRun().ask({command: 'status'}), {command: 'status', run: {counts: 1}});
    assert.deepEqual(someRun(() => undefined).ask({command: 'status'}), {command: 'status', run: null});
  });

  test('pauses and resumes once', () => {
    const {ask, controller} = someRun();
    assert.deepEqual(ask({command: 'resume'}), {command: 'resume', changed: false});
    assert.deepEqual(ask({command: 'pause'}), {command: 'pause', changed: true});
    assert.deepEqual(ask({command: 'pause'}), {command: 'pause', changed: false});
    assert.deepEqual(ask({command: 'resume'}), {command: 'resume', changed: true});
    assert.deepEqual(controller.calls, ['pause', 'resume']);
  });

  test('changes its builders to a number, or by one', () => {
    const {ask, controller} = someRun();
    assert.deepEqual(ask({command: 'workers', change: 'to', count: 5}), {
      command: 'workers',
      before: 2,
      builders: 5,
    });
    assert.deepEqual(ask({command: 'workers', change: 'by', count: -4}), {
      command: 'workers',
      before: 5,
      builders: 1,
    });
    assert.deepEqual(ask({command: 'workers', change: 'to', count: 1}), {
      command: 'workers',
      before: 1,
      builders: 1,
    });
    assert.deepEqual(controller.calls, ['builders 5', 'builders 1']);
  });

  test('keeps at least one builder, and no more than can be meant', () => {
    const {ask, controller} = someRun();
    for (const count of [-2, -1024, 1023]) {
      assert.match(
        String(ask({command: 'workers', change: 'by', count})),
        /^usage,That would be .* from 1 to 1024/,
      );
    }
    assert.deepEqual(controller.calls, []);
  });

  test('pushes a port by origin, directory, package or port name', () => {
    for (const [port, origin] of [
      ['devel/tool@py311', 'devel/tool@py311'],
      ['devel/tool', 'devel/tool@py311'],
      ['py311-tool', 'devel/tool@py311'],
      ['py311-tool-0.9', 'devel/tool@py311'],
      ['tool', 'devel/tool@py311'],
      ['bar', 'www/bar'],
      ['bar2', 'www/bar'],
    ]) {
      assert.deepEqual(someRun().ask({command: 'push', port}), {command: 'push', pushed: [origin]}, port);
    }
  });

  test('says which ports it has when it has not that one, or when it has ended', () => {
    const {ask, controller} = someRun();
    assert.deepEqual(ask({command: 'push', port: 'www/fo'}), [
      'usage',
      'The run has no port www/fo',
      'Did you mean www/foo?',
    ]);
    assert.deepEqual(ask({command: 'push', port: 'chromium'}), [
      'usage',
      'The run has no port chromium',
      undefined,
    ]);
    controller.ended.add('www/foo');
    assert.deepEqual(ask({command: 'push', port: 'foo'}), ['state', 'foo has ended already', undefined]);
  });

  test('stops as often as it is told to', () => {
    const {ask, stops} = someRun();
    assert.deepEqual(ask({command: 'stop'}), {command: 'stop'});
    ask({command: 'stop'});
    assert.deepEqual(stops, ['stop', 'stop']);
  });

  for (const line of [
    '',
    '{',
    'null',
    '[]',
    '"pause"',
    '{}',
    '{"command":"constructor"}',
    '{"command":"paus"}',
    '{"command":"push"}',
    '{"command":"push","port":""}',
    '{"command":"push","port":["a"]}',
    '{"command":"workers"}',
    '{"command":"workers","change":"to","count":0}',
    '{"command":"workers","change":"to","count":1.5}',
    '{"command":"workers","change":"to","count":"2"}',
    '{"command":"workers","change":"by","count":1e9}',
    '{"command":"workers","change":"off","count":1}',
  ]) {
    test(`refuses ${line === '' ? 'an empty line' : line} and does nothing`, () => {
      const {ask, controller, stops} = someRun();
      assert.match(String(ask(line)), /^protocol,./);
      assert.deepEqual([...controller.calls, ...stops], []);
    });
  }

  test('answers with the error when answering goes wrong', () => {
    const {ask} = someRun(() => {
      throw new Error('a bug');
    });
    assert.deepEqual(ask({command: 'status'}), ['internal', 'a bug', undefined]);
  });
});

describe('an answer', () => {
  test('is taken only whole and of this version', () => {
    const answer: ControlAnswer = {protocol: protocolVersion, ok: true, result: {command: 'stop'}};
    assert.deepEqual(parseAnswer(JSON.stringify(answer)), answer);
    for (const other of [
      {...answer, protocol: protocolVersion + 1},
      {ok: true, result: {}},
      {protocol: protocolVersion, ok: true},
      {protocol: protocolVersion, ok: false, result: {}},
      {protocol: protocolVersion, ok: 1, result: {}},
      null,
    ]) {
      assert.equal(parseAnswer(JSON.stringify(other)), undefined, JSON.stringify(other));
    }
    assert.equal(parseAnswer('{"protocol":1,"ok":tr'), undefined);
  });
});
