import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {readInstalledPackages} from '../../../src/analysis/installed-packages.js';
import {FakeCommandRunner} from '../../rig/fake-command-runner.js';
import {fakeWorld} from '../fake-world.js';

describe('reading the package database', () => {
  test('asks pkg for packages, annotations, dependencies and libraries', async () => {
    const runner = new FakeCommandRunner()
      .on('pkg query', {stdout: ''})
      .on('pkg query %n\t%v\t%o\t%a\t%k', {stdout: 'foo\t1\twww/foo\t1\t0\n'})
      .on('pkg query %n\t%dn', {stdout: 'foo\tbar\n'});
    const packages = await readInstalledPackages(runner, fakeWorld);
    assert.ok(packages.ok);
    assert.deepEqual(
      packages.value.map(({name, automatic, dependencies}) => ({name, automatic, dependencies})),
      [{name: 'foo', automatic: true, dependencies: ['bar']}],
    );
    assert.equal(runner.calls.length, 5);
    assert.ok(runner.calls.every((call) => call.startsWith('pkg query -a ')));
  });

  test('says so where there is no pkg', async () => {
    const runner = new FakeCommandRunner().on('pkg', {outcome: {kind: 'not-started', code: 'ENOENT'}});
    const packages = await readInstalledPackages(runner, fakeWorld);
    assert.ok(!packages.ok);
    assert.equal(packages.failures[0]?.kind, 'tool-missing');
  });

  test('fails with what pkg said where any of its answers is missing', async () => {
    const runner = new FakeCommandRunner().on('pkg query').on('pkg query %n\t%b', {
      status: 1,
      stderr: '\n  pkg: sqlite error: database disk image is malformed\nmore',
    });
    const packages = await readInstalledPackages(runner, fakeWorld);
    assert.ok(!packages.ok && packages.failures[0]?.kind === 'package-database-unreadable');
    assert.equal(packages.failures[0].message, 'pkg: sqlite error: database disk image is malformed');
  });

  test('fails with a word of its own where pkg said nothing', async () => {
    const runner = new FakeCommandRunner().on('pkg', {status: 1});
    const packages = await readInstalledPackages(runner, fakeWorld);
    assert.ok(!packages.ok && packages.failures[0]?.kind === 'package-database-unreadable');
    assert.match(packages.failures[0].message, /pkg query ended without a word/);
  });
});
