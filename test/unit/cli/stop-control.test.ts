import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
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
});
