import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import type {FileRecord} from '../../src/sandbox/pkg/manifest.js';
import {writePackageFile} from '../../src/sandbox/pkg/package-file.js';
import {checksum} from '../../src/sandbox/pkg/staged-files.js';
import {temporaryDirectory} from '../unit/temporary-directory.js';
import {installedPackage} from '../unit/sandbox/sample-package.js';
import {PkgBench, sandboxPkg} from './pkg-bench.js';

const text = 'written by a stranger';
const plain: FileRecord = {sum: checksum(text), uname: 'root', gname: 'wheel', perm: '0644', mtime: 0};

test('a package cannot write outside the prefix, whatever its paths and links', (context) => {
  const directory = temporaryDirectory(context);
  const bench = new PkgBench(sandboxPkg, directory);
  const outside = join(directory, 'outside');
  mkdirSync(outside);
  symlinkSync(outside, join(bench.prefix, 'planted'));
  const {prefix} = bench;
  const hostile: readonly Readonly<Record<string, FileRecord>>[] = [
    {[`${prefix}/../outside/file`]: plain},
    {[`${outside}/file`]: plain},
    {[`${prefix}/planted/file`]: plain},
    {[`${prefix}/link`]: {...plain, symlink_target: outside}, [`${prefix}/link/file`]: plain},
  ];
  for (const [index, files] of hostile.entries()) {
    const path = join(directory, `hostile-${index}.pkg`);
    const contents = new Map(Object.keys(files).map((name) => [name, Buffer.from(text)]));
    writePackageFile(path, {manifest: installedPackage({name: 'hostile', prefix, files}), contents});
    for (const command of [
      ['install', '-y', '-q', '-U'],
      ['add', '-q', '-f'],
    ]) {
      const run = bench.run([...command, path]);
      assert.equal(run.status, 1, `${index}: ${run.stdout}`);
      assert.match(run.stderr, /is refused/);
    }
    assert.equal(existsSync(join(outside, 'file')), false);
    assert.deepEqual(bench.files(), ['planted']);
  }
  assert.equal(bench.run(['query', '-a', '%n']).stdout, '');
});

test('a sandbox installs nothing with a prefix elsewhere', (context) => {
  const directory = temporaryDirectory(context);
  const bench = new PkgBench(sandboxPkg, directory);
  bench.makePackage({name: 'alpha', version: '1', files: ['share/a']});
  const run = bench.run(['install', '-y', '-q', '-U', join(bench.packages, 'alpha-1.pkg')], {
    SANDBOX_ROOT: join(directory, 'other'),
  });
  assert.equal(run.status, 1);
  assert.match(run.stderr, /is outside .*other/);
  assert.deepEqual(bench.files(), []);
});

test('writers that come at the same time all get their turn', async (context) => {
  const bench = new PkgBench(sandboxPkg, temporaryDirectory(context));
  bench.makePackage({name: 'alpha', version: '1', files: ['share/a']});
  assert.equal(bench.run(['install', '-y', '-q', '-U', join(bench.packages, 'alpha-1.pkg')]).status, 0);
  // The lock of a dead process is in the way as well.
  writeFileSync(join(bench.database, 'lock'), '999999999\n');
  const tags = Array.from({length: 6}, (_, index) => `tag${index}`);
  const [program, ...first] = sandboxPkg.command;
  const ends = await Promise.all(
    tags.map((tag) =>
      once(
        spawn(program, [...first, 'annotate', '-q', '-y', '-A', 'alpha', tag, 'x'], {
          env: {...process.env, PKG_DBDIR: bench.database},
          stdio: 'ignore',
        }),
        'exit',
      ),
    ),
  );
  assert.deepEqual(
    ends.map(([status]: unknown[]) => status),
    tags.map(() => 0),
  );
  assert.equal(bench.run(['query', '%At', 'alpha']).stdout, `flavor\n${tags.join('\n')}\ntool\n`);
});
