import assert from 'node:assert/strict';
import {existsSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';
import {infoSignals} from '../../src/cli/info-signal.js';
import type {RunSnapshot} from '../../src/logging/run-snapshot.js';
import {eventsOf, expectRun} from '../rig/expect-run.js';
import {scenario, scenarios, type PortparRig} from '../rig/portpar-rig.js';
import type {Ended} from '../rig/portpar-rig-process.js';
import type {Invocation} from '../rig/remote-command.js';
import {noTerminal, plainText, startOnTerminal} from '../rig/terminal.js';

/** What ^T sends, where a terminal does that. */
const infoSignal = infoSignals[0] ?? 'SIGUSR1';
const four = {
  'devel/a': {installed: '1'},
  'devel/b': {installed: '1'},
  'devel/c': {installed: '1'},
  'devel/d': {installed: '1'},
};
const all = Object.keys(four);
const allFetched = /(?:fetch devel\/\w .*: done[^]*){4}/;

/** Asks the run that is under way; what is said on stdout. */
async function ctl(rig: PortparRig, ...args: readonly string[]): Promise<string> {
  const ended = await rig.run(['ctl', ...args]);
  assert.deepEqual({status: ended.status, stderr: ended.stderr}, {status: 0, stderr: ''});
  return ended.stdout;
}

/** Asks in vain: the exit code, and what is said about it. */
async function refused(rig: PortparRig, ...args: readonly string[]): Promise<[number | undefined, string]> {
  const {status, stdout, stderr} = await rig.run(args);
  assert.equal(stdout, '');
  return [status, stderr];
}

/** The one run that is alive, as `status --json` has it. */
async function status(rig: PortparRig): Promise<RunSnapshot> {
  const {stdout} = await rig.run(['status', '--json']);
  const {runs} = JSON.parse(stdout) as {readonly runs: readonly RunSnapshot[]};
  assert.equal(runs.length, 1);
  return runs[0] as RunSnapshot;
}

/** The path of the socket of the run that is under way. */
function socketOf(rig: PortparRig): string {
  return join(rig.runs.at(-1) ?? '', 'control', 'socket');
}

/** The process of the run that is under way. */
function processOf(rig: PortparRig): number {
  const lock = readFileSync(join(rig.world.state, 'locks', 'run'), 'utf8');
  return Number(/^pid=(\d+)$/m.exec(lock)?.[1]);
}

/** Lets this call go, those that wait already, and from now on each as it comes. */
async function letGo(rig: PortparRig, call: Invocation): Promise<void> {
  rig.commands.on(/./, (later) => later.succeed());
  await call.succeed();
  for (const label of rig.commands.held) await (await rig.commands.next(label)).succeed();
}

scenarios('a run that is under way', () => {
  scenario('gets more builders, and uses them at once', {ports: four}, async (rig) => {
    rig.commands.hold('build');
    const portpar = rig.start(['-a', '-j', '1']);
    const first = await rig.nextInvocation('build');
    assert.match(await ctl(rig, 'workers', '+2'), /^Run \S+ has 3 builders from now on, and had 1\.\n$/);
    const others = [await rig.nextInvocation('build'), await rig.nextInvocation('build')];
    assert.equal((await status(rig)).active.filter(({lane}) => lane === 'builder').length, 3);
    assert.match(await ctl(rig, 'workers', '3'), /has 3 builders already\.\n$/);
    for (const build of [first, ...others]) await build.succeed();
    await (await rig.nextInvocation('build')).succeed();
    expectRun(rig, await portpar.ended, {succeeded: all});
    assert.deepEqual(
      eventsOf(rig.journal, 'workers-changed').map(({builders}) => builders),
      [3],
    );
    assert.equal(eventsOf(rig.journal, 'run-finished')[0]?.summary.mostBuilders, 3);
  });

  scenario('gets fewer builders, and lets the builds that run go on', {ports: four}, async (rig) => {
    rig.commands.hold('build');
    const portpar = rig.start(['-a', '-j', '3']);
    const running = [];
    for (let count = 0; count < 3; count += 1) running.push(await rig.nextInvocation('build'));
    assert.match(await ctl(rig, 'workers', '-2'), /has 1 builder from now on, and had 3\.\n$/);
    for (const build of running) assert.doesNotThrow(() => process.kill(build.pid, 0));
    // With two of the three still at work there is no room for the fourth, whatever else of the run goes on.
    await running[0]?.succeed();
    await running[1]?.succeed();
    const snapshot = await status(rig);
    assert.equal(snapshot.builders, 1);
    assert.deepEqual(rig.commands.held, []);
    await running[2]?.succeed();
    await (await rig.nextInvocation('build')).succeed();
    expectRun(rig, await portpar.ended, {succeeded: all});
  });

  scenario('cannot be left without a builder, or be asked for nonsense', {ports: four}, async (rig) => {
    rig.commands.hold('build');
    const portpar = rig.start(['-a', '-j', '2']);
    await rig.nextInvocation('build');
    await portpar.printed(allFetched);
    const [code, text] = await refused(rig, 'ctl', 'workers', '-2');
    assert.equal(code, 64);
    assert.match(text, /That would be 0 builders of now 2; from 1 to 1024 are possible/);
    for (const [words, said] of [
      [['ctl', 'workers', '0'], /takes N, \+N or -N/],
      [['ctl', 'workers', 'many'], /takes N, \+N or -N/],
      [['ctl', 'workers'], /missing required argument/],
      [['ctl'], /portpar ctl takes a command: workers, push, pause, resume or stop/],
      [['ctl', 'pauze'], /unknown command/],
      [['ctl', 'pause', 'now'], /too many arguments/],
      [['-a', 'ctl', 'pause'], /--all is for starting a run, not for pause/],
    ] as const) {
      const [status_, complaint] = await refused(rig, ...words);
      assert.equal(status_, 64, words.join(' '));
      assert.match(complaint, said);
    }
    await ctl(rig, 'stop');
    assert.equal((await portpar.ended).status, 143);
  });

  scenario('is paused, starts nothing, and is resumed', {ports: four}, async (rig) => {
    rig.commands.hold('build');
    const portpar = rig.start(['-a', '-j', '1']);
    const build = await rig.nextInvocation('build');
    await portpar.printed(allFetched);
    assert.match(await ctl(rig, 'pause'), /is paused: what runs goes on, nothing new is started until/);
    assert.match(await ctl(rig, 'pause'), /was paused already/);
    assert.equal((await status(rig)).paused, true);
    // What runs goes on to its end; what would follow does not begin. Then nothing is left to keep the run alive but itself.
    await build.succeed();
    await portpar.printed(/build devel\/\w .*: done/);
    const {active} = await status(rig);
    assert.deepEqual(active, []);
    const before = rig.commands.started.length;
    const table = await rig.run(['status']);
    assert.match(table.stdout, /builder 1: idle\npaused, 0\/4 done, 0 running, 4 waiting, \d+ s/);
    assert.equal(rig.commands.started.length, before);
    assert.ok(portpar.isRunning);
    assert.match(await ctl(rig, 'resume'), /goes on\.\n$/);
    assert.match(await ctl(rig, 'resume'), /was not paused\.\n$/);
    await letGo(rig, await rig.nextInvocation('build'));
    expectRun(rig, await portpar.ended, {succeeded: all});
    const kinds = rig.journal.map(({kind}) => kind);
    const between = rig.journal.slice(kinds.indexOf('run-paused'), kinds.indexOf('run-resumed'));
    assert.deepEqual(eventsOf(between, 'phase-started'), []);
    assert.match(
      portpar.stdout,
      /paused: nothing new is started until `portpar ctl resume`\n[^]*resumed: going on\n/,
    );
  });

  scenario('does a port that is pushed before all others', {ports: four}, async (rig) => {
    rig.commands.hold('build');
    const portpar = rig.start(['-a', '-j', '1']);
    const first = await rig.nextInvocation('build');
    await portpar.printed(allFetched);
    // Alike as they are, they would be built in the order of their names.
    const others = all.map((origin) => `build ${origin}`).filter((label) => label !== first.label);
    const last = others.at(-1) ?? '';
    const name = last.slice(-1);
    assert.match(
      await ctl(rig, 'push', `${name}-2`),
      new RegExp(`^Run \\S+ does devel/${name} before others from now on\\.\n$`),
    );
    const order = [first];
    for (const build of order) {
      await build.succeed();
      if (order.length < 4) order.push(await rig.nextInvocation('build'));
    }
    expectRun(rig, await portpar.ended, {succeeded: all});
    assert.deepEqual(
      order.map(({label}) => label),
      [first.label, last, ...others.slice(0, -1)],
    );
    assert.match(portpar.stdout, /pushed devel\/\w \(\w-2\): goes before others from now on/);
  });

  scenario(
    'says which ports it has when it is to push another, or one that has ended',
    {ports: {'devel/a': {installed: '1'}, 'devel/bee': {installed: '1', needs: {build: ['devel/a']}}}},
    async (rig) => {
      rig.commands.hold('build devel/bee');
      const portpar = rig.start(['-a']);
      const build = await rig.nextInvocation('build devel/bee');
      const unknown = await refused(rig, 'ctl', 'push', 'devel/bea');
      assert.deepEqual(unknown, [
        64,
        'portpar: The run has no port devel/bea.\n  Did you mean devel/bee or devel/a?\n',
      ]);
      assert.deepEqual(await refused(rig, 'ctl', 'push', 'a'), [1, 'portpar: a has ended already.\n']);
      await build.succeed();
      expectRun(rig, await portpar.ended, {succeeded: ['devel/a', 'devel/bee']});
      assert.deepEqual(eventsOf(rig.journal, 'port-pushed'), []);
    },
  );

  scenario('is stopped as by SIGTERM', {ports: four}, async (rig) => {
    rig.commands.hold('build');
    const portpar = rig.start(['-a', '-j', '2']);
    await rig.nextInvocation('build');
    await portpar.printed(allFetched);
    assert.match(await ctl(rig, 'stop'), /was told to end, as with SIGTERM\.\n$/);
    const ended = await portpar.ended;
    assert.equal(ended.status, 143);
    expectRun(rig, ended, {cancelled: all});
    assert.equal(existsSync(join(rig.runs[0] ?? '', 'control')), false);
    rig.assertNoProcessLeft();
  });

  scenario('is stopped while it is paused', {ports: four}, async (rig) => {
    rig.commands.hold('build');
    const portpar = rig.start(['-a', '-j', '1']);
    const build = await rig.nextInvocation('build');
    await portpar.printed(allFetched);
    await ctl(rig, 'pause');
    await build.succeed();
    await portpar.printed(/build devel\/\w .*: done/);
    await ctl(rig, 'stop');
    const ended = await portpar.ended;
    assert.equal(ended.status, 143);
    expectRun(rig, ended, {cancelled: all});
  });

  scenario('shows what it is doing, in a table and as JSON', {ports: four}, async (rig) => {
    rig.commands.hold('build');
    const portpar = rig.start(['-a', '-j', '3']);
    for (let count = 0; count < 3; count += 1) await rig.nextInvocation('build');
    await portpar.printed(allFetched);
    const table = await rig.run(['status']);
    assert.equal(table.status, 0);
    assert.equal(table.stderr, '');
    const lines = table.stdout.trimEnd().split('\n');
    assert.equal(lines.length, 4, table.stdout);
    for (const [index, line] of lines.slice(0, 3).entries()) {
      assert.match(line, new RegExp(`^builder ${index + 1}: build +\\d+ s {2}devel/\\w \\(\\w-2\\)`));
    }
    assert.match(lines.at(-1) ?? '', /^0\/4 done, 3 running, 1 waiting, \d+ s/);
    const snapshot = await status(rig);
    assert.equal(snapshot.runId, rig.runs[0]?.split('/').at(-1));
    assert.deepEqual(snapshot.counts, {
      total: 4,
      running: 3,
      waiting: 1,
      succeeded: 0,
      failed: 0,
      skipped: 0,
      cancelled: 0,
    });
    const named = await rig.run(['status', '--run', snapshot.runId]);
    assert.equal(named.stdout.split('\n').length, 5);
    await ctl(rig, 'stop', '--run', snapshot.runId);
    assert.equal((await portpar.ended).status, 143);
  });

  scenario('lets nobody in but its user, and leaves no socket behind', {ports: four}, async (rig) => {
    rig.commands.hold('build');
    const portpar = rig.start(['-a']);
    const build = await rig.nextInvocation('build');
    await status(rig);
    assert.equal(statSync(join(socketOf(rig), '..')).mode & 0o777, 0o700);
    if (process.getuid?.() === 0) {
      const stranger = await rig.run(['status'], {uid: 65_534});
      assert.equal(stranger.status, 77);
      assert.match(stranger.stderr, /Only the user who started a run, and root/);
    }
    await letGo(rig, build);
    assert.equal((await portpar.ended).status, 0);
    assert.equal(existsSync(join(socketOf(rig), '..')), false);
  });

  scenario('is harmed by nothing that comes in at its socket', {ports: four}, async (rig) => {
    rig.commands.hold('build');
    const portpar = rig.start(['-a']);
    const build = await rig.nextInvocation('build');
    await status(rig);
    for (const sent of [
      '',
      '{"command":',
      'x'.repeat(100_000),
      '\n'.repeat(50_000),
      '{"command":"push","port":{}}\n',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(socketOf(rig), () => socket.end(sent));
        socket.resume();
        socket.on('error', () => socket.destroy()); // Being sent away in the middle is as good as an answer.
        socket.on('close', () => {
          resolve();
        });
      });
    }
    assert.equal((await status(rig)).counts.failed, 0);
    await letGo(rig, build);
    expectRun(rig, await portpar.ended, {succeeded: all});
    assert.equal(portpar.stderr.replace(/^portpar: .* job tokens.*\n/gm, ''), '');
  });

  scenario(
    'can be led through a short path where its own would be too long',
    {ports: {'devel/a': {installed: '1'}}},
    async (rig) => {
      const long = join(rig.world.root, 's'.repeat(90));
      const config = join(rig.world.root, 'long.toml');
      writeFileSync(config, `ports_dir = "${rig.world.ports}"\nstate_dir = "${long}"\n`);
      rig.commands.hold('build');
      const env = {TMPDIR: '/tmp'};
      const portpar = rig.start(['--config', config, '-a'], {withoutConfig: true, env});
      const build = await rig.nextInvocation('build');
      const paused = await rig.run(['ctl', 'pause', '--config', config], {withoutConfig: true, env});
      assert.deepEqual([paused.status, paused.stderr], [0, '']);
      await build.succeed();
      await portpar.printed(/build devel\/a .*: done/);
      const resumed = await rig.run(['--config', config, 'ctl', 'resume'], {withoutConfig: true, env});
      assert.equal(resumed.status, 0);
      assert.equal((await portpar.ended).status, 0);
    },
  );
});

scenarios('without a run', () => {
  scenario('there is nothing to change and nothing to see', {ports: four}, async (rig) => {
    const complaint = `portpar: No run is alive in ${rig.world.state}.\n`;
    for (const words of [
      ['status'],
      ['ctl', 'pause'],
      ['ctl', 'workers', '+1'],
      ['ctl', 'stop', '--run', 'x'],
    ]) {
      const [code, text] = await refused(rig, ...words);
      assert.equal(code, 1, words.join(' '));
      assert.ok(text.startsWith(complaint), text);
    }
    const document = await rig.run(['status', '--json']);
    assert.deepEqual([document.status, JSON.parse(document.stdout)], [1, {runs: []}]);
  });

  scenario('a run that was killed is passed over', {ports: {'devel/a': {installed: '1'}}}, async (rig) => {
    rig.commands.hold('build');
    const portpar = rig.start(['-a']);
    await rig.nextInvocation('build');
    await status(rig);
    const socket = socketOf(rig);
    portpar.signal('SIGKILL');
    await portpar.ended;
    assert.ok(existsSync(socket));
    assert.equal((await refused(rig, 'status'))[0], 1);
    assert.equal((await refused(rig, 'ctl', 'pause'))[0], 1);
    // The next one is found in spite of it.
    const again = rig.start(['-a']);
    const build = await rig.nextInvocation('build');
    assert.match(await ctl(rig, 'workers', '7'), /has 7 builders from now on/);
    await build.succeed();
    assert.equal((await again.ended).status, 0);
  });
});

scenarios('asked by a signal', () => {
  scenario('a run shows its table on stderr, and events go on as lines', {ports: four}, async (rig) => {
    rig.commands.hold('build');
    const portpar = rig.start(['-a', '-j', '1']);
    const build = await rig.nextInvocation('build');
    await status(rig);
    portpar.signal(infoSignal);
    await portpar.printed(/builder 1: build +\d+ s {2}devel\/\w .*\n0\/4 done, \d running/, 'stderr');
    assert.doesNotMatch(portpar.stdout, /builder 1: build/);
    await letGo(rig, build);
    expectRun(rig, await portpar.ended, {succeeded: all});
    assert.doesNotMatch(portpar.stderr, /Debugger/);
  });

  scenario('a run with --json keeps stdout clean', {ports: four}, async (rig) => {
    rig.commands.hold('build');
    const portpar = rig.start(['-a', '--json']);
    const build = await rig.nextInvocation('build');
    await status(rig);
    portpar.signal(infoSignal);
    await portpar.printed(/0\/4 done/, 'stderr');
    await letGo(rig, build);
    const {stdout, status: code} = await portpar.ended;
    assert.equal(code, 0);
    for (const line of stdout.trimEnd().split('\n')) assert.ok('kind' in (JSON.parse(line) as object));
  });

  scenario('portpar says what it reads while it plans, and plans on', {ports: four}, async (rig) => {
    rig.holdReading();
    const portpar = rig.start(['-n', '-a']);
    const reading = await rig.nextInvocation('read');
    portpar.signal(infoSignal);
    await portpar.printed(/portpar: Reading ports \d+\/\d+\n/, 'stderr');
    rig.commands.on('read', (call) => call.exit(0));
    await reading.exit(0);
    for (const label of rig.commands.held) await (await rig.commands.next(label)).exit(0);
    const ended = await portpar.ended;
    assert.equal(ended.status, 0);
    assert.match(ended.stdout, /^Plan: 4 to upgrade/);
    assert.doesNotMatch(ended.stderr, /Debugger/);
  });

  scenario(
    'a live view stays to be read and goes on below',
    {ports: {'devel/a': {installed: '1'}}},
    async (rig) => {
      rig.commands.hold('build');
      const portpar = startOnTerminal(rig, ['-a', '-y', '-j', '1']);
      const build = await rig.nextInvocation('build');
      await portpar.printed(/builder 1: build/);
      process.kill(processOf(rig), infoSignal);
      await portpar.printed(/0\/1 done, 1 running[^]*0\/1 done, 1 running/);
      await build.succeed();
      const ended = await portpar.ended;
      assert.equal(ended.status, 0);
      expectRun(rig, {stdout: plainText(ended.stdout)}, {succeeded: ['devel/a']});
    },
    noTerminal === undefined ? {} : {skip: noTerminal},
  );

  scenario(
    'status --follow draws until the run ends',
    {ports: {'devel/a': {installed: '1'}}},
    async (rig) => {
      rig.commands.hold('build');
      const run = rig.start(['-a']);
      const build = await rig.nextInvocation('build');
      await status(rig);
      const following = startOnTerminal(rig, ['status', '--follow']);
      await following.printed(/builder 1: build/);
      await build.succeed();
      assert.equal((await run.ended).status, 0);
      const ended: Ended = await following.ended;
      assert.equal(ended.status, 0);
      assert.match(plainText(ended.stdout), /Run \S+ has ended\.\n$/);
      const piped = await rig.run(['status', '-w']);
      assert.equal(piped.status, 1, 'nothing runs any more');
    },
    noTerminal === undefined ? {} : {skip: noTerminal},
  );
});
