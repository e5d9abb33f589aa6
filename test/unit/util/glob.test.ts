import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {excludeMatcher, isGlob, portMatcher} from '../../../src/util/glob.js';
import {origin} from '../../rig/builders.js';

const six = {origin: origin('devel/py-six@py39'), name: 'py39-six'};

describe('a glob of ports', () => {
  test('is told from a name by its characters', () => {
    for (const text of ['py39-*', 'ngin?', 'www/[an]*', '{a,b}']) assert.equal(isGlob(text), true, text);
    for (const text of ['nginx', 'www/nginx', 'devel/py-six@py39', 'g++'])
      assert.equal(isGlob(text), false, text);
  });

  for (const [pattern, fits] of [
    ['py39-*', true],
    ['py-*', true],
    ['py-six', true],
    ['py39-six', true],
    ['*six', true],
    ['devel/*', true],
    ['devel/py-six', true],
    ['devel/py-six@py39', true],
    ['devel/*@py39', true],
    ['*/py-s?x', true],
    ['devel/*@py311', false],
    ['py39-[!a]*', true],
    ['py39-[!s]*', false],
    ['py39-[^s]*', false],
    ['www/*', false],
    ['devel', false],
    ['six', false],
    ['py-si', false],
  ] as const) {
    test(`${pattern} ${fits ? 'fits' : 'does not fit'} py39-six, made by devel/py-six@py39`, () => {
      assert.equal(portMatcher(pattern)(six), fits);
    });
  }

  test('takes a plus sign in a name for what it is', () => {
    assert.equal(portMatcher('lang/g++')({origin: origin('lang/g++'), name: 'g++'}), true);
  });
});

describe('a pattern of ports to leave alone', () => {
  const six = {origin: origin('devel/py-six@py39'), name: 'py39-six', version: '1.16.0'};
  for (const [pattern, fits] of [
    ['six', true],
    ['py39-s', true],
    ['six-1.16', true],
    ['devel/py-s', true],
    ['seven', false],
    ['', false],
    ['py39-*', true],
    ['py39-six-1.*', true],
    ['s*', false],
    ['[!a-o]*', true],
    ['[!p]*', false],
    ['devel/*', true],
  ] as const) {
    test(`${JSON.stringify(pattern)} ${fits ? 'holds' : 'does not hold'} ${six.name} back`, () => {
      assert.equal(excludeMatcher(pattern)(six), fits);
    });
  }
});
