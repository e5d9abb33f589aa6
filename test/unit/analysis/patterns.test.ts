import assert from 'node:assert/strict';
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test, type TestContext} from 'node:test';
import {findPattern, type PatternMatch} from '../../../src/analysis/patterns.js';
import type {DependencyKind} from '../../../src/model/port.js';
import {temporaryDirectory} from '../temporary-directory.js';

/** A LOCALBASE with bin/tool and sbin/daemon that can be run, bin/data that cannot, and lib/libfoo.so. */
function places(context: TestContext) {
  const localBase = temporaryDirectory(context);
  for (const [path, mode] of [
    ['bin/tool', 0o755],
    ['sbin/daemon', 0o755],
    ['bin/data', 0o644],
    ['lib/libfoo.so', 0o644],
    ['other/elsewhere', 0o755],
  ] as const) {
    mkdirSync(join(localBase, path, '..'), {recursive: true});
    writeFileSync(join(localBase, path), '');
    chmodSync(join(localBase, path), mode);
  }
  const installed = new Map([['perl5', '5.32.1_4']]);
  const find = (kind: DependencyKind, pattern: string): Promise<PatternMatch> =>
    findPattern(
      kind,
      pattern,
      {
        localBase,
        libraryDirectories: [join(localBase, 'lib')],
        path: `/nonexistent::${join(localBase, 'other')}`,
      },
      installed,
    );
  return {localBase, find};
}

describe('a pattern', () => {
  test('with bounds is met by an installed package within them', async (context) => {
    const {find} = places(context);
    assert.deepEqual(await find('run', 'perl5>=5.32<5.33'), {kind: 'package', name: 'perl5'});
    assert.deepEqual(await find('run', 'perl5>=5.34'), {kind: 'nothing'});
    assert.deepEqual(await find('run', 'ruby>0'), {kind: 'nothing'});
  });

  test('of a program is looked for on the path, and in bin and sbin of LOCALBASE', async (context) => {
    const {localBase, find} = places(context);
    assert.deepEqual(await find('build', 'tool'), {kind: 'file', path: join(localBase, 'bin/tool')});
    assert.deepEqual(await find('build', 'daemon'), {kind: 'file', path: join(localBase, 'sbin/daemon')});
    assert.deepEqual(await find('build', 'elsewhere'), {
      kind: 'file',
      path: join(localBase, 'other/elsewhere'),
    });
    assert.deepEqual(await find('build', 'nowhere'), {kind: 'nothing'});
  });

  test('of a program is not met by a file that cannot be run', async (context) => {
    const {find} = places(context);
    assert.deepEqual(await find('build', 'data'), {kind: 'nothing'});
  });

  test('of a library is looked for in the library directories only', async (context) => {
    const {localBase, find} = places(context);
    assert.deepEqual(await find('lib', 'libfoo.so'), {kind: 'file', path: join(localBase, 'lib/libfoo.so')});
    assert.deepEqual(await find('build', 'libfoo.so'), {kind: 'nothing'});
    assert.deepEqual(await find('lib', 'tool'), {kind: 'nothing'});
  });

  test('of a file is met by that file, whether it can be run or not', async (context) => {
    const {localBase, find} = places(context);
    const path = join(localBase, 'bin/data');
    assert.deepEqual(await find('build', path), {kind: 'file', path});
    assert.deepEqual(await find('build', `${path}.gone`), {kind: 'nothing'});
  });
});
