import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {compareVersions, meetsPattern, parsePackagePattern} from '../../../src/model/version.js';
import {fixture} from '../repository.js';

const signs = {'<': -1, '=': 0, '>': 1} as const;

function table(): {left: string; right: string; expected: -1 | 0 | 1}[] {
  return fixture('versions/pkg-version.tsv')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [left = '', right = '', sign = ''] = line.split('\t');
      assert.ok(sign === '<' || sign === '=' || sign === '>', `the table has an odd line: ${line}`);
      return {left, right, expected: signs[sign]};
    });
}

describe('the order of versions', () => {
  test('is the one that pkg(8) itself gives for each of 15,989 pairs, both ways round', () => {
    const rows = table();
    assert.equal(rows.length, 15_989);
    const wrong = rows.filter(
      ({left, right, expected}) =>
        compareVersions(left, right) !== expected || compareVersions(right, left) + expected !== 0,
    );
    assert.deepEqual(wrong, []);
  });

  for (const [older, newer] of [
    ['1.0.a1', '1.0'],
    ['1.0', '1.0.1'],
    ['1.0.1', '1.0a'],
    ['1.0a', '1.1'],
    ['1.9', '1.10'],
    ['1.0.rc2', '1.0.rc10'],
    ['1.0_9', '1.0_10'],
    ['9.9_9', '0.1,1'],
    ['1.0,1', '0.9,2'],
    ['2.*', '2.0'],
    ['0.0.1', '20230101'],
  ] as const) {
    test(`takes ${older} for older than ${newer}`, () => {
      assert.equal(compareVersions(older, newer), -1);
      assert.equal(compareVersions(newer, older), 1);
    });
  }
});

describe('a dependency pattern on a package', () => {
  test('is told from one on a file, a program or a library', () => {
    for (const pattern of ['/usr/local/bin/perl', 'gmake', 'libintl.so', 'libz.so.6', '']) {
      assert.equal(parsePackagePattern(pattern), undefined, pattern);
    }
  });

  test('has a name and any number of bounds', () => {
    assert.deepEqual(parsePackagePattern('perl5>=5.32.r0<5.33'), {
      name: 'perl5',
      bounds: [
        {operator: '>=', version: '5.32.r0'},
        {operator: '<', version: '5.33'},
      ],
    });
    assert.deepEqual(parsePackagePattern('py39-six>0'), {
      name: 'py39-six',
      bounds: [{operator: '>', version: '0'}],
    });
  });

  test('is no pattern on a package when nothing stands before the operator', () => {
    assert.equal(parsePackagePattern('>=1.0'), undefined);
  });

  for (const [pattern, met, unmet] of [
    ['foo>=1.2', ['1.2', '1.2_1', '1.3', '0,1'], ['1.1_9', '1.2.a1']],
    ['foo>1.2', ['1.2_1'], ['1.2', '1.1']],
    ['foo<=1.2', ['1.2', '1.0'], ['1.2_1']],
    ['foo<1.2', ['1.1_99'], ['1.2', '1.3']],
    ['foo=1.2', ['1.2', '1.2.0'], ['1.2_1']],
    ['foo==1.2', ['1.2'], ['1.3']],
    ['foo>=1.2<2', ['1.2', '1.99'], ['1.1', '2', '2.0.1']],
  ] as const) {
    test(`${pattern} is met by ${met.join(', ')} and not by ${unmet.join(', ')}`, () => {
      const parsed = parsePackagePattern(pattern);
      assert.ok(parsed !== undefined);
      for (const version of met) assert.equal(meetsPattern(parsed, version), true, version);
      for (const version of unmet) assert.equal(meetsPattern(parsed, version), false, version);
    });
  }
});
