import assert from 'node:assert/strict';
import {join} from 'node:path';
import {eventsOf, expectRun} from '../rig/expect-run.js';
import {scenario, scenarios} from '../rig/portpar-rig.js';

scenarios('work side by side', () => {
  scenario(
    'as many ports are built side by side as there are builders, and fetching runs ahead of them',
    {ports: {'devel/a': {installed: '1'}, 'devel/b': {installed: '1'}, 'devel/c': {installed: '1'}}},
    async (rig) => {
      rig.commands.hold('build', 'checksum devel/c');
      const portpar = rig.start(['-a', '-j', '2']);
      const first = await rig.nextInvocation('build');
      const second = await rig.nextInvocation('build');
      assert.deepEqual([first.label, second.label].sort(), ['build devel/a', 'build devel/b']);
      // Both builders are at work, and the third port is fetched all the same.
      await (await rig.nextInvocation('checksum devel/c')).succeed();
      await first.succeed();
      await (await rig.nextInvocation('build devel/c')).succeed();
      await second.succeed();
      const ended = await portpar.ended;
      assert.equal(ended.status, 0);
      expectRun(rig, ended, {succeeded: ['devel/a', 'devel/b', 'devel/c']});
      const [finished] = eventsOf(rig.journal, 'run-finished');
      assert.equal(finished?.summary.mostBuilders, 2);
      rig.assertNoProcessLeft();
    },
  );

  scenario(
    'installations follow one another while builds go on',
    {ports: {'devel/a': {installed: '1'}, 'devel/b': {installed: '1'}, 'devel/c': {installed: '1'}}},
    async (rig) => {
      rig.commands.hold('pkg install', 'build devel/c');
      const portpar = rig.start(['-a', '-j', '2']);
      const first = await rig.nextInvocation('pkg install');
      const building = await rig.nextInvocation('build devel/c');
      await building.succeed();
      await first.succeed();
      await (await rig.nextInvocation('pkg install')).succeed();
      await (await rig.nextInvocation('pkg install')).succeed();
      const ended = await portpar.ended;
      expectRun(rig, ended, {succeeded: ['devel/a', 'devel/b', 'devel/c']});
      assert.deepEqual(rig.installed, ['a-2', 'b-2', 'c-2']);
    },
  );

  scenario(
    'what most others wait for is fetched first, whatever its name',
    {
      ports: {
        'aaa/lone': {installed: '1'},
        'zzz/base': {installed: '1'},
        'mmm/middle': {installed: '1', needs: {build: ['zzz/base']}},
        'bbb/top': {installed: '1', needs: {run: ['mmm/middle']}},
      },
      config: 'fetchers = 1',
    },
    async (rig) => {
      const ended = await rig.run(['-a', '-j', '1']);
      expectRun(rig, ended, {succeeded: ['aaa/lone', 'bbb/top', 'mmm/middle', 'zzz/base']});
      const fetches = rig.commands.started.filter((label) => label.startsWith('checksum'));
      assert.deepEqual(fetches.slice(0, 2), ['checksum zzz/base', 'checksum mmm/middle']);
    },
  );

  scenario(
    'a build waits until the tool it builds with is installed, and a package until what it runs with is',
    {
      ports: {
        'devel/tool': {installed: '1'},
        'devel/library': {installed: '1'},
        'www/app': {installed: '1', needs: {build: ['devel/tool'], run: ['devel/library']}},
      },
    },
    async (rig) => {
      rig.commands.hold('build devel/library', 'build www/app');
      const portpar = rig.start(['-a', '-j', '2']);
      const library = await rig.nextInvocation('build devel/library');
      // The tool is done, and the library is not: enough to build, not to package.
      await (await rig.nextInvocation('build www/app')).succeed();
      await library.succeed();
      expectRun(rig, await portpar.ended, {succeeded: ['devel/library', 'devel/tool', 'www/app']});
      assertInOrder(rig.commands.started, 'pkg install tool-2', 'build www/app');
      assertInOrder(rig.commands.started, 'pkg install library-2', 'package www/app');
      assert.deepEqual(rig.package('app')?.dependencies, ['library']);
    },
  );

  scenario(
    'ports that are up to date carry the order on: what runs with a library waits for it',
    {
      ports: {
        'devel/library': {installed: '1'},
        'devel/tool': {installed: '2', needs: {run: ['devel/library']}},
        'www/app': {installed: '1', needs: {build: ['devel/tool']}},
      },
    },
    async (rig) => {
      const ended = await rig.run(['-a', '-j', '2']);
      expectRun(rig, ended, {succeeded: ['devel/library', 'www/app']});
      assertInOrder(rig.commands.started, 'pkg install library-2', 'build www/app');
    },
  );

  scenario(
    'make is told what is upgraded, and that nobody is there to answer',
    {ports: {'devel/a': {installed: '1'}, 'devel/py-b': {installed: '1', flavors: {py39: 'py39-b'}}}},
    async (rig) => {
      rig.commands.hold('build', 'checksum');
      const portpar = rig.start(['-a', '-j', '2', '-m', 'WITH_DEBUG=yes -DNO_CHECKSUM']);
      await (await rig.nextInvocation('checksum devel/a')).succeed();
      await (await rig.nextInvocation('checksum devel/py-b@py39')).succeed();
      const plain = await rig.nextInvocation('build devel/a');
      const flavored = await rig.nextInvocation('build devel/py-b@py39');
      assert.deepEqual(plain.argv.slice(0, 5), [
        '-C',
        join(rig.world.ports, 'devel/a'),
        '-DNO_DEPENDS',
        'WITH_DEBUG=yes',
        '-DNO_CHECKSUM',
      ]);
      assert.deepEqual(plain.argv.slice(-2), ['clean', 'build']);
      const {BATCH, UPGRADE_TOOL, UPGRADE_PORT, UPGRADE_PORT_VER, FLAVOR, PORTSDIR} = plain.environment;
      assert.deepEqual(
        {BATCH, UPGRADE_TOOL, UPGRADE_PORT, UPGRADE_PORT_VER, FLAVOR, PORTSDIR},
        {
          BATCH: 'yes',
          UPGRADE_TOOL: 'portpar',
          UPGRADE_PORT: 'a-1',
          UPGRADE_PORT_VER: '1',
          FLAVOR: undefined,
          PORTSDIR: rig.world.ports,
        },
      );
      assert.equal(flavored.environment['FLAVOR'], 'py39');
      await plain.succeed();
      await flavored.succeed();
      expectRun(rig, await portpar.ended, {succeeded: ['devel/a', 'devel/py-b@py39']});
    },
  );

  scenario(
    'a port is told as many jobs as its share of the cores',
    {ports: {'devel/a': {installed: '1'}}},
    async (rig) => {
      rig.commands.hold('build');
      const portpar = rig.start(['-a', '-j', '64']);
      const build = await rig.nextInvocation('build devel/a');
      const jobs = Number(build.environment['MAKE_JOBS_NUMBER_LIMIT']);
      assert.ok(Number.isInteger(jobs) && jobs >= 1, `MAKE_JOBS_NUMBER_LIMIT is ${jobs}`);
      await build.succeed();
      assert.equal((await portpar.ended).status, 0);
    },
  );

  scenario(
    'two ports that fetch the same file do so one after the other',
    {
      ports: {
        'devel/a': {installed: '1', variables: {ALLFILES: 'shared.tar.gz'}},
        'devel/b': {installed: '1', variables: {ALLFILES: 'shared.tar.gz other.tar.gz'}},
        'devel/c': {installed: '1', variables: {ALLFILES: 'alone.tar.gz'}},
      },
    },
    async (rig) => {
      rig.commands.hold('checksum');
      const portpar = rig.start(['-F', '-a']);
      const first = await rig.nextInvocation(/^checksum devel\/[ab]$/);
      const alone = await rig.nextInvocation('checksum devel/c');
      await alone.succeed();
      await first.succeed();
      await (await rig.nextInvocation(/^checksum devel\/[ab]$/)).succeed();
      // That they did not overlap is in the journal, which `expectRun` replays.
      expectRun(rig, await portpar.ended, {succeeded: ['devel/a', 'devel/b', 'devel/c']});
    },
  );

  scenario(
    'ports-mgmt/pkg goes before all others',
    {ports: {'ports-mgmt/pkg': {installed: '1'}, 'devel/a': {installed: '1'}}},
    async (rig) => {
      const ended = await rig.run(['-a', '-j', '2']);
      expectRun(rig, ended, {succeeded: ['devel/a', 'ports-mgmt/pkg']});
      assertInOrder(rig.commands.started, 'pkg install pkg-2', 'build devel/a');
    },
  );
});

function assertInOrder(labels: readonly string[], ...expected: readonly string[]): void {
  assert.deepEqual(
    labels.filter((label) => expected.includes(label)),
    expected,
  );
}
