import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {parseInstalledPackages, type PackageAnswers} from '../../../src/analysis/pkg-query.js';
import {fixture} from '../repository.js';

function captured(database: string): PackageAnswers {
  const answer = (name: string): string => fixture(`pkg-query/${database}/${name}.tsv`);
  return {
    packages: answer('packages'),
    annotations: answer('annotations'),
    dependencies: answer('dependencies'),
    shlibsProvided: answer('shlibs-provided'),
    shlibsRequired: answer('shlibs-required'),
  };
}

const nothing: PackageAnswers = {
  packages: '',
  annotations: '',
  dependencies: '',
  shlibsProvided: '',
  shlibsRequired: '',
};

describe('the answers of pkg query', () => {
  test('give every package of a small database, with what is particular to each', () => {
    const packages = parseInstalledPackages(captured('small'));
    assert.equal(packages.length, 29);
    const of = (name: string) => packages.find((item) => item.name === name);
    assert.deepEqual(of('libfix'), {
      name: 'libfix',
      version: '1.2_3,1',
      origin: 'devel/libfix@py39',
      automatic: true,
      locked: false,
      dependencies: [],
      shlibsProvided: ['libfix.so.1', 'libfixx.so.2'],
      shlibsRequired: ['libc.so.7', 'libz.so.6'],
    });
    assert.equal(of('usefix')?.locked, true);
    assert.deepEqual(of('usefix')?.dependencies, ['libfix']);
    assert.deepEqual(of('py39-thing')?.dependencies, ['gone', 'usefix'], 'one of them is not installed');
    assert.deepEqual(of('autoconf')?.dependencies, ['autoconf-switch', 'indexinfo', 'm4', 'perl5']);
  });

  test('give every package of a large database, each with a sound origin', () => {
    const packages = parseInstalledPackages(captured('many'));
    assert.equal(packages.length, 394);
    assert.equal(new Set(packages.map(({name}) => name)).size, 394);
    assert.equal(
      packages.reduce((sum, {dependencies}) => sum + dependencies.length, 0),
      1023,
    );
    assert.ok(packages.every(({version}) => version !== ''));
  });

  test('of an empty database give nothing', () => {
    assert.deepEqual(parseInstalledPackages(nothing), []);
  });

  test('leave out the base system and packages that no port made', () => {
    const rows = ['FreeBSD-runtime\t14.1\tbase/runtime\t0\t0', 'mine\t1\tmine\t0\t0', 'odd\t1\t../etc\t0\t0'];
    assert.deepEqual(parseInstalledPackages({...nothing, packages: `${rows.join('\n')}\n`}), []);
  });

  test('pass over lines that have lost their form, as an annotation with a line break has', () => {
    const packages = parseInstalledPackages({
      ...nothing,
      packages: 'foo\t1\twww/foo\t0\t0\nbroken line\n',
      annotations: 'foo\tnote\tfirst\nsecond line\nfoo\tflavor\tsmall\n',
    });
    assert.deepEqual(
      packages.map(({origin}) => origin),
      ['www/foo@small'],
    );
  });

  test('leave a flavor aside that could not be one', () => {
    for (const flavor of ['', '../x', '-f', 'a b']) {
      const packages = parseInstalledPackages({
        ...nothing,
        packages: 'foo\t1\twww/foo\t0\t0\n',
        annotations: `foo\tflavor\t${flavor}\n`,
      });
      assert.equal(packages[0]?.origin, 'www/foo', JSON.stringify(flavor));
    }
  });
});
