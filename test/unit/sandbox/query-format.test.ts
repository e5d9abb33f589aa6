import assert from 'node:assert/strict';
import {test} from 'node:test';
import {humanSize, parseQueryFormat, type Neighbours} from '../../../src/sandbox/pkg/query-format.js';
import {installedPackage} from './sample-package.js';

const nobody: Neighbours = {dependents: [], versionOf: () => undefined};

function render(format: string, neighbours = nobody): readonly string[] | string {
  const parsed = parseQueryFormat(format);
  if (!parsed.ok) return parsed.failures[0]?.lines[0] ?? '';
  return parsed.value.render(
    installedPackage({
      name: 'sample',
      version: '1.2_3,4',
      deps: {one: {origin: 'a/one', version: '1'}, two: {origin: 'b/two', version: '2'}},
      annotations: {zeta: 'last', alpha: 'first'},
      automatic: true,
    }),
    neighbours,
  );
}

test('values stand where their letters are', () => {
  assert.deepEqual(render('%n-%v at %o, %a%k%V'), ['sample-1.2_3,4 at misc/sample, 100']);
});

test('escapes are those of pkg-query(8); an unknown one vanishes', () => {
  assert.deepEqual(render('%n\\t%v\\n\\\\\\q|'), ['sample\t1.2_3,4\n\\|']);
});

test('a list variable gives one line for each element', () => {
  assert.deepEqual(render('%n needs %dn-%dv'), ['sample needs one-1', 'sample needs two-2']);
});

test('a dependency that is installed is shown with the version that is installed', () => {
  const neighbours = {...nobody, versionOf: (name: string) => (name === 'one' ? '9' : undefined)};
  assert.deepEqual(render('%dn-%dv', neighbours), ['one-9', 'two-2']);
});

test('annotations come in the order of their tags', () => {
  assert.deepEqual(render('%At=%Av'), ['alpha=first', 'zeta=last']);
});

test('an empty list gives a line only when something else was asked for', () => {
  assert.deepEqual(render('%rn'), []);
  assert.deepEqual(render('%n|%rn|%ro'), ['sample||']);
});

test('%? and %# tell whether there are elements, and how many', () => {
  assert.deepEqual(render('%?d%?r'), ['10']);
  assert.deepEqual(render('%#d%#A'), ['22']);
});

test('formats that pkg(8) refuses are refused with its words', () => {
  assert.equal(render('nothing'), 'Invalid query: query should contain a format string');
  assert.equal(render('%Z'), "Unknown query format key: '%Z'");
  assert.equal(render('%%'), "Unknown query format key: '%%'");
  assert.equal(render('%'), "Unknown query format key: '%'");
  assert.equal(render('%d'), "Invalid query: '%d' should be followed by: n, o, v");
  assert.equal(render('%s'), "Invalid query: '%s' should be followed by: h, b");
  assert.equal(render('%dn %rn'), "Invalid query: '%d' and '%r' cannot be queried at the same time");
  assert.equal(render('%?d %dn'), "Invalid query: '%?' and '%d' cannot be queried at the same time");
});

test('sizes for people have three digits and a binary unit', () => {
  assert.deepEqual([0, 77, 1023, 1024, 10_547, 1_048_576, 200_000_000].map(humanSize), [
    '0.0B',
    '77.0B',
    '1023B',
    '1.0KiB',
    '10.3KiB',
    '1.0MiB',
    '191MiB',
  ]);
});
