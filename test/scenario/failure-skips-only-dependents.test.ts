import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {expectRun, eventsOf} from '../rig/expect-run.js';
import {scenario, scenarios, type PortparRig} from '../rig/portpar-rig.js';

//  base <- middle <- top      lone
const tower = {
  'devel/base': {installed: '1'},
  'devel/middle': {installed: '1', needs: {build: ['devel/base']}},
  'www/top': {installed: '1', needs: {run: ['devel/middle']}},
  'misc/lone': {installed: '1'},
};

scenarios('a failure costs its dependents and nothing else', () => {
  scenario(
    'a build that fails skips what waits for it, however indirectly, and names itself there',
    {ports: tower},
    async (rig) => {
      rig.commands.on('build devel/base', (build) => build.fail('main.c:3:1: error: expected expression'));
      const ended = await rig.run(['-a']);
      assert.equal(ended.status, 1);
      expectRun(rig, ended, {
        succeeded: ['misc/lone'],
        failed: ['devel/base'],
        skipped: {'devel/middle': 'devel/base', 'www/top': 'devel/base'},
      });
      assert.match(ended.stdout, /^ {2}Building devel\/base failed with exit status 1\.$/m);
      assert.match(ended.stdout, /^ {4}\| main\.c:3:1: error: expected expression$/m);
      assert.match(ended.stdout, /^ {2}www\/top \(1 → 2\): because devel\/base failed$/m);
      assert.match(ended.stdout, /^1 of 4 ports (was|were) done\.$/m);
      assert.match(ended.stdout, /run the same command again: finished packages are not built again/);
      assert.ok(existsSync(logNamedIn(ended.stdout)), 'the log that is named is there');
      assert.deepEqual(rig.installed, ['base-1', 'lone-2', 'middle-1', 'top-1']);
      assertNeverStarted(rig, 'build devel/middle');
    },
  );

  scenario(
    'a step that was half done when it became impossible ends as skipped',
    {ports: tower},
    async (rig) => {
      rig.commands.hold('build devel/middle', 'build www/top', 'build misc/lone');
      const portpar = rig.start(['-a', '-j', '3']);
      const middle = await rig.nextInvocation('build devel/middle');
      const top = await rig.nextInvocation('build www/top'); // It needs the middle only at run time.
      await middle.fail('Segmentation fault');
      await top.succeed();
      await (await rig.nextInvocation('build misc/lone')).succeed();
      const ended = await portpar.ended;
      expectRun(rig, ended, {
        succeeded: ['devel/base', 'misc/lone'],
        failed: ['devel/middle'],
        skipped: {'www/top': 'devel/middle'},
      });
      assertNeverStarted(rig, 'package www/top');
    },
  );

  scenario('a fetch that fails', {ports: tower}, async (rig) => {
    rig.commands.on('checksum devel/middle', (fetch) =>
      fetch.fail("=> Couldn't fetch it - please try to retrieve this file manually"),
    );
    const ended = await rig.run(['-a']);
    assert.equal(ended.status, 1);
    expectRun(rig, ended, {
      succeeded: ['devel/base', 'misc/lone'],
      failed: ['devel/middle'],
      skipped: {'www/top': 'devel/middle'},
    });
    assert.match(ended.stdout, /Fetching devel\/middle failed with exit status 1\./);
    assert.match(ended.stdout, /\| => Couldn't fetch it/);
  });

  scenario('a port that makes no package, though make ends well', {ports: tower}, async (rig) => {
    rig.commands.on('package devel/middle', (make) => make.exit(0));
    const ended = await rig.run(['-a']);
    assert.equal(ended.status, 1);
    expectRun(rig, ended, {
      succeeded: ['devel/base', 'misc/lone'],
      failed: ['devel/middle'],
      skipped: {'www/top': 'devel/middle'},
    });
    assert.match(ended.stdout, /The new package of devel\/middle cannot be used: .*middle-2\.pkg is missing/);
    assert.equal(rig.package('middle')?.version, '1');
  });

  scenario('a package phase that fails leaves what is installed alone', {ports: tower}, async (rig) => {
    rig.commands.on('package devel/base', (make) =>
      make.fail('===> Checking for items in STAGEDIR missing from pkg-plist'),
    );
    const ended = await rig.run(['-a']);
    expectRun(rig, ended, {
      succeeded: ['misc/lone'],
      failed: ['devel/base'],
      skipped: {'devel/middle': 'devel/base', 'www/top': 'devel/base'},
    });
    assertNeverStarted(rig, 'pkg create base', 'pkg install base-2');
  });

  scenario(
    'a build that is killed from outside is told as that',
    {ports: {'devel/a': {installed: '1'}}},
    async (rig) => {
      rig.commands.hold('build');
      const portpar = rig.start(['-a']);
      const build = await rig.nextInvocation('build devel/a');
      process.kill(build.pid, 'SIGKILL');
      // Memory may have run out: it is tried once more, alone.
      const again = await rig.nextInvocation('build devel/a');
      process.kill(again.pid, 'SIGKILL');
      const ended = await portpar.ended;
      assert.equal(ended.status, 1);
      expectRun(rig, ended, {failed: ['devel/a']});
      assert.match(ended.stdout, /Building devel\/a was ended by SIGKILL, perhaps for want of memory\./);
    },
  );

  scenario(
    'a disk that is full ends the step with that line',
    {ports: {'devel/a': {installed: '1'}, 'devel/b': {installed: '1'}}},
    async (rig) => {
      rig.commands.on('build devel/a', (build) =>
        build.fail('cc: fatal error: error writing to /tmp/cc.s: No space left on device'),
      );
      const ended = await rig.run(['-a']);
      assert.equal(ended.status, 1);
      expectRun(rig, ended, {succeeded: ['devel/b'], failed: ['devel/a']});
      assert.match(ended.stdout, /\| .*No space left on device/);
    },
  );

  scenario(
    'with --fail-fast nothing new is started, and what runs is let finish',
    {ports: {...tower, 'misc/other': {installed: '1'}}, config: 'fetchers = 1'},
    async (rig) => {
      rig.commands.hold('build');
      const portpar = rig.start(['-a', '-j', '2', '--fail-fast']);
      const base = await rig.nextInvocation('build devel/base');
      const beside = await rig.nextInvocation(/^build misc\//);
      await base.fail('error: nothing works');
      await portpar.printed(/ending: devel\/base failed and --fail-fast was given/);
      await beside.succeed();
      const ended = await portpar.ended;
      assert.equal(ended.status, 1);
      expectRun(rig, ended, {
        failed: ['devel/base'],
        skipped: {'devel/middle': 'devel/base', 'www/top': 'devel/base'},
        cancelled: ['misc/lone', 'misc/other'],
      });
      assert.match(
        ended.stdout,
        /Ended early because devel\/base failed and --fail-fast was given: 0 of 5 ports (was|were) done\./,
      );
      assert.equal(eventsOf(rig.journal, 'run-ending').length, 1);
      assert.equal(rig.commands.started.filter((label) => label.startsWith('build')).length, 2);
      rig.assertNoProcessLeft();
    },
  );

  scenario(
    'two failures with one dependent in common: each step ends once',
    {
      ports: {
        'devel/one': {installed: '1'},
        'devel/two': {installed: '1'},
        'www/top': {installed: '1', needs: {run: ['devel/one', 'devel/two']}},
      },
    },
    async (rig) => {
      rig.commands.hold(/^build devel\//);
      const portpar = rig.start(['-a', '-j', '3']);
      const one = await rig.nextInvocation('build devel/one');
      const two = await rig.nextInvocation('build devel/two');
      await two.fail('error: two');
      await portpar.printed(/failed devel\/two/);
      await one.fail('error: one');
      const ended = await portpar.ended;
      expectRun(rig, ended, {failed: ['devel/one', 'devel/two'], skipped: {'www/top': 'devel/two'}});
    },
  );
});

function logNamedIn(stdout: string): string {
  return /^ {4}Log: (.+)$/m.exec(stdout)?.[1] ?? 'no log was named';
}

function assertNeverStarted(rig: PortparRig, ...labels: readonly string[]): void {
  assert.deepEqual(
    rig.commands.started.filter((label) => labels.includes(label)),
    [],
  );
}
