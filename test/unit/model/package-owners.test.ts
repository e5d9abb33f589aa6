import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {parseOwners} from '../../../src/model/package-owners.js';

describe('the answer of pkg which', () => {
  test('names a package for each path that has one', () => {
    const output = [
      '/usr/local/bin/gmake was installed by package gmake-4.3_2',
      '/usr/bin/true was not found in the database',
      '/usr/local/lib/with blank was installed by package foo-1.2,1',
      '',
    ].join('\n');
    assert.deepEqual(
      [...parseOwners(output)],
      [
        ['/usr/local/bin/gmake', 'gmake-4.3_2'],
        ['/usr/local/lib/with blank', 'foo-1.2,1'],
      ],
    );
  });

  test('is empty where pkg said nothing', () => {
    assert.equal(parseOwners('').size, 0);
  });
});
