import assert from 'node:assert/strict';
import {test} from 'node:test';
import {bytesText} from '../../../src/logging/bytes-text.js';
import {holdText, waitText} from '../../../src/logging/hold-text.js';

test('A size has the unit that suits it and carries over when it is rounded', () => {
  const cases: readonly (readonly [number, string])[] = [
    [-1, '0 B'],
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 KB'],
    [1024, '1.0 KB'],
    [9.9 * 1024, '9.9 KB'],
    [9.96 * 1024, '10 KB'],
    [512 * 1024 ** 2, '512 MB'],
    [999.6 * 1024 ** 2, '1.0 GB'],
    [1.5 * 1024 ** 3, '1.5 GB'],
    [64 * 1024 ** 3, '64 GB'],
    [5000 * 1024 ** 4, '5000 TB'],
  ];
  for (const [bytes, text] of cases) assert.equal(bytesText(bytes), text, `${bytes} bytes`);
});

test('A hold says what is wanted and what there is', () => {
  assert.equal(
    holdText({kind: 'memory', needed: 2 * 1024 ** 3, free: 1.2 * 1024 ** 3}),
    'it needs 2.0 GB of memory, 1.2 GB are free',
  );
  assert.equal(
    holdText({kind: 'disk', needed: 30 * 1024 ** 3, free: 0}),
    'it needs 30 GB of disk space, 0 B are free',
  );
  assert.equal(holdText({kind: 'load', load: 7.96, limit: 7.5}), 'the load is 8.0, the limit 7.5');
  assert.equal(holdText({kind: 'alone'}), 'memory ran out before, so one build is let run alone');
});

test('Later it says what is waited for', () => {
  assert.equal(waitText({kind: 'memory', needed: 2 * 1024 ** 3, free: 0}), 'waits for 2.0 GB of memory');
  assert.equal(waitText({kind: 'disk', needed: 30 * 1024 ** 3, free: 0}), 'waits for 30 GB of disk space');
  assert.equal(waitText({kind: 'load', load: 7.96, limit: 7.5}), 'waits for a load under 7.5');
  assert.equal(waitText({kind: 'alone'}), 'waits, since one build is let run alone after memory ran out');
});
