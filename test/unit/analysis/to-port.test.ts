import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {nameAnswers, splitAnswers, type PortAnswers} from '../../../src/analysis/make-variables.js';
import {toPort} from '../../../src/analysis/to-port.js';
import {origin} from '../../rig/builders.js';
import {fixture} from '../repository.js';

const gmake = splitAnswers(fixture('make/devel_gmake.txt'));

function portWith(answers: Partial<PortAnswers>, malformed: readonly string[] = []) {
  assert.ok(gmake !== undefined);
  return toPort(
    {origin: origin('devel/gmake'), answers: {...nameAnswers(gmake), ...answers}, flavors: [], digest: 'd'},
    {dependencies: [], malformed, fingerprint: 'f', distfileBytes: 12},
  );
}

describe('a port made of the answers of make', () => {
  test('has what make said, and no text that make did not say', () => {
    assert.deepEqual(portWith({}), {
      origin: 'devel/gmake',
      name: 'gmake',
      version: '4.3_2',
      flavors: [],
      dependencies: [],
      workDirectory: '/lab/wrk/lab/ports/devel/gmake/work',
      distfiles: ['make-4.3.tar.lz'],
      distfileBytes: 12,
      parallel: 'other',
      packageSuffix: '.pkg',
      fingerprint: 'f',
    });
  });

  test('has its distfiles below DIST_SUBDIR', () => {
    const {distfiles} = portWith({DIST_SUBDIR: 'gnu', ALLFILES: 'a.tar b.tar'});
    assert.deepEqual(distfiles, ['gnu/a.tar', 'gnu/b.tar']);
    assert.deepEqual(portWith({ALLFILES: ''}).distfiles, []);
  });

  test('is broken or forbidden only where the framework ignores it for that', () => {
    const texts = {BROKEN: 'no compile', FORBIDDEN: 'CVE-1'};
    const tried = portWith(texts);
    assert.deepEqual([tried.ignore, tried.broken, tried.forbidden], [undefined, undefined, undefined]);
    const ignored = portWith({...texts, IGNORE: 'is forbidden: CVE-1'});
    assert.deepEqual(
      [ignored.ignore, ignored.broken, ignored.forbidden],
      ['is forbidden: CVE-1', 'no compile', 'CVE-1'],
    );
  });

  test('tells that it will go, and when', () => {
    const {deprecated, expires} = portWith({DEPRECATED: 'Unmaintained', EXPIRATION_DATE: '2024-01-31'});
    assert.deepEqual([deprecated, expires], ['Unmaintained', '2024-01-31']);
  });

  test('is not to be built where its dependency lines cannot be read', () => {
    const {ignore} = portWith({}, ['gmake', 'a:']);
    assert.equal(ignore, 'it has dependency lines that cannot be read: gmake a:');
  });

  test('makes packages with the usual suffix where make names none', () => {
    assert.equal(portWith({PKG_SUFX: ''}).packageSuffix, '.pkg');
    assert.equal(portWith({PKG_SUFX: '.txz'}).packageSuffix, '.txz');
  });
});
