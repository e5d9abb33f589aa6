import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from 'fast-check';
import {originParts, parseOrigin, withFlavor} from '../../src/model/origin.js';
import {compareVersions, meetsPattern, parsePackagePattern} from '../../src/model/version.js';

const number = fc.oneof(
  fc.nat({max: 30}).map(String),
  fc.constantFrom('00', '01', '20230101', '99999999999999999999'),
);
const piece = fc.oneof(
  number,
  fc.constantFrom('a', 'b', 'rc1', 'alpha', 'beta2', 'pl3', 'pre', 'p1', 'z', 'snap', 'A', 'RC1'),
);
/** A version as ports have them. */
const version = fc
  .record({
    first: number,
    rest: fc.array(fc.tuple(fc.constantFrom('.', '', '+', '..'), piece), {maxLength: 3}),
    revision: fc.option(fc.nat({max: 12}), {nil: undefined}),
    epoch: fc.option(fc.nat({max: 3}), {nil: undefined}),
  })
  .map(
    ({first, rest, revision, epoch}) =>
      first +
      rest.flat().join('') +
      (revision === undefined ? '' : `_${revision}`) +
      (epoch === undefined ? '' : `,${epoch}`),
  );
/** Anything made of what the comparison looks at. */
const oddVersion = fc.string({
  unit: fc.constantFrom(...'012a.bp+*_,-r cl'.split('')),
  maxLength: 8,
});

const runs = {numRuns: 3000};

describe('the order of versions', () => {
  test('gives each version as the same as itself', () => {
    fc.assert(
      fc.property(fc.oneof(version, oddVersion), (a) => compareVersions(a, a) === 0),
      runs,
    );
  });

  test('is the opposite the other way round', () => {
    const any = fc.oneof(version, oddVersion);
    fc.assert(
      fc.property(any, any, (a, b) => compareVersions(a, b) + compareVersions(b, a) === 0),
      runs,
    );
  });

  test('is total: of three versions of ports, the greatest of the greater two is the greatest', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const [low, middle, high] = [a, b, c].sort(compareVersions) as [string, string, string];
        assert.ok(compareVersions(low, middle) <= 0);
        assert.ok(compareVersions(middle, high) <= 0);
        assert.ok(compareVersions(low, high) <= 0);
        if (compareVersions(low, middle) < 0 || compareVersions(middle, high) < 0) {
          assert.ok(compareVersions(low, high) < 0);
        }
      }),
      runs,
    );
  });

  test('counts the epoch before all else, and the revision after all else', () => {
    fc.assert(
      fc.property(version, version, fc.nat({max: 5}), (a, b, epoch) => {
        const proper = (text: string): string => text.replace(/[,_].*$/, '');
        assert.equal(compareVersions(`${proper(a)},${epoch + 1}`, `${proper(b)},${epoch}`), 1);
        assert.equal(compareVersions(`${proper(a)}_${epoch + 1}`, `${proper(a)}_${epoch}`), 1);
      }),
      runs,
    );
  });

  test('meets `=` where the versions are the same, and exactly one of `<` and `>=`', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const meets = (operator: string): boolean => {
          const pattern = parsePackagePattern(`foo${operator}${b}`);
          assert.ok(pattern !== undefined);
          return meetsPattern(pattern, a);
        };
        assert.equal(meets('='), compareVersions(a, b) === 0);
        assert.notEqual(meets('<'), meets('>='));
        assert.notEqual(meets('>'), meets('<='));
      }),
      runs,
    );
  });
});

describe('an origin', () => {
  const alphanumeric = fc.constantFrom(...'abzAZ059'.split(''));
  const word = (more: string) =>
    fc
      .tuple(alphanumeric, fc.string({unit: fc.constantFrom(...`abzAZ059${more}`.split('')), maxLength: 8}))
      .map((parts) => parts.join(''));
  const parts = fc.record({
    category: word('-_'),
    name: word('+_.-'),
    flavor: fc.option(word('+_.-'), {nil: undefined}),
  });
  const format = ({category, name, flavor}: {category: string; name: string; flavor?: string | undefined}) =>
    `${category}/${name}${flavor === undefined ? '' : `@${flavor}`}`;

  test('comes apart into what it was put together from', () => {
    fc.assert(
      fc.property(parts, (drawn) => {
        const parsed = parseOrigin(format(drawn));
        assert.ok(parsed !== undefined);
        const {category, name, flavor, directory} = originParts(parsed);
        assert.deepEqual({category, name, flavor}, {...drawn});
        assert.equal(withFlavor(directory, flavor), parsed);
      }),
      runs,
    );
  });

  test('is never read from a text that could leave the tree, or mean something to a shell or a command', () => {
    const text = fc.oneof(
      fc.string({unit: 'binary', maxLength: 12}),
      fc.string({unit: fc.constantFrom(...'ab/@-._ ;$`\n*\\\'"~|&<>:\0'.split('')), maxLength: 10}),
    );
    fc.assert(
      fc.property(text, (drawn) => {
        const parsed = parseOrigin(drawn);
        if (parsed === undefined) return;
        assert.equal(parsed, drawn);
        assert.match(parsed, /^[\w+.@/-]+$/);
        assert.ok(
          parsed.split(/[/@]/).every((part) => /^[A-Za-z0-9]/.test(part)),
          parsed,
        );
        assert.equal(parsed.split('/').length, 2);
      }),
      {numRuns: 20_000},
    );
  });
});
