import assert from 'node:assert/strict';
import {mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {formatManifest} from '../../../src/sandbox/pkg/manifest.js';
import {readPackageFile, writePackageFile} from '../../../src/sandbox/pkg/package-file.js';
import {parsePlist} from '../../../src/sandbox/pkg/plist.js';
import {staysInside, unsafePath} from '../../../src/sandbox/pkg/safe-path.js';
import {checksum} from '../../../src/sandbox/pkg/staged-files.js';
import {tarEnd, tarEntry} from '../../../src/sandbox/tar-entry.js';
import {temporaryDirectory} from '../temporary-directory.js';
import {installedPackage} from './sample-package.js';

const owner = {uname: 'root', gname: 'wheel', mtime: 1_690_848_000};
const longName = `/prefix/share/${'long/'.repeat(40)}file`;
const sample = {
  manifest: installedPackage({
    name: 'sample',
    files: {
      '/prefix/bin/tool': {sum: checksum('tool'), ...owner, perm: '04755'},
      '/prefix/lib/link': {
        sum: checksum('../bin/tool'),
        ...owner,
        perm: '0777',
        symlink_target: '../bin/tool',
      },
      [longName]: {sum: checksum('far'), ...owner, perm: '0644'},
    },
    directories: {'/prefix/share/empty': {uname: 'root', gname: 'wheel', perm: '0755'}},
    messages: [{message: 'hello', type: 'install'}],
    scripts: {'post-install': 'true'},
    annotations: {flavor: 'blue'},
  }),
  contents: new Map([
    ['/prefix/bin/tool', Buffer.from('tool')],
    [longName, Buffer.from('far')],
  ]),
};

test('a package file gives back what was put into it', (context) => {
  const path = join(temporaryDirectory(context), 'All/sample-1.pkg');
  writePackageFile(path, sample);
  const read = readPackageFile(path);
  assert.ok(read.ok);
  const {automatic, locked, vital, time, ...manifest} = sample.manifest;
  assert.deepEqual([automatic, locked, vital, time], [false, false, false, 0]);
  assert.deepEqual(read.value.manifest, manifest);
  for (const [name, content] of sample.contents) assert.deepEqual(read.value.contents.get(name), content);
  assert.deepEqual(readdirSync(join(path, '..')), ['sample-1.pkg']);
});

test('a package file that is cut short is a problem, wherever it is cut', (context) => {
  const directory = temporaryDirectory(context);
  const path = join(directory, 'sample-1.pkg');
  writePackageFile(path, sample);
  const whole = readFileSync(path);
  const cut = join(directory, 'cut.pkg');
  for (let length = 0; length < whole.length; length += 7) {
    writeFileSync(cut, whole.subarray(0, length));
    const read = readPackageFile(cut);
    assert.ok(!read.ok, `cut to ${length} of ${whole.length} bytes`);
    assert.equal(read.failures[0]?.status, 1);
  }
});

test('an archive that is no package, or lacks a file of its manifest, is a problem', (context) => {
  const path = join(temporaryDirectory(context), 'sample-1.pkg');
  const put = (name: string, text: string): string => {
    writeFileSync(
      path,
      Buffer.concat([...tarEntry({path: name, type: 'File', mode: 0o644}, Buffer.from(text)), tarEnd]),
    );
    const read = readPackageFile(path);
    return read.ok ? 'fine' : (read.failures[0]?.lines[0] ?? '');
  };
  assert.match(put('README', 'text'), /is not a valid package: no manifest found/);
  assert.match(put('+MANIFEST', 'name: x'), /the manifest is not JSON/);
  assert.match(put('+MANIFEST', '{"name": "x"}'), /the manifest has no version/);
  assert.match(
    put('+MANIFEST', formatManifest(sample.manifest)),
    /is not a valid package: \/prefix\/bin\/tool is not in it/,
  );
  assert.equal(put('+MANIFEST', formatManifest(installedPackage({name: 'empty'}))), 'fine');
});

const file = {sum: '', ...owner, perm: '0644'};

test('paths that leave the prefix are refused', () => {
  const refused = [
    '/prefix/../etc/passwd',
    '/etc/passwd',
    'relative',
    '/prefix',
    '/prefixed/file',
    '/prefix//file',
    '/prefix/./file',
    '/prefix/a/',
    '/prefix/a\0b',
    '/',
  ];
  for (const path of refused) {
    assert.notEqual(unsafePath(installedPackage({name: 'x', files: {[path]: file}}), ''), undefined, path);
  }
  assert.equal(unsafePath(installedPackage({name: 'x', files: {'/prefix/a/..b': file}}), ''), undefined);
});

test('prefixes that are none, or outside the sandbox, are refused', () => {
  for (const prefix of ['/', '', 'relative', '/a/../b', '/a/']) {
    assert.notEqual(unsafePath(installedPackage({name: 'x', prefix}), ''), undefined, prefix);
  }
  assert.equal(unsafePath(installedPackage({name: 'x', prefix: '/box/prefix'}), '/box'), undefined);
  assert.notEqual(unsafePath(installedPackage({name: 'x', prefix: '/boxer/prefix'}), '/box'), undefined);
});

test('a path through a link of the same package is refused', () => {
  const files = {'/prefix/lib': {...file, symlink_target: '/etc'}, '/prefix/lib/passwd': file};
  assert.match(unsafePath(installedPackage({name: 'x', files}), '') ?? '', /leads through the symbolic link/);
});

test('a link that leads out of the prefix on the disk is not followed', (context) => {
  const directory = temporaryDirectory(context);
  const prefix = join(directory, 'prefix');
  mkdirSync(join(prefix, 'share'), {recursive: true});
  mkdirSync(join(directory, 'elsewhere'));
  symlinkSync('../elsewhere', join(prefix, 'lib'));
  assert.equal(staysInside(join(prefix, 'share/x/y'), prefix), true);
  assert.equal(staysInside(join(prefix, 'lib/x'), prefix), false);
});

test('packing lists: relative paths, modes, folders, comments', () => {
  const list = parsePlist(
    '@comment x\nbin/a\n@(root,wheel,4755) bin/b\n/prefix/c\n@mode 600\nd\n@mode\ne\n@dir share/f/\n',
    '/prefix',
  );
  assert.deepEqual(list, {
    ok: true,
    value: {
      files: [
        {path: '/prefix/bin/a'},
        {path: '/prefix/bin/b', uname: 'root', gname: 'wheel', perm: '04755'},
        {path: '/prefix/c'},
        {path: '/prefix/d', perm: '0600'},
        {path: '/prefix/e'},
      ],
      directories: ['/prefix/share/f'],
    },
  });
  assert.equal(parsePlist('@fontsdir x\n', '/prefix').ok, false);
});
