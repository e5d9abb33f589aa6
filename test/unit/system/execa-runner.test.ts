import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test, type TestContext} from 'node:test';
import {setImmediate, setTimeout as delay} from 'node:timers/promises';
import type {CommandOutcome, CommandSpec} from '../../../src/model/command.js';
import type {CommandUsage} from '../../../src/system/command.js';
import {ExecaRunner} from '../../../src/system/execa-runner.js';
import {GroupMemory} from '../../../src/system/usage-memory.js';
import {temporaryDirectory} from '../temporary-directory.js';

const runner = new ExecaRunner();

function shell(script: string): {program: string; args: string[]} {
  return {program: '/bin/sh', args: ['-c', script]};
}

/** True while the process runs; a zombie does not. */
function runs(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], {encoding: 'utf8'})
      .trim()
      .startsWith('Z');
  } catch {
    return false; // ps(1) fails when no such process exists.
  }
}

/** The text of a file as soon as it holds a whole line. */
async function firstLine(path: string): Promise<string> {
  for (;;) {
    try {
      const text = readFileSync(path, 'utf8');
      if (text.includes('\n')) return text.slice(0, text.indexOf('\n'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    await delay(5);
  }
}

/** A place for a log and for files in which commands say who they are. */
function bench(context: TestContext) {
  const directory = temporaryDirectory(context);
  const log = join(directory, 'log');
  return {
    directory,
    log,
    file: (name: string) => join(directory, name),
    logText: () => readFileSync(log, 'utf8'),
  };
}

describe('a captured command', () => {
  test('gives what it prints, to the last line break, and its exit status', async () => {
    assert.deepEqual(await runner.capture(shell('echo out; echo err >&2; exit 3')), {
      outcome: {kind: 'exited', status: 3},
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  test('gives its arguments to no shell', async () => {
    const {stdout} = await runner.capture({program: 'echo', args: ['$(id)', '; exit 1', '*', "'"]});
    assert.equal(stdout, "$(id) ; exit 1 * '\n");
  });

  test('has an empty stdin', async () => {
    assert.equal((await runner.capture({program: 'cat', args: []})).stdout, '');
  });

  test('runs where it is told, with the environment changed as told', async (context) => {
    const {directory} = bench(context);
    process.env['PORTPAR_TEST_GONE'] = 'x';
    process.env['PORTPAR_TEST_KEPT'] = 'kept';
    const {stdout} = await runner.capture({
      ...shell('pwd; echo "${PORTPAR_TEST_GONE-unset} $PORTPAR_TEST_KEPT $ADDED"'),
      cwd: directory,
      env: {PORTPAR_TEST_GONE: undefined, ADDED: 'added'},
    });
    delete process.env['PORTPAR_TEST_GONE'];
    delete process.env['PORTPAR_TEST_KEPT'];
    assert.equal(stdout, `${directory}\nunset kept added\n`);
  });

  test('that ends by a signal names it', async () => {
    assert.deepEqual((await runner.capture(shell('kill -KILL $$'))).outcome, {
      kind: 'signalled',
      signal: 'SIGKILL',
    });
  });

  test('that is not there was not started', async () => {
    const {outcome} = await runner.capture({program: '/nonexistent/program', args: []});
    assert.deepEqual(outcome, {kind: 'not-started', code: 'ENOENT'});
  });

  test('that may not be run was not started', async (context) => {
    const {file} = bench(context);
    writeFileSync(file('data'), 'no program', {mode: 0o644});
    const {outcome} = await runner.capture({program: file('data'), args: []});
    assert.deepEqual(outcome, {kind: 'not-started', code: 'EACCES'});
  });

  test('is ended when asked to', async (context) => {
    const {file} = bench(context);
    const terminate = new AbortController();
    const running = runner.capture(shell(`echo $$ > ${file('pid')}; exec sleep 100`), {
      terminate: terminate.signal,
    });
    const pid = Number(await firstLine(file('pid')));
    terminate.abort('SIGINT');
    assert.equal((await running).outcome.kind, 'stopped');
    assert.equal(runs(pid), false);
  });

  test('is not even started after it was asked to end', async (context) => {
    const {file} = bench(context);
    const {outcome} = await runner.capture(shell(`echo started > ${file('pid')}`), {
      terminate: AbortSignal.abort('SIGINT'),
    });
    assert.deepEqual(outcome, {kind: 'stopped'});
    assert.throws(() => readFileSync(file('pid')), /ENOENT/);
  });
});

/** Every rule of a logged command holds whether or not anybody asks what it took. */
for (const {name, asked} of [
  {name: 'a logged command', asked: {}},
  {name: 'a logged command that is measured', asked: {onUsage: () => undefined}},
])
  describe(name, () => {
    test('appends all that it prints to its log, in order, and tells its process group', async (context) => {
      const {log, logText} = bench(context);
      writeFileSync(log, 'before\n');
      let pid = 0;
      const outcome = await runner.logged(shell('echo one; echo two >&2; echo $(ps -o pgid= -p $$)'), {
        ...asked,
        log,
        onStart: (started) => {
          pid = started;
        },
      });
      assert.deepEqual(outcome, {kind: 'exited', status: 0});
      assert.equal(logText(), `before\none\ntwo\n${pid}\n`);
    });

    test('whose log cannot be written is not started', async (context) => {
      const {directory, file} = bench(context);
      mkdirSync(file('folder'));
      for (const [log, code] of [
        [file('folder'), 'EISDIR'],
        [join(directory, 'none', 'log'), 'ENOENT'],
      ] as const) {
        const outcome = await runner.logged(shell(`echo started > ${file('started')}`), {...asked, log});
        assert.deepEqual(outcome, {kind: 'not-started', code: `${code} ${log}`});
      }
      assert.throws(() => readFileSync(file('started')), /ENOENT/);
    });

    test('that is not there was not started, and nobody is told of a process', async (context) => {
      const {log} = bench(context);
      const outcome = await runner.logged(
        {program: '/nonexistent/program', args: []},
        {
          ...asked,
          log,
          onStart: () => {
            assert.fail('a process was started');
          },
        },
      );
      assert.deepEqual(outcome, {kind: 'not-started', code: 'ENOENT'});
    });

    test('is ended with its children and theirs', async (context) => {
      const {log, file} = bench(context);
      const terminate = new AbortController();
      const script = `sh -c 'sleep 100 & echo $! > ${file('grandchild')}; wait' & wait`;
      const running = runner.logged(shell(script), {...asked, log, terminate: terminate.signal});
      const grandchild = Number(await firstLine(file('grandchild')));
      assert.equal(runs(grandchild), true);
      terminate.abort('SIGTERM');
      assert.deepEqual(await running, {kind: 'stopped'});
      assert.equal(runs(grandchild), false);
    });

    test('that will not listen is killed five seconds later, with a child that will not either', async (context) => {
      const {log, file} = bench(context);
      const terminate = new AbortController();
      const script = `trap '' TERM; sh -c 'trap "" TERM; echo $$ > ${file('child')}; while :; do sleep 1; done' & while :; do sleep 1; done`;
      const running = runner.logged(shell(script), {...asked, log, terminate: terminate.signal});
      const child = Number(await firstLine(file('child')));
      const askedAt = Date.now();
      terminate.abort('SIGTERM');
      assert.deepEqual(await running, {kind: 'stopped'});
      const waited = Date.now() - askedAt;
      assert.ok(waited >= 4900 && waited < 15_000, `it took ${waited} ms`);
      assert.equal(runs(child), false);
    });

    test('that will not listen is killed at once when that is asked', async (context) => {
      const {log, file} = bench(context);
      const terminate = new AbortController();
      const kill = new AbortController();
      const script = `trap '' TERM; echo $$ > ${file('pid')}; while :; do sleep 1; done`;
      const running = runner.logged(shell(script), {
        ...asked,
        log,
        terminate: terminate.signal,
        kill: kill.signal,
      });
      const pid = Number(await firstLine(file('pid')));
      const askedAt = Date.now();
      terminate.abort('SIGINT');
      kill.abort('SIGINT');
      assert.deepEqual(await running, {kind: 'stopped'});
      assert.ok(Date.now() - askedAt < 4000, 'it was waited for');
      assert.equal(runs(pid), false);
    });

    test('ends when its leader does: a daemon that it left behind is ended, and holds nothing up', async (context) => {
      const {log, file} = bench(context);
      const begun = Date.now();
      const outcome = await runner.logged(shell(`sleep 100 & echo $! > ${file('daemon')}; echo done`), {
        ...asked,
        log,
      });
      assert.deepEqual(outcome, {kind: 'exited', status: 0});
      assert.ok(Date.now() - begun < 4000, 'the daemon held the command up');
      assert.equal(runs(Number(await firstLine(file('daemon')))), false);
    });

    test('leaves nothing that listens for the end of the run', async (context) => {
      const {log} = bench(context);
      const terminate = new AbortController();
      let listening = 0;
      const {signal} = terminate;
      const add = signal.addEventListener.bind(signal);
      const remove = signal.removeEventListener.bind(signal);
      signal.addEventListener = (...args: Parameters<typeof add>) => {
        listening += 1;
        add(...args);
      };
      signal.removeEventListener = (...args: Parameters<typeof remove>) => {
        listening -= 1;
        remove(...args);
      };
      await runner.logged(shell('true'), {...asked, log, terminate: signal});
      assert.equal(listening, 0);
    });

    test('gives its exit status, whatever it is', async (context) => {
      const {log} = bench(context);
      for (const status of [1, 2, 75, 126, 127, 128, 129, 137, 143, 255]) {
        const outcome = await runner.logged(shell(`exit ${status}`), {...asked, log});
        assert.deepEqual(outcome, {kind: 'exited', status});
      }
    });

    test('that ends by a signal names it, and nothing about it comes into the log', async (context) => {
      const {log, logText} = bench(context);
      for (const signal of ['KILL', 'TERM', 'INT', 'HUP', 'PIPE', 'SEGV', 'USR1']) {
        const outcome = await runner.logged(shell(`ulimit -c 0; kill -${signal} $$`), {...asked, log});
        assert.deepEqual(outcome, {kind: 'signalled', signal: `SIG${signal}`});
      }
      assert.equal(logText(), '');
    });

    test('whose process is ended by somebody else names the signal, and nothing of it is left', async (context) => {
      const {log, file} = bench(context);
      const script = `sleep 100 & echo $! > ${file('child')}; wait`;
      const outcome = await runner.logged(shell(script), {
        ...asked,
        log,
        onStart: (pid) => {
          void firstLine(file('child')).then(() => process.kill(pid, 'SIGTERM'));
        },
      });
      assert.deepEqual(outcome, {kind: 'signalled', signal: 'SIGTERM'});
      assert.equal(runs(Number(await firstLine(file('child')))), false);
    });

    test('gives its arguments to no shell, and runs a program even where a shell has a builtin', async (context) => {
      const {log, logText, file} = bench(context);
      const words = ['$(id)', '; exit 1', '*', "'", '', '-n', 'a b'];
      await runner.logged({program: 'printf', args: ['%s|', ...words]}, {...asked, log});
      assert.equal(logText(), `${words.join('|')}|`);
      writeFileSync(file('exit'), '#!/bin/sh\necho a program named "$0"\n', {mode: 0o755});
      const PATH = `${file('')}:${process.env['PATH'] ?? ''}`;
      await runner.logged({program: 'exit', args: [], env: {PATH}}, {...asked, log: file('second')});
      assert.match(readFileSync(file('second'), 'utf8'), /^a program named .*exit\n$/);
    });

    test('has an empty stdin', async (context) => {
      const {log, logText} = bench(context);
      const outcome = await runner.logged({program: 'cat', args: []}, {...asked, log});
      assert.deepEqual(outcome, {kind: 'exited', status: 0});
      assert.equal(logText(), '');
    });

    test('sees exactly the environment it is given, names that no shell knows included', async (context) => {
      const {directory, file} = bench(context);
      const print = 'process.stdout.write(JSON.stringify(process.env, Object.keys(process.env).sort()))';
      for (const PWD of ['/elsewhere', undefined]) {
        const env = {'a-b.c+d': 'x y=z', 'devel_foo-bar_SET': 'A B', PWD, OLDPWD: '/old', GONE: undefined};
        const spec = {program: process.execPath, args: ['-e', print], cwd: directory, env};
        const log = file(`env-${PWD}`.replace('/', ''));
        await runner.logged(spec, {...asked, log});
        const seen = JSON.parse(readFileSync(log, 'utf8')) as Record<string, string>;
        // Some shells set these two for what they run (bash as /bin/sh does); nothing else may differ.
        const counts = ([name, value]: [string, unknown]): boolean =>
          value !== undefined && !['_', 'SHLVL'].includes(name);
        assert.deepEqual(
          Object.fromEntries(Object.entries(seen).filter(counts)),
          Object.fromEntries(Object.entries({...process.env, ...env}).filter(counts)),
        );
      }
    });

    test('that may not be run was not started', async (context) => {
      const {log, file} = bench(context);
      writeFileSync(file('data'), 'no program', {mode: 0o644});
      mkdirSync(file('folder'));
      for (const program of [file('data'), file('folder')]) {
        const outcome = await runner.logged({program, args: []}, {...asked, log});
        assert.deepEqual(outcome, {kind: 'not-started', code: 'EACCES'});
      }
      const env = {PATH: `/nonexistent:${file('')}`};
      const outcome = await runner.logged({program: 'data', args: [], env}, {...asked, log});
      assert.deepEqual(outcome, {kind: 'not-started', code: 'EACCES'});
    });

    test('is found where it is to run, and along its own PATH', async (context) => {
      const {directory, log, file, logText} = bench(context);
      writeFileSync(file('here'), '#!/bin/sh\necho here\n', {mode: 0o755});
      assert.deepEqual(
        [
          await runner.logged({program: './here', args: [], cwd: directory}, {...asked, log}),
          await runner.logged({program: 'here', args: [], env: {PATH: directory}}, {...asked, log}),
          await runner.logged({program: 'here', args: [], cwd: file('none')}, {...asked, log}),
          await runner.logged({program: 'here', args: []}, {...asked, log}),
        ],
        [
          {kind: 'exited', status: 0},
          {kind: 'exited', status: 0},
          {kind: 'not-started', code: 'ENOENT'},
          {kind: 'not-started', code: 'ENOENT'},
        ],
      );
      assert.equal(logText(), 'here\nhere\n');
    });

    test('is told to end once only: the second TERM is kept from a child that outlives the first', async (context) => {
      const {log, file} = bench(context);
      const terminate = new AbortController();
      const child = `trap 'echo told >> ${file('told')}' TERM; echo $$ > ${file('child')}; n=0; while [ $n -lt 6 ]; do sleep 0.05; n=$((n + 1)); done`;
      writeFileSync(file('child.sh'), child);
      const running = runner.logged(shell(`sh ${file('child.sh')} & wait`), {
        ...asked,
        log,
        terminate: terminate.signal,
      });
      await firstLine(file('child'));
      terminate.abort('SIGTERM');
      assert.deepEqual(await running, {kind: 'stopped'});
      assert.equal(readFileSync(file('told'), 'utf8'), 'told\n');
    });

    test('has the descriptors that are handed down under their numbers, and no others', async (context) => {
      const {log, file} = bench(context);
      const open = openSync(file('pool'), 'w');
      const kept = openSync(file('kept'), 'w');
      context.after(() => {
        closeSync(open);
        closeSync(kept);
      });
      const script = `echo four >&4; echo seven >&7; for n in 3 5 6 8 9; do (: >&$n) 2>/dev/null && echo "$n is open"; done; exit 0`;
      const outcome = await runner.logged(shell(script), {...asked, log, descriptors: {4: open, 7: open}});
      assert.deepEqual(outcome, {kind: 'exited', status: 0});
      assert.equal(readFileSync(file('pool'), 'utf8'), 'four\nseven\n');
      assert.equal(readFileSync(log, 'utf8'), '');
    });
  });

describe('what a logged command took', () => {
  /** Uses a quarter of a second of processor time, in a process of its own, and says how much it was in all. */
  const burn = `while (process.cpuUsage().user < 250_000);
    const {user, system} = process.cpuUsage();
    process.stdout.write(String((user + system) / 1000) + '\\n')`;

  async function usageOf(
    context: TestContext,
    spec: CommandSpec,
    memory = new GroupMemory(),
  ): Promise<{usage: CommandUsage; outcome: CommandOutcome; logText: string}> {
    const {log, logText} = bench(context);
    const usages: CommandUsage[] = [];
    const outcome = await new ExecaRunner({memory}).logged(spec, {
      log,
      onUsage: (usage) => usages.push(usage),
    });
    assert.equal(usages.length, 1);
    return {usage: usages[0] ?? {}, outcome, logText: logText()};
  }

  test('is the processor time of all its processes', async (context) => {
    const child = `"${process.execPath}" -e '${burn.replaceAll("'", '"')}'`;
    const {usage, outcome, logText} = await usageOf(
      context,
      shell(`(${child}) & wait; sh -c '(${process.execPath} -e 0)'; exit 3`),
    );
    const own = Number(logText);
    assert.deepEqual(outcome, {kind: 'exited', status: 3});
    const {cpuMs = 0} = usage;
    // Both processes' start and end come on top of what the one can see of itself.
    assert.ok(
      own >= 250 && cpuMs >= own - 20 && cpuMs < own + 500,
      `${cpuMs} ms, where one process alone took ${own} ms`,
    );
  });

  test('is nothing but a little for a command that only waits', async (context) => {
    const {usage} = await usageOf(context, shell('sleep 0.4'));
    assert.ok((usage.cpuMs ?? 1000) < 50, `${usage.cpuMs} ms`);
  });

  test('is told for a command that failed or died as well', async (context) => {
    const script = `"${process.execPath}" -e '${burn.replaceAll("'", '"')}'; kill -KILL $$`;
    const {usage, outcome} = await usageOf(context, shell(script));
    assert.deepEqual(outcome, {kind: 'signalled', signal: 'SIGKILL'});
    assert.ok((usage.cpuMs ?? 0) >= 240, `${usage.cpuMs} ms`);
  });

  test('is the greatest memory of its group at one moment, as far as it was looked at', async (context) => {
    const {file} = bench(context);
    const ticks: (() => void)[] = [];
    const sizes = [3, 8, 5];
    let group = 0;
    const memory = new GroupMemory({
      every: (_interval, callback) => {
        ticks.push(callback);
        return () => ticks.splice(0);
      },
      sample: () =>
        Promise.resolve(
          new Map([
            [group, sizes.shift() ?? 0],
            [1, 99],
          ]),
        ),
    });
    const timed = new ExecaRunner({memory});
    const usages: CommandUsage[] = [];
    const running = timed.logged(shell(`until [ -f ${file('go')} ]; do sleep 0.02; done`), {
      log: file('log'),
      onStart: (pid) => {
        group = pid;
      },
      onUsage: (usage) => usages.push(usage),
    });
    const seen: (number | undefined)[] = [];
    while (ticks.length === 0) await delay(1);
    while (sizes.length > 0) {
      ticks[0]?.();
      await setImmediate();
      seen.push(timed.groupMemory().get(group));
    }
    writeFileSync(file('go'), '');
    await running;
    assert.deepEqual(seen, [3, 8, 5]);
    assert.equal(usages[0]?.peakBytes, 8);
    assert.equal(ticks.length, 0, 'it is looked at after its end');
    assert.equal(timed.groupMemory().size, 0);
  });

  test('is unknown where it cannot be taken down, and the command runs all the same', async (context) => {
    const {log, file, logText} = bench(context);
    mkdirSync(file('log.usage'));
    const usages: CommandUsage[] = [];
    const outcome = await runner.logged(shell('echo done; exit 3'), {
      log,
      onUsage: (usage) => usages.push(usage),
    });
    assert.deepEqual({outcome, usages}, {outcome: {kind: 'exited', status: 3}, usages: [{}]});
    assert.equal(logText(), 'done\n');
  });

  test('leaves no file behind', async (context) => {
    const {directory, log} = bench(context);
    await runner.logged(shell('true'), {log, onUsage: () => undefined});
    assert.deepEqual(readdirSync(directory), ['log']);
  });

  test('is not asked of a command that was not started', async (context) => {
    const {log} = bench(context);
    await runner.logged(
      {program: '/nonexistent/program', args: []},
      {
        log,
        onUsage: () => {
          assert.fail('nothing ran');
        },
      },
    );
  });
});
