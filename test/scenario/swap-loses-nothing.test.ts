import assert from 'node:assert/strict';
import {existsSync, readdirSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {eventsOf, expectRun} from '../rig/expect-run.js';
import {scenario, scenarios, type PortparRig} from '../rig/portpar-rig.js';

const one = {'devel/a': {installed: '1'}};
const treasured = {
  'devel/a': {
    installed: {version: '1', automatic: true, annotations: {note: 'keep me', build_timestamp: 'long ago'}},
  },
};

scenarios('the old package is never lost', () => {
  scenario(
    'the package is built and the old one saved before the installed one is touched',
    {ports: one},
    async (rig) => {
      rig.commands.hold('package', 'pkg');
      const portpar = rig.start(['-a']);
      const make = await rig.nextInvocation('package devel/a');
      assert.deepEqual(rig.installed, ['a-1']);
      await make.succeed();
      await (await rig.nextInvocation('pkg create a')).succeed();
      assert.deepEqual(rig.installed, ['a-1']);
      const swap = await rig.nextInvocation('pkg install a-2');
      const [started] = eventsOf(rig.journal, 'swap-started');
      assert.ok(started !== undefined && existsSync(started.packageFile), 'the new package is there');
      assert.ok(started.backup !== undefined && existsSync(started.backup), 'the old package is saved');
      await swap.succeed();
      expectRun(rig, await portpar.ended, {succeeded: ['devel/a']});
      assert.ok(!existsSync(started.backup), 'the backup is not kept without -b');
      assert.deepEqual(filesOfA(rig), ['a-2'], 'no file of the old version is left');
    },
  );

  scenario(
    'the automatic flag and the annotations of people outlive the swap',
    {ports: treasured},
    async (rig) => {
      const ended = await rig.run(['-a']);
      expectRun(rig, ended, {succeeded: ['devel/a']});
      const {version, automatic, annotations} = rig.package('a') ?? {};
      assert.deepEqual(
        {version, automatic, annotations},
        {version: '2', automatic: true, annotations: {note: 'keep me', build_timestamp: 'now'}},
      );
    },
  );

  scenario(
    'what pkg leaves of the old version is taken away, unless somebody has changed it',
    {ports: {...one, 'devel/b': {installed: '1'}}},
    async (rig) => {
      const changed = join(rig.world.prefix, 'share', 'b-1');
      writeFileSync(changed, 'my own words\n');
      rig.commands.on('pkg install', async (pkg) => {
        await pkg.work('untidy');
        await pkg.exit(0);
      });
      const ended = await rig.run(['-a']);
      expectRun(rig, ended, {succeeded: ['devel/a', 'devel/b']});
      assert.deepEqual(filesOfA(rig), ['a-2']);
      assert.ok(existsSync(changed), 'what was changed is kept');
      assert.match(
        ended.stdout,
        /warning devel\/b .*share\/b-1 belonged to the old version and was changed since/,
      );
    },
  );

  scenario('what was not automatic does not become so', {ports: one}, async (rig) => {
    expectRun(rig, await rig.run(['-a']), {succeeded: ['devel/a']});
    assert.equal(rig.package('a')?.automatic, false);
  });

  scenario(
    'an installation that is refused leaves the old package, and keeps the new one for another try',
    {ports: one},
    async (rig) => {
      rig.commands.on('pkg install', (pkg) =>
        pkg.fail('pkg: a-2 conflicts with b-1 (installs files into the same place)', 3),
      );
      const ended = await rig.run(['-a']);
      assert.equal(ended.status, 1);
      expectRun(rig, ended, {failed: ['devel/a']});
      assert.match(ended.stdout, /Installing devel\/a failed; a-1 is installed as before\./);
      assert.match(ended.stdout, /\| pkg: a-2 conflicts with b-1/);
      assert.match(ended.stdout, /The new package is kept for another try: \S+a-2\.pkg/);
      assert.deepEqual(rig.installed, ['a-1']);
      assert.deepEqual(filesOfA(rig), ['a-1']);
      assert.equal(rig.commands.started.filter((label) => label === 'pkg install a-1').length, 0);
    },
  );

  scenario(
    'an installation that breaks off half-way puts the old package back with all that was said of it',
    {ports: treasured},
    async (rig) => {
      rig.commands.on('pkg install a-2', async (pkg) => {
        await pkg.work('half');
        await pkg.fail('pkg: sqlite error while executing', 70);
      });
      const ended = await rig.run(['-a']);
      assert.equal(ended.status, 1);
      expectRun(rig, ended, {failed: ['devel/a']});
      assert.match(ended.stdout, /Installing devel\/a failed; a-1 is installed as before\./);
      const {version, automatic, annotations} = rig.package('a') ?? {};
      assert.deepEqual(
        {version, automatic, annotations},
        {version: '1', automatic: true, annotations: {note: 'keep me', build_timestamp: 'long ago'}},
      );
      assert.deepEqual(filesOfA(rig), ['a-1']);
    },
  );

  scenario(
    'where not even that works the backup and the command that would use it are named',
    {ports: one},
    async (rig) => {
      rig.commands.on('pkg install a-2', async (pkg) => {
        await pkg.work('half');
        await pkg.fail('pkg: write error', 70);
      });
      rig.commands.on('pkg install a-1', (pkg) => pkg.fail('pkg: still no room', 70));
      const ended = await rig.run(['-a']);
      assert.equal(ended.status, 1);
      expectRun(rig, ended, {failed: ['devel/a']});
      assert.match(ended.stdout, /Installing devel\/a failed, and the old package could not be put back\./);
      const backup = /The old package is saved as: (\S+)/.exec(ended.stdout)?.[1] ?? '';
      assert.ok(existsSync(backup), 'the backup is there');
      assert.match(ended.stdout, new RegExp(`Put it back with: pkg .*install .*${backup}`));
    },
  );

  scenario(
    'a port that was not installed, and cannot be, is not there afterwards either',
    {ports: {'devel/a': {}}},
    async (rig) => {
      rig.commands.on('pkg install a-2', async (pkg) => {
        await pkg.work();
        await pkg.fail('pkg: POST-INSTALL script failed', 3);
      });
      const ended = await rig.run(['devel/a']);
      assert.equal(ended.status, 1);
      expectRun(rig, ended, {failed: ['devel/a']});
      assert.match(ended.stdout, /it was not installed before and is not now/);
      assert.deepEqual(rig.installed, []);
    },
  );

  scenario(
    'pkg that ends well without having installed anything is not believed',
    {ports: one},
    async (rig) => {
      rig.commands.on('pkg install a-2', (pkg) => pkg.exit(0));
      const ended = await rig.run(['-a']);
      assert.equal(ended.status, 1);
      expectRun(rig, ended, {failed: ['devel/a']});
      assert.deepEqual(rig.installed, ['a-1']);
    },
  );

  scenario(
    '-B makes no backup; a swap that breaks then says how to get the package again',
    {ports: one},
    async (rig) => {
      rig.commands.on('pkg install a-2', async (pkg) => {
        await pkg.work('half');
        await pkg.fail('pkg: write error', 70);
      });
      const ended = await rig.run(['-a', '-B']);
      expectRun(rig, ended, {failed: ['devel/a']});
      assert.match(ended.stdout, /Put it back with: pkg install a$/m);
      assert.ok(!rig.commands.started.includes('pkg create a'));
    },
  );

  scenario('-b keeps the backup', {ports: one}, async (rig) => {
    expectRun(rig, await rig.run(['-a', '-b']), {succeeded: ['devel/a']});
    assert.deepEqual(readdirSync(join(rig.world.state, 'backups')), ['a-1.pkg']);
  });

  scenario('-g keeps the new package in PACKAGES', {ports: one}, async (rig) => {
    expectRun(rig, await rig.run(['-a', '-g']), {succeeded: ['devel/a']});
    assert.deepEqual(readdirSync(join(rig.world.root, 'packages', 'All')), ['a-2.pkg']);
  });

  scenario('nothing is installed when the old package cannot be saved', {ports: one}, async (rig) => {
    rig.commands.on('pkg create', (pkg) => pkg.fail('pkg: No space left on device', 1));
    const ended = await rig.run(['-a']);
    assert.equal(ended.status, 1);
    expectRun(rig, ended, {failed: ['devel/a']});
    assert.match(ended.stdout, /Saving the installed package of devel\/a failed, so it was not replaced\./);
    assert.match(ended.stdout, /go without backups with -B/);
    assert.deepEqual(rig.installed, ['a-1']);
    assert.ok(!rig.commands.started.includes('pkg install a-2'));
  });

  scenario(
    'a package that would drive another one out is not installed',
    {
      ports: {'devel/a': {installed: '1', conflicts: ['b']}, 'devel/b': {installed: '2'}},
    },
    async (rig) => {
      const ended = await rig.run(['-a']);
      assert.equal(ended.status, 1);
      expectRun(rig, ended, {failed: ['devel/a']});
      assert.match(ended.stdout, /pkg would remove b to install it/);
      assert.deepEqual(rig.installed, ['a-1', 'b-2']);
    },
  );

  scenario('a package that is locked while the run goes on stays as it is', {ports: one}, async (rig) => {
    rig.commands.on('build devel/a', async (build) => {
      rig.world.writeState({packages: rig.world.packages.map((item) => ({...item, locked: true}))});
      await build.succeed();
    });
    const ended = await rig.run(['-a']);
    assert.equal(ended.status, 1);
    expectRun(rig, ended, {failed: ['devel/a']});
    assert.match(ended.stdout, /\| a-1 was locked while the run went on \(pkg unlock a /);
    assert.deepEqual(rig.installed, ['a-1']);
  });

  scenario(
    'a package database that cannot be read when the swap begins is not taken for one without the package',
    {ports: one},
    async (rig) => {
      rig.commands.on('pkg create a', async (pkg) => {
        await pkg.work();
        const trouble = {text: 'pkg: Cannot get a read lock on a database', status: 1, words: 'query '};
        rig.world.writeState({packages: rig.world.packages, trouble});
        await pkg.exit(0);
      });
      rig.commands.on('pkg install a-2', async (pkg) => {
        rig.world.writeState({packages: rig.world.packages});
        await pkg.fail('pkg: a-2 conflicts with something', 3);
      });
      const ended = await rig.run(['-a']);
      assert.equal(ended.status, 1);
      expectRun(rig, ended, {failed: ['devel/a']});
      assert.deepEqual(rig.installed, ['a-1']);
      assert.deepEqual(filesOfA(rig), ['a-1']);
      assert.ok(!rig.commands.started.includes('pkg delete a'), 'what was there before is not removed');
      assert.match(ended.stdout, /a-1 is installed as before/);
    },
  );

  scenario('a package file that was cut short is not installed', {ports: one}, async (rig) => {
    rig.commands.on('package devel/a', async (make) => {
      await make.work();
      const file = join(rig.world.state, 'packages', 'All', 'a-2.pkg');
      truncateSync(file, 1);
      await make.exit(0);
    });
    const ended = await rig.run(['-a']);
    expectRun(rig, ended, {failed: ['devel/a']});
    assert.match(ended.stdout, /a-2\.pkg is missing or cannot be read/);
    assert.deepEqual(rig.installed, ['a-1']);
  });

  scenario(
    "a package's own message is shown at the end",
    {
      ports: {'devel/a': {installed: '1', message: 'Run `a --migrate` once.\nThen restart it.'}},
    },
    async (rig) => {
      const ended = await rig.run(['-a']);
      expectRun(rig, ended, {succeeded: ['devel/a']});
      assert.match(ended.stdout, /^Message from a-2:\nRun `a --migrate` once\.\nThen restart it\.$/m);
    },
  );
});

function filesOfA(rig: PortparRig): string[] {
  return readdirSync(join(rig.world.prefix, 'share'))
    .filter((name) => name.startsWith('a-'))
    .sort();
}
