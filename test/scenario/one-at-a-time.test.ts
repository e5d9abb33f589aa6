import assert from 'node:assert/strict';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {join} from 'node:path';
import {expectRun} from '../rig/expect-run.js';
import {scenario, scenarios, type PortparRig} from '../rig/portpar-rig.js';

const one = {'devel/a': {installed: '1'}};

function lockFile(rig: PortparRig): string {
  return join(rig.world.state, 'locks', 'run');
}

function writeLock(rig: PortparRig, text: string): void {
  mkdirSync(join(rig.world.state, 'locks'), {recursive: true});
  writeFileSync(lockFile(rig), text);
}

scenarios('one portpar at a time', () => {
  scenario('a second one ends at once and names the first', {ports: one}, async (rig) => {
    rig.commands.hold('build');
    const first = rig.start(['-a']);
    const build = await rig.nextInvocation('build');
    const second = await rig.run(['-a']);
    assert.equal(second.status, 75);
    assert.match(
      second.stderr,
      new RegExp(
        `^portpar: Another portpar holds ${lockFile(rig)}: portpar ${first.pid} on ${hostname()}, started `,
      ),
    );
    assert.equal(rig.commands.started.filter((label) => label.startsWith('build')).length, 1);
    assert.match(
      readFileSync(lockFile(rig), 'utf8'),
      new RegExp(`^pid=${first.pid}\nhost=.*\nstarted=.*\ncommand=portpar .*-a\n$`),
    );
    // Looking on is no work, and takes no lock.
    assert.equal((await rig.run(['-n', '-a'])).status, 0);
    await build.succeed();
    const ended = await first.ended;
    assert.equal(ended.status, 0);
    expectRun(rig, ended, {succeeded: ['devel/a']});
    assert.ok(!existsSync(lockFile(rig)), 'the lock is given back');
  });

  scenario(
    'the lock of one that was killed is taken over, and the run goes on where it was',
    {ports: one},
    async (rig) => {
      rig.commands.hold('pkg install');
      const first = rig.start(['-a']);
      await rig.nextInvocation('pkg install a-2');
      first.signal('SIGKILL');
      assert.equal((await first.ended).signal, 'SIGKILL');
      assert.ok(existsSync(lockFile(rig)));
      rig.commands.on('pkg install', (pkg) => pkg.succeed());
      const before = rig.commands.started.length;
      const ended = await rig.run(['-a']);
      assert.equal(ended.status, 0);
      expectRun(rig, ended, {succeeded: ['devel/a']});
      assert.deepEqual(
        rig.commands.started.slice(before).filter((label) => !label.startsWith('pkg')),
        [],
        'the package was finished',
      );
      assert.ok(!existsSync(lockFile(rig)));
    },
  );

  scenario(
    'the lock of a process that is not there, or that is another one by now',
    {ports: one},
    async (rig) => {
      for (const [pid, started] of [
        [4_000_000, 'Mon Jan  1 00:00:00 2024'],
        [process.pid, 'Mon Jan  1 00:00:00 2024'],
      ]) {
        writeLock(rig, `pid=${pid}\nhost=${hostname()}\nstarted=${started}\ncommand=portpar -a\n`);
        const ended = await rig.run(['devel/a']);
        assert.equal(ended.status, 0, ended.stderr);
      }
    },
  );

  scenario('a lock from another machine is respected', {ports: one}, async (rig) => {
    writeLock(rig, 'pid=1\nhost=elsewhere.example\nstarted=Mon Jan  1 00:00:00 2024\ncommand=portpar -a\n');
    const ended = await rig.run(['-a']);
    assert.equal(ended.status, 75);
    assert.match(ended.stderr, /portpar 1 on elsewhere\.example/);
    assert.ok(existsSync(lockFile(rig)));
  });

  scenario('a lock that cannot be read is reported and not removed', {ports: one}, async (rig) => {
    writeLock(rig, 'something else\n');
    const ended = await rig.run(['-a']);
    assert.equal(ended.status, 75);
    assert.match(ended.stderr, /a lock file that cannot be read/);
    assert.match(ended.stderr, new RegExp(`If no portpar runs, remove ${lockFile(rig)}\\.`));
    assert.equal(readFileSync(lockFile(rig), 'utf8'), 'something else\n');
    assert.deepEqual(rig.commands.started, []);
  });

  scenario('a run that fails or is interrupted gives the lock back, too', {ports: one}, async (rig) => {
    rig.commands.hold('build');
    const portpar = rig.start(['-a']);
    await rig.nextInvocation('build');
    portpar.signal('SIGTERM');
    assert.equal((await portpar.ended).status, 143);
    assert.ok(!existsSync(lockFile(rig)));
  });
});
