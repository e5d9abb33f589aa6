import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {setImmediate} from 'node:timers/promises';
import {StopControl} from '../../../src/cli/stop-control.js';

describe('being told to stop', () => {
  test('once asks the run to end, twice ends it at once', () => {
    const control = new StopControl();
    try {
      assert.equal(control.reason(), undefined);
      control.stop('SIGINT');
      assert.equal(control.reason(), 'SIGINT');
      assert.equal(control.signals.terminate?.aborted, true);
      assert.equal(control.signals.kill?.aborted, false);
      control.stop('SIGTERM');
      assert.equal(control.reason(), 'SIGINT');
      assert.equal(control.signals.kill.aborted, true);
    } finally {
      control.dispose();
    }
  });

  test('by a signal works as long as the control is there, and leaves no handler behind', () => {
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    const before = signals.map((signal) => process.listenerCount(signal));
    const control = new StopControl();
    process.emit('SIGHUP');
    assert.equal(control.reason(), 'SIGHUP');
    control.dispose();
    assert.deepEqual(
      signals.map((signal) => process.listenerCount(signal)),
      before,
    );
  });

  test('may be listened for by any number of commands', async () => {
    const control = new StopControl();
    const warnings: string[] = [];
    const take = ({name}: Error): void => {
      warnings.push(name);
    };
    process.on('warning', take);
    try {
      const {terminate, kill} = control.signals;
      for (let command = 0; command < 100; command += 1) {
        terminate?.addEventListener('abort', () => undefined);
        kill?.addEventListener('abort', () => undefined);
      }
      await setImmediate();
      assert.deepEqual(warnings, []);
    } finally {
      process.off('warning', take);
      control.dispose();
    }
  });
});
