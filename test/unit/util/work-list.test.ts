import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {workThrough} from '../../../src/util/work-list.js';

describe('a work list', () => {
  test('is done when the work finds nothing more', async () => {
    const seen: number[] = [];
    await workThrough([3], (item, add) => {
      seen.push(item);
      if (item > 0) add(item - 1);
      return Promise.resolve();
    });
    assert.deepEqual(seen, [3, 2, 1, 0]);
  });

  test('is done at once when there is nothing to do', async () => {
    await workThrough([], () => Promise.reject(new Error('never called')));
  });

  test('ends with the first error of its work', async () => {
    await assert.rejects(
      workThrough([1, 2], (item) => (item === 2 ? Promise.reject(new Error('two')) : Promise.resolve())),
      /two/,
    );
  });
});
