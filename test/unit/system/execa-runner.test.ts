import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test, type TestContext} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {ExecaRunner} from '../../../src/system/execa-runner.js';
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

describe('a logged command', () => {
  test('appends all that it prints to its log, in order, and tells its process id', async (context) => {
    const {log, logText} = bench(context);
    writeFileSync(log, 'before\n');
    let pid = 0;
    const outcome = await runner.logged(shell('echo one; echo two >&2; echo $$'), {
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
      const outcome = await runner.logged(shell(`echo started > ${file('started')}`), {log});
      assert.deepEqual(outcome, {kind: 'not-started', code: `${code} ${log}`});
    }
    assert.throws(() => readFileSync(file('started')), /ENOENT/);
  });

  test('that is not there was not started, and nobody is told of a process', async (context) => {
    const {log} = bench(context);
    const outcome = await runner.logged(
      {program: '/nonexistent/program', args: []},
      {
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
    const running = runner.logged(shell(script), {log, terminate: terminate.signal});
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
    const running = runner.logged(shell(script), {log, terminate: terminate.signal});
    const child = Number(await firstLine(file('child')));
    const asked = Date.now();
    terminate.abort('SIGTERM');
    assert.deepEqual(await running, {kind: 'stopped'});
    const waited = Date.now() - asked;
    assert.ok(waited >= 4900 && waited < 15_000, `it took ${waited} ms`);
    assert.equal(runs(child), false);
  });

  test('that will not listen is killed at once when that is asked', async (context) => {
    const {log, file} = bench(context);
    const terminate = new AbortController();
    const kill = new AbortController();
    const script = `trap '' TERM; echo $$ > ${file('pid')}; while :; do sleep 1; done`;
    const running = runner.logged(shell(script), {log, terminate: terminate.signal, kill: kill.signal});
    const pid = Number(await firstLine(file('pid')));
    const asked = Date.now();
    terminate.abort('SIGINT');
    kill.abort('SIGINT');
    assert.deepEqual(await running, {kind: 'stopped'});
    assert.ok(Date.now() - asked < 4000, 'it was waited for');
    assert.equal(runs(pid), false);
  });

  test('ends when its leader does: a daemon that it left behind is ended, and holds nothing up', async (context) => {
    const {log, file} = bench(context);
    const begun = Date.now();
    const outcome = await runner.logged(shell(`sleep 100 & echo $! > ${file('daemon')}; echo done`), {log});
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
    await runner.logged(shell('true'), {log, terminate: signal});
    assert.equal(listening, 0);
  });
});
