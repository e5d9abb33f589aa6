import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {
  besidesArguments,
  fingerprintVariables,
  nameAnswers,
  parseDependencies,
  portVariables,
  splitAnswers,
  splitBesides,
  variableArguments,
  type PortAnswers,
} from '../../../src/analysis/make-variables.js';
import {fixture} from '../repository.js';

function captured(name: string): PortAnswers {
  return named(fixture(`make/${name}.txt`));
}

function named(output: string): PortAnswers {
  const values = splitAnswers(output);
  assert.ok(values !== undefined);
  return nameAnswers(values);
}

describe('the answers of make', () => {
  test('give name, version, dependencies and distfiles of devel/gmake', () => {
    const answers = captured('devel_gmake');
    assert.equal(answers.PKGBASE, 'gmake');
    assert.equal(answers.PKGVERSION, '4.3_2');
    assert.equal(answers.FLAVORS, '');
    assert.equal(answers.IGNORE, '');
    assert.equal(answers.PKG_DEPENDS, '/lab/local/sbin/pkg:ports-mgmt/pkg');
    assert.equal(answers.BUILD_DEPENDS, 'gettext-runtime>=0.22_1:devel/gettext-runtime');
    assert.equal(answers.LIB_DEPENDS, 'libintl.so:devel/gettext-runtime');
    assert.equal(answers.RUN_DEPENDS, 'indexinfo:print/indexinfo');
    assert.equal(answers.ALLFILES, 'make-4.3.tar.lz');
    assert.equal(answers.PKG_SUFX, '.pkg');
    assert.equal(answers.LIB_DIRS, '/lib /usr/lib /lab/local/lib');
    assert.equal(answers.MASTERDIR, '/lab/ports/devel/gmake');
    assert.equal(answers.PACKAGES, '/lab/packages');
  });

  test('give the flavor of devel/py-setuptools that was asked for', () => {
    const answers = captured('devel_py-setuptools@py39');
    assert.equal(answers.FLAVOR, 'py39');
    assert.ok(answers.FLAVORS.split(' ').includes('py39'));
    assert.equal(answers.PKGBASE, 'py39-setuptools');
  });

  for (const [port, name] of [
    ['www_nginx', 'nginx'],
    ['editors_vim', 'vim'],
    ['ports-mgmt_pkg', 'pkg'],
  ] as const) {
    test(`of ${port.replace('_', '/')} are complete, and every dependency line in them can be read`, () => {
      const answers = captured(port);
      assert.equal(answers.PKGBASE, name);
      assert.match(answers.PKGVERSION, /^\d/);
      assert.match(answers.WRKDIR, /^\/lab\/wrk\//);
      for (const kind of ['PKG', 'FETCH', 'EXTRACT', 'PATCH', 'BUILD', 'LIB', 'RUN'] as const) {
        const {lines, malformed} = parseDependencies(answers[`${kind}_DEPENDS`]);
        assert.deepEqual(malformed, []);
        for (const {origin} of lines) assert.match(origin, /^[\w-]+\/[\w.+-]+(@\w+)?$/);
      }
    });
  }

  test('differ where anything that goes into a package does', () => {
    const output = fixture('make/devel_gmake.txt');
    const changed = output.replace('--without-guile', '--with-guile');
    assert.notDeepEqual(splitAnswers(changed), splitAnswers(output));
    assert.equal(named(changed).PKGVERSION, '4.3_2');
  });

  test('tell what the build calls', () => {
    assert.match(captured('www_nginx').USES, /\bcpe\b/);
    assert.equal(captured('devel_gmake').DISTINFO_FILE, '/lab/ports/devel/gmake/distinfo');
    assert.equal(captured('devel_gmake').MAKE_JOBS_UNSAFE, '');
    assert.match(captured('devel_gmake').MAKE_CMD, /make$/);
  });

  test('may have line breaks and runs of blanks in them', () => {
    const count = portVariables.length + fingerprintVariables.length;
    const values = Array.from({length: count}, (_, index) => (index === 0 ? ' a \n\n b\tc ' : `v${index}`));
    const answers = named(values.map((value) => `${value}\n--portpar--\n`).join(''));
    assert.equal(answers.PKGBASE, 'a b c');
    assert.equal(answers.PKGVERSION, 'v1');
  });

  test('count for nothing when some are missing', () => {
    assert.equal(splitAnswers(''), undefined);
    assert.equal(splitAnswers('gmake\n--portpar--\n'), undefined);
    const output = fixture('make/devel_gmake.txt');
    assert.equal(splitAnswers(output.slice(0, output.length / 2)), undefined);
    assert.equal(splitAnswers(`${output}more\n--portpar--\n`), undefined);
  });

  test('are asked for each by name, with a mark behind it', () => {
    const args = variableArguments();
    assert.equal(args.length, 4 * (portVariables.length + fingerprintVariables.length));
    assert.deepEqual(args.slice(0, 4), ['-V', '${PKGBASE}', '-V', '${:U--portpar--}']);
  });
});

describe('what is asked besides', () => {
  test('follows the answers and has a mark of its own', () => {
    assert.deepEqual(besidesArguments(['${A}']), ['-V', '${A}', '-V', '${:U--portpar-besides--}']);
    const output = `${fixture('make/devel_gmake.txt')}a b\n--portpar-besides--\n\n--portpar-besides--\n`;
    assert.deepEqual(splitBesides(output, 2), ['a b', '']);
    assert.equal(named(output).PKGBASE, 'gmake');
  });

  test('counts for nothing when some are missing', () => {
    assert.equal(splitBesides(fixture('make/devel_gmake.txt'), 1), undefined);
    assert.equal(splitBesides('a\n--portpar-besides--\n', 2), undefined);
  });
});

describe('a dependency line', () => {
  test('is pattern, origin and perhaps a target', () => {
    assert.deepEqual(
      parseDependencies('gmake>=4.3:devel/gmake  /nonexistent:lang/ruby@x:patch libz.so:a/z: '),
      {
        lines: [
          {pattern: 'gmake>=4.3', origin: 'devel/gmake'},
          {pattern: '/nonexistent', origin: 'lang/ruby@x', target: 'patch'},
          {pattern: 'libz.so', origin: 'a/z'},
        ],
        malformed: [],
      },
    );
  });

  test('is malformed with too few parts, too many, or empty ones', () => {
    assert.deepEqual(parseDependencies('gmake :devel/gmake gmake: a:b/c:d:e ok:a/b'), {
      lines: [{pattern: 'ok', origin: 'a/b'}],
      malformed: ['gmake', ':devel/gmake', 'gmake:', 'a:b/c:d:e'],
    });
  });

  test('is none where the variable is empty', () => {
    assert.deepEqual(parseDependencies(''), {lines: [], malformed: []});
  });
});
