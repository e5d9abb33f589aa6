import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {join} from 'node:path';
import {describe, test, type TestContext} from 'node:test';
import {takeLock, type RunLock} from '../../../src/system/run-lock.js';
import {temporaryDirectory} from '../temporary-directory.js';

function lockPath(context: TestContext): string {
  const directory = join(temporaryDirectory(context), 'locks');
  mkdirSync(directory);
  return join(directory, 'run');
}

function startOf(pid: number): string {
  return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: {...process.env, LC_ALL: 'C', TZ: 'UTC'},
  }).trim();
}

function heldBy(path: string, values: Record<string, string | number>): void {
  const lines = {host: hostname(), started: 'unknown', command: 'portpar -a', ...values};
  writeFileSync(
    path,
    Object.entries(lines)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
}

async function taken(path: string): Promise<RunLock> {
  const lock = await takeLock(path, ['portpar', '-a']);
  assert.ok(lock.ok, JSON.stringify(lock));
  return lock.value;
}

async function refused(path: string): Promise<{holder: string; hint: string}> {
  const lock = await takeLock(path, ['portpar', '-a']);
  assert.ok(!lock.ok, 'the lock was taken');
  const [failure] = lock.failures;
  assert.ok(failure?.kind === 'lock-held');
  assert.equal(failure.path, path);
  return failure;
}

/** The id of a process that is no more. */
function deadPid(): number {
  return spawnSync('true').pid;
}

describe('a lock', () => {
  test('of a living process is held, whatever the time zone of the one who asks', async (context) => {
    const path = lockPath(context);
    const before = process.env['TZ'];
    context.after(() => {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    });
    process.env['TZ'] = 'UTC';
    const lock = await taken(path);
    process.env['TZ'] = 'Asia/Tokyo';
    assert.match((await refused(path)).holder, new RegExp(`portpar ${process.pid} `));
    await lock.release();
  });

  test('is a file that says who holds it, and is gone when given back', async (context) => {
    const path = lockPath(context);
    const lock = await taken(path);
    const text = readFileSync(path, 'utf8');
    assert.match(
      text,
      new RegExp(`^pid=${process.pid}\nhost=${hostname()}\nstarted=.+\ncommand=portpar -a\n$`),
    );
    await lock.release();
    assert.equal(existsSync(path), false);
  });

  test('makes the folder it lies in', async (context) => {
    const path = join(temporaryDirectory(context), 'not', 'there', 'run');
    await (await taken(path)).release();
  });

  test('is not given out twice, and can be taken again when given back', async (context) => {
    const path = lockPath(context);
    const lock = await taken(path);
    const {holder} = await refused(path);
    assert.match(holder, new RegExp(`^portpar ${process.pid} on ${hostname()}, started `));
    await lock.release();
    await (await taken(path)).release();
  });

  test('is not taken from a process that is alive', async (context) => {
    const path = lockPath(context);
    heldBy(path, {pid: process.ppid, started: startOf(process.ppid)});
    assert.match((await refused(path)).holder, new RegExp(`portpar ${process.ppid} `));
    heldBy(path, {pid: process.ppid, started: 'unknown'});
    await refused(path);
  });

  test('is taken from a process that is dead', async (context) => {
    const path = lockPath(context);
    heldBy(path, {pid: deadPid(), started: 'Mon Jan  1 00:00:00 2024'});
    await taken(path);
    assert.match(readFileSync(path, 'utf8'), new RegExp(`^pid=${process.pid}\n`));
  });

  test('of a dead process is taken by exactly one of many that want it', async (context) => {
    const path = lockPath(context);
    heldBy(path, {pid: deadPid(), started: 'Mon Jan  1 00:00:00 2024'});
    const tries = await Promise.all(Array.from({length: 8}, () => takeLock(path, ['portpar', '-a'])));
    assert.equal(tries.filter(({ok}) => ok).length, 1);
    for (const refusal of tries) {
      if (refusal.ok) continue;
      const [failure] = refusal.failures;
      assert.ok(failure?.kind === 'lock-held');
      assert.match(failure.holder, new RegExp(`^portpar ${process.pid} `));
    }
    assert.deepEqual(readdirSync(join(path, '..')), ['run']);
  });

  test('is taken though an earlier removal of a dead one was cut short', async (context) => {
    const path = lockPath(context);
    heldBy(path, {pid: deadPid(), started: 'Mon Jan  1 00:00:00 2024'});
    writeFileSync(`${path}.removing`, '');
    utimesSync(`${path}.removing`, new Date(0), new Date(0));
    await taken(path);
    assert.deepEqual(readdirSync(join(path, '..')), ['run']);
  });

  test('is taken where another process has got the number of the dead one', async (context) => {
    const path = lockPath(context);
    heldBy(path, {pid: process.ppid, started: 'Mon Jan  1 00:00:00 2024'});
    await taken(path);
  });

  test('is not taken from a process of another machine, which cannot be looked at', async (context) => {
    const path = lockPath(context);
    heldBy(path, {pid: deadPid(), host: 'elsewhere.example'});
    assert.match((await refused(path)).holder, /on elsewhere\.example/);
  });

  for (const [what, text] of [
    ['is empty', ''],
    ['is no text of ours', 'who knows'],
    ['has no pid', 'host=x\nstarted=y\n'],
    ['has a pid that is none', 'pid=abc\nhost=x\nstarted=y\n'],
    ['has a pid that would be a group', 'pid=-1\nhost=x\nstarted=y\n'],
    ['has no host', 'pid=1\nstarted=y\n'],
  ] as const) {
    test(`whose file ${what} is reported and left alone`, async (context) => {
      const path = lockPath(context);
      writeFileSync(path, text);
      const {holder, hint} = await refused(path);
      assert.match(holder, /cannot be read/);
      assert.match(hint, /remove/);
      assert.equal(readFileSync(path, 'utf8'), text);
    });
  }
});
