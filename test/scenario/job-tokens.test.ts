import assert from 'node:assert/strict';
import {existsSync, readlinkSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {expectRun} from '../rig/expect-run.js';
import {scenario, scenarios, type PortparRig} from '../rig/portpar-rig.js';
import type {Invocation} from '../rig/remote-command.js';

const gnuMake = {installed: '1', variables: {MAKE_CMD: 'gmake', USES: 'gmake'}};
const auth = /^-j --jobserver-auth=(\d+),(\d+)$/;

/** The world of a test has no tools but those it is given. */
function provideMkfifo({world}: PortparRig): void {
  const found = ['/usr/bin/mkfifo', '/bin/mkfifo'].find((path) => existsSync(path));
  assert.ok(found !== undefined);
  symlinkSync(found, join(world.bin, 'mkfifo'));
}

/** What is open in a process under a number, where the system tells. */
function openAs(build: Invocation, number: string | undefined): string {
  return readlinkSync(`/proc/${build.pid}/fd/${number}`);
}

function numberOf(build: Invocation): string | undefined {
  return build.argv.find((word) => word.startsWith('_MAKE_JOBS_NUMBER='))?.split('=')[1];
}

scenarios('job tokens', () => {
  scenario(
    'builds driven by GNU make get one pool, and the framework gives them no number of their own',
    {ports: {'devel/a': gnuMake, 'devel/b': gnuMake}, config: 'jobs_total = 4'},
    async (rig) => {
      provideMkfifo(rig);
      rig.commands.hold('build');
      const portpar = rig.start(['-a', '-j', '2']);
      const builds = [await rig.nextInvocation('build'), await rig.nextInvocation('build')];
      const pipes = builds.map((build) => {
        const [, take, giveBack] = auth.exec(build.environment['GNUMAKEFLAGS'] ?? '') ?? [];
        assert.ok(take !== undefined && giveBack !== undefined, build.environment['GNUMAKEFLAGS']);
        assert.equal(build.environment['_MAKE_JOBS'], '');
        if (!existsSync('/proc/self/fd')) return [];
        return [openAs(build, take), openAs(build, giveBack)];
      });
      // The same two pipes in both, and their names are gone.
      assert.deepEqual(pipes[0], pipes[1]);
      for (const pipe of pipes.flat())
        assert.match(pipe, /\/portpar-tokens-\w+\/(?:take|return) \(deleted\)$/);
      for (const build of builds) await build.succeed();
      const ended = await portpar.ended;
      assert.equal(ended.status, 0);
      expectRun(rig, ended, {succeeded: ['devel/a', 'devel/b']});
      rig.assertNoProcessLeft();
    },
  );

  scenario(
    'other builds, and those for which the user has set a number, get numbers',
    {
      ports: {
        'devel/a': gnuMake,
        'devel/b': gnuMake,
        'devel/c': {installed: '1'},
        'devel/d': {installed: '1', variables: {...gnuMake.variables, MAKE_JOBS_UNSAFE: 'yes'}},
      },
      config: 'jobs_total = 4\n[port."devel/b"]\njobs = 3\n[port."devel/d"]\njobs = 3',
    },
    async (rig) => {
      provideMkfifo(rig);
      rig.commands.hold('build');
      const portpar = rig.start(['-a', '-j', '1']);
      const shares: Record<string, unknown> = {};
      for (let count = 0; count < 4; count += 1) {
        const build = await rig.nextInvocation('build');
        const isShared = build.environment['GNUMAKEFLAGS'] !== undefined;
        shares[build.label] = isShared
          ? 'shared'
          : [numberOf(build), build.environment['MAKE_JOBS_NUMBER_LIMIT']];
        await build.succeed();
      }
      const number = shares['build devel/c'] as readonly string[];
      assert.deepEqual(shares, {
        'build devel/a': 'shared',
        'build devel/b': ['3', '3'],
        'build devel/c': number,
        'build devel/d': ['1', '1'],
      });
      // The scheduler's choice, the same in both places.
      assert.equal(number[0], number[1]);
      assert.ok(Number(number[0]) >= 1 && Number(number[0]) <= 4);
      expectRun(rig, await portpar.ended, {succeeded: ['devel/a', 'devel/b', 'devel/c', 'devel/d']});
    },
  );

  scenario(
    'where no pool can be made, builds get numbers, and the run says so once',
    {ports: {'devel/a': gnuMake, 'devel/b': gnuMake}, config: 'jobs_total = 4'},
    async (rig) => {
      rig.commands.hold('build');
      const portpar = rig.start(['-a', '-j', '2']);
      for (const build of [await rig.nextInvocation('build'), await rig.nextInvocation('build')]) {
        assert.equal(build.environment['GNUMAKEFLAGS'], undefined);
        assert.ok(numberOf(build) !== undefined);
        await build.succeed();
      }
      const ended = await portpar.ended;
      expectRun(rig, ended, {succeeded: ['devel/a', 'devel/b']});
      const said = rig.journal.filter(
        (event) => event.kind === 'warning' && event.text.includes('job tokens'),
      );
      assert.equal(said.length, 1);
      assert.match(ended.stdout, /job tokens: mkfifo: ENOENT/);
    },
  );
});
