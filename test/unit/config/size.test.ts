import assert from 'node:assert/strict';
import {test} from 'node:test';
import {parseSize} from '../../../src/config/size.js';

test('A size is a number of bytes, or a number with a unit of powers of 1024', () => {
  const sizes: readonly [unknown, number][] = [
    [0, 0],
    [1234, 1234],
    ['1234', 1234],
    ['512K', 524_288],
    ['8G', 8_589_934_592],
    ['8g', 8_589_934_592],
    ['8 GB', 8_589_934_592],
    ['8GiB', 8_589_934_592],
    ['1.5G', 1_610_612_736],
    ['2T', 2_199_023_255_552],
    ['7B', 7],
  ];
  for (const [written, bytes] of sizes) assert.equal(parseSize(written), bytes, String(written));
});

test('Nothing else is a size', () => {
  for (const written of [
    -1,
    1.5,
    NaN,
    Infinity,
    '',
    ' ',
    'G',
    '8X',
    '-8G',
    '1e3',
    '8  G',
    '8GG',
    '99999999T',
    true,
    null,
    [8],
    {},
  ]) {
    assert.equal(parseSize(written), undefined, JSON.stringify(written));
  }
});
