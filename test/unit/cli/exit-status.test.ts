import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {statusOfFailures, statusOfRun, statusOfSignal} from '../../../src/cli/exit-status.js';
import type {Failure} from '../../../src/model/failure.js';
import type {EndingReason, RunSummary, StepStatus} from '../../../src/model/summary.js';
import {origin} from '../../rig/builders.js';

function summary(ending: EndingReason | undefined, ...statuses: readonly StepStatus[]): RunSummary {
  return {
    runId: 'run',
    logDirectory: '/logs',
    results: statuses.map((status, index) => ({
      origin: origin(`www/p${index}`),
      action: 'upgrade',
      to: 'p-1',
      status,
      phaseMs: {},
    })),
    wallMs: 1,
    builders: 1,
    builderBusyMs: 1,
    mostBuilders: 1,
    ...(ending === undefined ? {} : {ending}),
  };
}

describe('the exit code', () => {
  test('of a run is 0 when every step succeeded, or there was none', () => {
    assert.equal(statusOfRun(summary(undefined)), 0);
    assert.equal(statusOfRun(summary(undefined, 'succeeded', 'succeeded')), 0);
  });

  for (const status of ['failed', 'skipped', 'cancelled'] as const) {
    test(`of a run is 1 when a step ended as ${status}`, () => {
      assert.equal(statusOfRun(summary(undefined, 'succeeded', status)), 1);
    });
  }

  test('of a run that ended early for a failure is 1', () => {
    const ending = {kind: 'fail-fast', origin: origin('www/p0')} as const;
    assert.equal(statusOfRun(summary(ending, 'failed', 'cancelled')), 1);
  });

  for (const [signal, code] of [
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGPIPE', 141],
    ['SIGTERM', 143],
  ] as const) {
    test(`of a run ended by ${signal} is ${code}, whatever its steps`, () => {
      assert.equal(statusOfRun(summary({kind: 'signal', signal}, 'failed')), code);
      assert.equal(statusOfRun(summary({kind: 'signal', signal}, 'succeeded')), code);
      assert.equal(statusOfSignal(signal), code);
    });
  }

  test('of a run that portpar itself could not go on with is 74, whatever its steps', () => {
    assert.equal(statusOfRun(summary({kind: 'trouble', text: 'no space'}, 'succeeded')), 74);
  });

  const hint = 'hint';
  const failures: readonly [Failure, number][] = [
    [{kind: 'invalid-usage', message: 'm'}, 64],
    [{kind: 'no-such-port', operand: 'x', nearest: []}, 64],
    [{kind: 'tool-missing', tool: 'pkg', hint}, 69],
    [{kind: 'no-ports-tree', directory: '/usr/ports', hint}, 69],
    [{kind: 'package-database-unreadable', message: 'm', hint}, 69],
    [{kind: 'file-trouble', action: 'read', path: '/x', message: 'm'}, 74],
    [{kind: 'lock-held', path: '/x', holder: 'h', hint}, 75],
    [{kind: 'not-permitted', action: 'write', path: '/x', hint}, 77],
    [{kind: 'invalid-config', file: '/x', message: 'm'}, 78],
    [{kind: 'port-unreadable', origin: origin('www/a'), message: 'm'}, 1],
    [{kind: 'not-possible', message: 'm'}, 1],
  ];
  for (const [failure, code] of failures) {
    test(`for ${failure.kind} is ${code}`, () => {
      assert.equal(statusOfFailures([failure]), code);
    });
  }

  test('of several failures is that of the first', () => {
    assert.equal(
      statusOfFailures(
        [failures[8], failures[0]].map((row) => row?.[0]).filter((item) => item !== undefined),
      ),
      78,
    );
  });
});
