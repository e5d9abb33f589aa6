import assert from 'node:assert/strict';
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test, type TestContext} from 'node:test';
import {resolveOperands, type OperandContext} from '../../../src/cli/operands.js';
import {installed} from '../../rig/builders.js';
import {temporaryDirectory} from '../temporary-directory.js';

/** A tree of four ports, three packages installed from it, and a place to stand. */
function world(context: TestContext, place = '.'): OperandContext {
  const base = temporaryDirectory(context);
  const portsDirectory = join(base, 'ports');
  for (const port of ['www/nginx', 'www/apache24', 'devel/py-six', 'lang/perl5.32', 'security/nginx']) {
    mkdirSync(join(portsDirectory, port), {recursive: true});
    writeFileSync(join(portsDirectory, port, 'Makefile'), '');
  }
  writeFileSync(
    join(portsDirectory, 'MOVED'),
    'www/renamed|www/nginx|2023-01-01|x\nwww/was@small|www/nginx|2023-01-01|x\n',
  );
  symlinkSync(portsDirectory, join(base, 'link'));
  return {
    packages: [
      installed('nginx', '1.24.0_9,3', 'www/nginx').done(),
      installed('py39-six', '1.16.0', 'devel/py-six@py39').done(),
      installed('py311-six', '1.16.0', 'devel/py-six@py311').done(),
      installed('perl5', '5.32.1_4', 'lang/perl5.32').done(),
    ],
    portsDirectory,
    workingDirectory: join(base, place),
  };
}

async function originsOf(context: OperandContext, ...operands: readonly string[]): Promise<string[]> {
  const resolved = await resolveOperands(operands, context);
  assert.ok(resolved.ok, JSON.stringify(resolved));
  return resolved.value;
}

async function nearestTo(context: OperandContext, operand: string): Promise<readonly string[]> {
  const resolved = await resolveOperands([operand], context);
  assert.ok(!resolved.ok, `${JSON.stringify(operand)} became ${JSON.stringify(resolved)}`);
  const [failure] = resolved.failures;
  assert.ok(failure?.kind === 'no-such-port');
  assert.equal(failure.operand, operand);
  return failure.nearest;
}

describe('an operand', () => {
  for (const [operand, what, expected] of [
    ['www/nginx', 'an origin', ['www/nginx']],
    ['www/nginx/', 'an origin with a slash behind it', ['www/nginx']],
    ['www/apache24', 'an origin that is not installed', ['www/apache24']],
    ['www/renamed', 'an origin that the tree had once', ['www/renamed']],
    ['www/was@small', 'a flavor that the tree had once', ['www/was@small']],
    ['ports/www/nginx', 'the way to a directory', ['www/nginx']],
    ['devel/py-six@py39', 'an origin with its flavor', ['devel/py-six@py39']],
    ['devel/py-six@py27', 'an origin with a flavor that is not installed', ['devel/py-six@py27']],
    [
      'devel/py-six',
      'an origin that is installed in two flavors',
      ['devel/py-six@py39', 'devel/py-six@py311'],
    ],
    ['nginx', 'a package name', ['www/nginx']],
    ['py39-six', 'a package name unlike its port', ['devel/py-six@py39']],
    ['perl5-5.32.1_4', 'a package name with its version', ['lang/perl5.32']],
    ['nginx-1.24.0_9,3', 'a package name with revision and epoch', ['www/nginx']],
    ['py3*-six', 'a glob of package names', ['devel/py-six@py39', 'devel/py-six@py311']],
    ['*six', 'a glob of names', ['devel/py-six@py39', 'devel/py-six@py311']],
    ['www/*', 'a glob of origins', ['www/nginx']],
    ['devel/*@py39', 'a glob of origins with flavor', ['devel/py-six@py39']],
    ['{nginx,perl5}', 'a choice', ['www/nginx', 'lang/perl5.32']],
  ] as const) {
    test(`${operand} is ${what}`, async (context) => {
      assert.deepEqual(await originsOf(world(context), operand), expected);
    });
  }

  test('may be the directory of a port, by its full path, through a link, with a flavor', async (context) => {
    const place = world(context);
    const {portsDirectory} = place;
    assert.deepEqual(await originsOf(place, join(portsDirectory, 'www/nginx')), ['www/nginx']);
    assert.deepEqual(await originsOf(place, `${join(portsDirectory, 'www/nginx')}/`), ['www/nginx']);
    assert.deepEqual(await originsOf(place, join(portsDirectory, '../link/www/apache24')), ['www/apache24']);
    assert.deepEqual(await originsOf(place, `${join(portsDirectory, 'devel/py-six')}@py39`), [
      'devel/py-six@py39',
    ]);
    assert.deepEqual(await originsOf(place, './ports/www/nginx'), ['www/nginx']);
  });

  test('may be the directory where one stands', async (context) => {
    assert.deepEqual(await originsOf(world(context, 'ports/www/nginx'), '.'), ['www/nginx']);
    assert.deepEqual(await originsOf(world(context, 'ports/www/nginx'), '../apache24'), ['www/apache24']);
    assert.deepEqual(await originsOf(world(context, 'link/devel/py-six'), '.'), [
      'devel/py-six@py39',
      'devel/py-six@py311',
    ]);
  });

  test('that is given twice, or in two ways, counts once', async (context) => {
    assert.deepEqual(await originsOf(world(context), 'nginx', 'www/nginx', 'ngin*'), ['www/nginx']);
  });

  for (const nonsense of [
    '',
    ' ',
    'www nginx',
    'www/nginx ',
    '..',
    '../..',
    '../../etc/passwd',
    'www/..',
    'www/../../etc',
    '/',
    '/etc',
    '/nonexistent',
    '-a',
    '-rf',
    '--',
    'www/-rf',
    'www/nginx;reboot',
    '$(reboot)',
    '`reboot`',
    'www/nginx|sh',
    'www/nginx>x',
    'www/nginx\nwww/apache24',
    'www/nginx@',
    'www/nginx@../x',
    'a/b/c',
    'nothing-*',
    '[',
    'www',
    'nosuchpackage',
    'www/nothing',
    'www/nothing@flavor',
    'constructor',
  ]) {
    test(`${JSON.stringify(nonsense)} never becomes a port`, async (context) => {
      await nearestTo(world(context), nonsense);
    });
  }

  test('that means nothing is answered with names that look like it', async (context) => {
    const place = world(context);
    assert.deepEqual(await nearestTo(place, 'ngnix'), ['nginx']);
    assert.ok((await nearestTo(place, 'py39-sx')).includes('py39-six'));
    assert.deepEqual(await nearestTo(place, 'apache24'), ['www/apache24'], 'a port that is not installed');
  });

  test('that means nothing is answered with five names at most', async (context) => {
    const place = world(context);
    const packages = Array.from({length: 20}, (_, index) =>
      installed(`foo${index}`, '1', `www/foo${index}`).done(),
    );
    assert.equal((await nearestTo({...place, packages}, 'foo')).length, 5);
  });

  test('that means nothing does not hide another one: all are told at once', async (context) => {
    const resolved = await resolveOperands(['nope', 'nginx', 'nada'], world(context));
    assert.ok(!resolved.ok);
    assert.deepEqual(
      resolved.failures.map((failure) => (failure.kind === 'no-such-port' ? failure.operand : failure.kind)),
      ['nope', 'nada'],
    );
  });
});
