import assert from 'node:assert/strict';
import {test} from 'node:test';
import {durationText, elapsedText, remainingText, timeOfDay} from '../../../src/logging/duration-text.js';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

test('A measured time has the unit that suits it and carries over when it is rounded', () => {
  const cases: readonly (readonly [number, string])[] = [
    [-5, '0.0 s'],
    [0, '0.0 s'],
    [49, '0.0 s'],
    [400, '0.4 s'],
    [9949, '9.9 s'],
    [9950, '10 s'],
    [12 * second, '12 s'],
    [59_499, '59 s'],
    [59_500, '1 min 00 s'],
    [3 * minute + 20 * second, '3 min 20 s'],
    [3 * minute + 5 * second, '3 min 05 s'],
    [hour - 501, '59 min 59 s'],
    [hour - 500, '1 h 00 min'],
    [2 * hour + 5 * minute, '2 h 05 min'],
    [2 * hour + 59 * minute + 45 * second, '3 h 00 min'],
    [26 * hour, '26 h 00 min'],
  ];
  for (const [ms, text] of cases) assert.equal(durationText(ms), text, `${ms} ms`);
});

test('A time that is still to come is told in minutes', () => {
  const cases: readonly (readonly [number, string])[] = [
    [-minute, 'less than a minute left'],
    [0, 'less than a minute left'],
    [29_999, 'less than a minute left'],
    [30_000, 'about 1 min left'],
    [12 * minute, 'about 12 min left'],
    [hour - 30_001, 'about 59 min left'],
    [hour - 30_000, 'about 1 h 00 min left'],
    [2 * hour + 5 * minute, 'about 2 h 05 min left'],
    [50 * hour, 'about 50 h 00 min left'],
  ];
  for (const [ms, text] of cases) assert.equal(remainingText(ms), text, `${ms} ms`);
});

test('A time that still runs shows full seconds only', () => {
  const cases: readonly (readonly [number, string])[] = [
    [-1, '0 s'],
    [999, '0 s'],
    [1000, '1 s'],
    [59_999, '59 s'],
    [61_000, '1 min 01 s'],
    [hour, '1 h 00 min'],
  ];
  for (const [ms, text] of cases) assert.equal(elapsedText(ms), text, `${ms} ms`);
});

test('The time of day is the local one, two digits each', () => {
  const moment = new Date(2026, 0, 2, 3, 4, 5).getTime();
  assert.equal(timeOfDay(moment), '03:04:05');
});
