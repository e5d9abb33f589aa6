import assert from 'node:assert/strict';
import {test} from 'node:test';
import {systemTicker} from '../../../src/logging/ticker.js';

test('The system ticker calls back at its interval until it is stopped', (context) => {
  context.mock.timers.enable({apis: ['setInterval', 'Date'], now: 5000});
  let calls = 0;
  const stop = systemTicker.every(1000, () => {
    calls += 1;
  });
  context.mock.timers.tick(999);
  assert.equal(calls, 0);
  context.mock.timers.tick(2001);
  assert.equal(calls, 3);
  assert.equal(systemTicker.now(), 8000);
  stop();
  context.mock.timers.tick(5000);
  assert.equal(calls, 3);
});
