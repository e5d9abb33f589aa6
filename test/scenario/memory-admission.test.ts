import assert from 'node:assert/strict';
import {appendFileSync, existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expectRun} from '../rig/expect-run.js';
import {scenario, scenarios, type PortparRig} from '../rig/portpar-rig.js';

const gigabyte = 2 ** 30;

const three = {'devel/a': {installed: '1'}, 'devel/b': {installed: '1'}, 'devel/c': {installed: '1'}};

function configure(rig: PortparRig, text: string): void {
  appendFileSync(rig.world.configFile, text);
}

/** What an earlier run has measured of a build. */
function remember(rig: PortparRig, origin: string, peakBytes: number): void {
  const record = {
    origin,
    version: '1',
    phase: 'build',
    outcome: 'succeeded',
    at: 1,
    ms: 1000,
    jobs: 1,
    cpuMs: 900,
    peakBytes,
    cores: 2,
  };
  mkdirSync(rig.world.state, {recursive: true});
  writeFileSync(join(rig.world.state, 'history.jsonl'), `${JSON.stringify(record)}\n`, {flag: 'a'});
}

scenarios('memory', () => {
  scenario(
    'holds back a build that does not fit, and lets it go when there is room',
    {ports: three},
    async (rig) => {
      configure(
        rig,
        'memory_limit = "4G"\n[port."devel/[ab]"]\nmemory = "3G"\n[port."devel/c"]\nmemory = "512M"\n',
      );
      rig.commands.hold('build');
      const run = rig.start(['-a', '-j', '3']);
      const small = await rig.nextInvocation('build devel/c');
      const big = await rig.nextInvocation(/^build devel/);
      await small.succeed();
      const other = big.label === 'build devel/a' ? 'devel/b' : 'devel/a';
      const [held, ...more] = rig.journal.filter((event) => event.kind === 'phase-held');
      assert.deepEqual(more, []);
      assert.equal(held?.origin, other);
      assert.equal(held.reason.kind, 'memory');
      assert.equal(held.reason.needed, 3 * gigabyte);
      assert.ok(!rig.commands.held.includes(`build ${other}`), 'it does not run beside');
      await big.succeed();
      const last = await rig.nextInvocation(/^build devel/);
      assert.equal(last.label, `build ${other}`);
      await last.succeed();
      const ended = await run.ended;
      assert.equal(ended.status, 0);
      expectRun(rig, ended, {succeeded: ['devel/a', 'devel/b', 'devel/c']});
      assert.match(
        ended.stdout,
        /held devel\/[ab] \([ab]-2\): build waits: it needs 3\.0 GB of memory, [\d.]+ [GM]B are free/,
      );
    },
  );

  scenario('is known from what builds took before', {ports: three}, async (rig) => {
    configure(rig, 'memory_limit = "4G"\n');
    remember(rig, 'devel/a', 2.5 * gigabyte);
    remember(rig, 'devel/b', 2.5 * gigabyte);
    remember(rig, 'devel/c', 1 * gigabyte);
    rig.commands.hold('build');
    const run = rig.start(['-a', '-j', '3']);
    const small = await rig.nextInvocation('build devel/c');
    const big = await rig.nextInvocation(/^build devel/);
    await small.succeed();
    await big.succeed();
    await (await rig.nextInvocation(/^build devel/)).succeed();
    const ended = await run.ended;
    expectRun(rig, ended, {succeeded: ['devel/a', 'devel/b', 'devel/c']});
    assert.equal(rig.journal.filter((event) => event.kind === 'phase-held').length, 1);
  });

  scenario('never keeps the only build from running', {ports: {'devel/a': {installed: '1'}}}, async (rig) => {
    configure(rig, 'memory_limit = "1M"\ndisk_reserve = "1000000G"\nload_limit = 0.001\n');
    configure(rig, '[port."devel/a"]\nmemory = "900G"\n');
    const ended = await rig.run(['-a']);
    assert.equal(ended.status, 0);
    expectRun(rig, ended, {succeeded: ['devel/a']});
    assert.deepEqual(
      rig.journal.filter((event) => event.kind === 'phase-held'),
      [],
    );
  });

  scenario(
    'that is to hold a work directory has to be there, or nothing is begun',
    {ports: {'devel/a': {installed: '1'}}},
    async (rig) => {
      const missing = join(rig.world.root, 'no-such-memory');
      configure(rig, `tmpfs_dir = "${missing}"\n[port."devel/a"]\ntmpfs = true\n`);
      const ended = await rig.run(['-a']);
      assert.equal(ended.status, 74);
      assert.match(ended.stderr, /Could not build in tmpfs_dir .*no-such-memory/);
      assert.match(ended.stderr, /Mount a memory file system there, or take tmpfs away .* devel\/a\./);
      assert.ok(!existsSync(missing));
      assert.deepEqual(rig.commands.started, [], 'nothing was built');
    },
  );
});
