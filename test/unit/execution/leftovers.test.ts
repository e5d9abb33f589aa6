import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {existsSync, lstatSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test, type TestContext} from 'node:test';
import {removeLeftovers} from '../../../src/execution/leftovers.js';
import {PkgClient} from '../../../src/execution/pkg-client.js';
import {FakeCommandRunner} from '../../rig/fake-command-runner.js';
import {FakePkg} from '../../rig/fake-pkg.js';
import {temporaryDirectory} from '../temporary-directory.js';
import {fakeWorld} from '../fake-world.js';

const checksum = (text: string): string => `1$${createHash('sha256').update(text).digest('hex')}`;

function bench(context: TestContext) {
  const directory = temporaryDirectory(context);
  const runner = new FakeCommandRunner();
  const pkg = new FakePkg().answerFor(runner);
  pkg.installed.set('foo', {version: '2'});
  const put = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  const clear = async (before: Record<string, string>) => {
    const client = new PkgClient(runner, fakeWorld, '/none');
    return removeLeftovers(client, new Map(Object.entries(before)), await client.files('foo'));
  };
  return {directory, runner, pkg, put, clear};
}

describe('after a swap', () => {
  test('a file that only the old version had, and as it was installed, is removed', async (context) => {
    const {put, clear} = bench(context);
    const path = put('libfoo.so.1', 'old library');
    assert.deepEqual(await clear({[path]: checksum('old library')}), {removed: [path], kept: []});
    assert.equal(existsSync(path), false);
  });

  test('nothing is removed when pkg(8) does not tell what the new version owns', async (context) => {
    const {put, clear, pkg} = bench(context);
    const path = put('libfoo.so.1', 'old library');
    pkg.installed.delete('foo');
    assert.deepEqual(await clear({[path]: checksum('old library')}), {removed: [], kept: []});
    assert.equal(existsSync(path), true);
  });

  test('a file that was changed since stays, and is named', async (context) => {
    const {put, clear} = bench(context);
    const path = put('foo.conf', 'my settings');
    assert.deepEqual(await clear({[path]: checksum('as installed')}), {removed: [], kept: [path]});
    assert.equal(existsSync(path), true);
  });

  test('a file whose checksum is not known stays', async (context) => {
    const {put, clear} = bench(context);
    const path = put('foo', 'text');
    for (const unknown of ['-', '', '2$00', 'text']) {
      assert.deepEqual((await clear({[path]: unknown})).kept, [path]);
    }
  });

  test('a file that the new version has too stays, and nobody is asked about it', async (context) => {
    const {put, clear, pkg, runner} = bench(context);
    const path = put('foo', 'text');
    pkg.installed.set('foo', {version: '2', files: {[path]: checksum('new text')}});
    assert.deepEqual(await clear({[path]: checksum('text')}), {removed: [], kept: []});
    assert.ok(!runner.calls.some((call) => call.startsWith('pkg which')));
  });

  test('a file that another package owns now stays', async (context) => {
    const {put, clear, pkg} = bench(context);
    const path = put('shared', 'text');
    pkg.installed.set('bar', {version: '1', files: {[path]: checksum('text')}});
    assert.deepEqual(await clear({[path]: checksum('text')}), {removed: [], kept: []});
    assert.equal(existsSync(path), true);
  });

  test('a file that is gone already is nothing to speak of', async (context) => {
    const {directory, clear} = bench(context);
    assert.deepEqual(await clear({[join(directory, 'gone')]: checksum('x')}), {removed: [], kept: []});
  });

  test('an old link is removed, what it points to is not', async (context) => {
    const {directory, put, clear} = bench(context);
    const target = put('libfoo.so.2', 'new library');
    const link = join(directory, 'libfoo.so');
    symlinkSync(target, link);
    assert.deepEqual((await clear({[link]: '-'})).removed, [link]);
    assert.equal(lstatSync(link, {throwIfNoEntry: false}), undefined);
    assert.equal(existsSync(target), true);
  });

  test('a directory in the place of an old file stays', async (context) => {
    const {directory, clear} = bench(context);
    const path = join(directory, 'data');
    mkdirSync(path);
    assert.deepEqual((await clear({[path]: checksum('x')})).kept, [path]);
  });
});
