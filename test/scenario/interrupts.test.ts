import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {eventsOf, expectRun} from '../rig/expect-run.js';
import {scenario, scenarios, type PortparRig} from '../rig/portpar-rig.js';

const pair = {
  'devel/library': {installed: '1'},
  'www/app': {installed: '1', needs: {lib: ['devel/library']}},
};
const both = ['devel/library', 'www/app'];

scenarios('a run that is interrupted', () => {
  for (const phase of ['checksum', 'build', 'package', 'pkg create']) {
    scenario(
      `Ctrl-C once ends a ${phase} and starts nothing new`,
      {ports: pair, config: 'fetchers = 1'},
      async (rig) => {
        const label = phase === 'pkg create' ? 'pkg create library' : `${phase} devel/library`;
        rig.commands.hold(label);
        const portpar = rig.start(['-a', '-j', '1']);
        const running = await rig.nextInvocation(label);
        await running.spawn();
        const before = await settledStarts(rig, phase);
        portpar.signal('SIGINT');
        const ended = await portpar.ended;
        assert.equal(ended.status, 130);
        expectRun(rig, ended, {cancelled: both});
        assert.match(ended.stdout, /^Interrupted by SIGINT: 0 of 2 ports (was|were) done\.$/m);
        assert.match(ended.stdout, /To go on, run the same command again/);
        assert.deepEqual(rig.commands.started.length, before);
        assert.deepEqual(rig.installed, ['app-1', 'library-1']);
        rig.assertNoProcessLeft();
      },
    );
  }

  for (const [signal, status] of [
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    scenario(`${signal} does the same, with the exit code ${status}`, {ports: pair}, async (rig) => {
      rig.commands.hold('build');
      const portpar = rig.start(['-a']);
      await rig.nextInvocation('build devel/library');
      portpar.signal(signal);
      const ended = await portpar.ended;
      assert.equal(ended.status, status);
      expectRun(rig, ended, {cancelled: both});
      assert.match(ended.stdout, new RegExp(`Interrupted by ${signal}: 0 of 2 ports (was|were) done`));
      rig.assertNoProcessLeft();
    });
  }

  scenario('an installation under way is finished first', {ports: pair}, async (rig) => {
    rig.commands.hold('pkg install library-2');
    const portpar = rig.start(['-a']);
    const swap = await rig.nextInvocation('pkg install library-2');
    await swap.catch('SIGTERM');
    portpar.signal('SIGINT');
    await portpar.printed(/ending: SIGINT received/);
    await swap.succeed();
    const ended = await portpar.ended;
    assert.equal(ended.status, 130);
    expectRun(rig, ended, {succeeded: ['devel/library'], cancelled: ['www/app']});
    assert.match(ended.stdout, /Interrupted by SIGINT: 1 of 2 ports (was|were) done\./);
    assert.deepEqual(rig.installed, ['app-1', 'library-2']);
    rig.assertNoProcessLeft();
  });

  scenario(
    'what belongs to an installation is finished with it',
    {ports: {'devel/a': {installed: {version: '1', automatic: true, annotations: {note: 'mine'}}}}},
    async (rig) => {
      rig.commands.hold('pkg annotate');
      const portpar = rig.start(['-a']);
      const annotate = await rig.nextInvocation('pkg annotate');
      portpar.signal('SIGTERM');
      await portpar.printed(/ending: SIGTERM received/);
      await annotate.succeed();
      const ended = await portpar.ended;
      assert.equal(ended.status, 143);
      expectRun(rig, ended, {succeeded: ['devel/a']});
      const {version, automatic, annotations} = rig.package('a') ?? {};
      assert.deepEqual(
        {version, automatic, note: annotations?.['note']},
        {version: '2', automatic: true, note: 'mine'},
      );
    },
  );

  scenario(
    'a reader that goes away during an installation: it is finished, and nothing more',
    {ports: pair},
    async (rig) => {
      rig.commands.hold('pkg install library-2');
      const portpar = rig.start(['-a']);
      const swap = await rig.nextInvocation('pkg install library-2');
      portpar.closeOutput();
      await swap.succeed();
      const ended = await portpar.ended;
      assert.equal(ended.status, 141);
      assert.equal(ended.stderr, '');
      expectRun(rig, ended, {succeeded: ['devel/library'], cancelled: ['www/app'], withoutText: true});
      rig.assertNoProcessLeft();
    },
  );

  scenario('an installation is finished even when Ctrl-C comes twice', {ports: pair}, async (rig) => {
    rig.commands.hold('pkg install library-2');
    const portpar = rig.start(['-a']);
    const swap = await rig.nextInvocation('pkg install library-2');
    portpar.signal('SIGINT');
    await portpar.printed(/ending: SIGINT received/);
    portpar.signal('SIGINT');
    await swap.succeed();
    const ended = await portpar.ended;
    assert.equal(ended.status, 130);
    expectRun(rig, ended, {succeeded: ['devel/library'], cancelled: ['www/app']});
    rig.assertNoProcessLeft();
  });

  scenario(
    'what does not listen to SIGTERM is killed at once by a second Ctrl-C, with all it started',
    {ports: pair},
    async (rig) => {
      rig.commands.hold('build');
      const portpar = rig.start(['-a']);
      const build = await rig.nextInvocation('build devel/library');
      await build.catch('SIGTERM');
      await build.spawn('SIGTERM');
      portpar.signal('SIGINT');
      await build.signalled('SIGTERM');
      portpar.signal('SIGINT');
      const ended = await portpar.ended;
      assert.equal(ended.status, 130);
      expectRun(rig, ended, {cancelled: both});
      rig.assertNoProcessLeft();
    },
  );

  scenario(
    'what does not listen to SIGTERM is killed after a while by the first one',
    {ports: pair},
    async (rig) => {
      rig.commands.hold('build');
      const portpar = rig.start(['-a']);
      const build = await rig.nextInvocation('build devel/library');
      await build.catch('SIGTERM');
      await build.spawn('SIGTERM');
      portpar.signal('SIGINT');
      await build.signalled('SIGTERM');
      const ended = await portpar.ended;
      assert.equal(ended.status, 130);
      expectRun(rig, ended, {cancelled: both});
      rig.assertNoProcessLeft();
    },
  );

  scenario('a reader that goes away ends the run', {ports: pair}, async (rig) => {
    rig.commands.hold('build');
    const portpar = rig.start(['-a', '-v']);
    const build = await rig.nextInvocation('build devel/library');
    portpar.closeOutput();
    await build.succeed(); // Whatever portpar says of it meets a closed pipe.
    const ended = await portpar.ended;
    assert.equal(ended.status, 141);
    assert.equal(ended.stderr, '');
    expectRun(rig, ended, {cancelled: both, withoutText: true});
    assert.deepEqual(rig.installed, ['app-1', 'library-1']);
    rig.assertNoProcessLeft();
  });

  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    scenario(
      `${signal} while ports are read: nothing was changed, and that is said`,
      {ports: pair},
      async (rig) => {
        rig.holdReading();
        const before = rig.snapshot();
        const portpar = rig.start(['-a']);
        const reading = await rig.nextInvocation('read');
        await reading.spawn();
        portpar.signal(signal);
        const ended = await portpar.ended;
        assert.equal(ended.status, status);
        assert.equal(ended.stderr, 'portpar: interrupted before anything was changed.\n');
        assert.equal(ended.stdout, '');
        assert.deepEqual(rig.snapshot(), before);
        rig.assertNoProcessLeft();
      },
    );
  }

  scenario('Ctrl-C while -L reads ports', {ports: pair}, async (rig) => {
    rig.holdReading();
    const portpar = rig.start(['-L']);
    await rig.nextInvocation('read');
    portpar.signal('SIGINT');
    const ended = await portpar.ended;
    assert.equal(ended.status, 130);
    assert.equal(ended.stdout, '');
    rig.assertNoProcessLeft();
  });

  scenario(
    'a process that a build leaves behind is ended with the build',
    {ports: {'devel/a': {installed: '1'}}},
    async (rig) => {
      rig.commands.hold('build');
      const portpar = rig.start(['-a']);
      const build = await rig.nextInvocation('build');
      await build.spawn();
      await build.succeed();
      expectRun(rig, await portpar.ended, {succeeded: ['devel/a']});
      rig.assertNoProcessLeft();
    },
  );

  scenario(
    'the journal tells which process groups there were, and how each command ended',
    {ports: pair},
    async (rig) => {
      rig.commands.hold('build');
      const portpar = rig.start(['-a']);
      const build = await rig.nextInvocation('build devel/library');
      const group = execFileSync('ps', ['-o', 'pgid=', '-p', String(build.pid)], {encoding: 'utf8'});
      portpar.signal('SIGTERM');
      await portpar.ended;
      const started = eventsOf(rig.journal, 'command-started').filter(({phase}) => phase === 'build');
      assert.deepEqual(
        started.map(({pid}) => pid),
        [Number(group)],
      );
      const endings = eventsOf(rig.journal, 'command-ended').filter(({phase}) => phase === 'build');
      assert.deepEqual(
        endings.map(({outcome}) => outcome),
        [{kind: 'stopped'}],
      );
      assert.deepEqual(
        eventsOf(rig.journal, 'run-ending').map(({reason}) => reason),
        [{kind: 'signal', signal: 'SIGTERM'}],
      );
    },
  );
});

/** How many calls there are when nothing but the held one can start any more: with one fetcher the fetches come first. */
async function settledStarts(rig: PortparRig, phase: string): Promise<number> {
  if (phase === 'checksum') return rig.commands.started.length;
  const portpar = rig.processes.at(-1);
  await portpar?.printed(/fetch www\/app \S+: done/);
  return rig.commands.started.length;
}
