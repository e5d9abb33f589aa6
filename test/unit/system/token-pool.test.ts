import assert from 'node:assert/strict';
import {execFile, spawn} from 'node:child_process';
import {readFileSync, readSync, writeFileSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, describe, test, type TestContext} from 'node:test';
import {setImmediate as turn} from 'node:timers/promises';
import {pathToFileURL} from 'node:url';
import {ExecaRunner} from '../../../src/system/execa-runner.js';
import {TokenPool} from '../../../src/system/token-pool.js';
import {returnDescriptor, takeDescriptor} from '../../../src/system/token-pool-pipes.js';
import {plainNumbers, type TokenLease} from '../../../src/system/token-pool-types.js';
import {FakeCommandRunner} from '../../rig/fake-command-runner.js';
import {gnuMake, mostAtOnce, stamped} from '../../rig/running-count.js';
import {repositoryPath} from '../repository.js';
import {temporaryDirectory} from '../temporary-directory.js';

const pools: TokenPool[] = [];
afterEach(() => {
  for (const pool of pools.splice(0)) pool.close();
});

async function poolOf(total: number): Promise<TokenPool> {
  const pool = await TokenPool.create(total, new ExecaRunner());
  assert.ok(pool instanceof TokenPool);
  pools.push(pool);
  return pool;
}

async function take(pool: TokenPool, jobs: number | 'shared'): Promise<TokenLease> {
  const wish = jobs === 'shared' ? {jobs: 1, shares: true} : {jobs, shares: false};
  const lease = await pool.acquire(wish);
  assert.ok(lease !== undefined);
  return lease;
}

/** Takes tokens from the pipe as GNU make does; they have to be there. */
function grab({descriptors}: TokenLease, count: number): void {
  const taken = descriptors[takeDescriptor];
  assert.ok(taken !== undefined);
  for (let left = count; left > 0; left -= 1) assert.equal(readSync(taken, Buffer.alloc(1)), 1);
}

function giveBack({descriptors}: TokenLease, count: number): void {
  const back = descriptors[returnDescriptor];
  assert.ok(back !== undefined);
  writeSync(back, '+'.repeat(count));
}

/** Waits until the pool counts so; the test's own time limit ends it otherwise. */
async function until(pool: TokenPool, held: number, out: number): Promise<void> {
  for (;;) {
    const now = pool.counts;
    if (now.held === held && now.out === out) return;
    await turn();
  }
}

/** Whether a promise is still open after everything that is due now has happened. */
async function isOpen(promise: Promise<unknown>): Promise<boolean> {
  let open = true;
  const settled = (): void => {
    open = false;
  };
  promise.then(settled, settled);
  for (let turns = 0; turns < 20; turns += 1) await turn();
  return open;
}

const timeout = 60_000;

describe('a pool of job tokens', () => {
  test('keeps one token for a build that shares, and leaves the rest in the pipe', {timeout}, async () => {
    const pool = await poolOf(4);
    assert.deepEqual(pool.counts, {total: 4, held: 0, out: 4});
    const lease = await take(pool, 'shared');
    assert.deepEqual(pool.counts, {total: 4, held: 1, out: 3});
    assert.equal(lease.makeFlags, `-j --jobserver-auth=${takeDescriptor},${returnDescriptor}`);
    grab(lease, 3);
    giveBack(lease, 3);
    lease.release();
    assert.deepEqual(pool.counts, {total: 4, held: 0, out: 4});
  });

  test('keeps as many as it runs jobs for a build that cannot share', {timeout}, async () => {
    const pool = await poolOf(4);
    const lease = await take(pool, 3);
    assert.deepEqual(
      {shares: lease.shares, makeFlags: lease.makeFlags, descriptors: lease.descriptors},
      {shares: false, makeFlags: '', descriptors: {}},
    );
    assert.deepEqual(pool.counts, {total: 4, held: 3, out: 1});
    lease.release();
    lease.release();
    assert.deepEqual(pool.counts, {total: 4, held: 0, out: 4});
  });

  test('lets a build wait for its first token until one comes back', {timeout}, async () => {
    const pool = await poolOf(2);
    const first = await take(pool, 'shared');
    grab(first, 1);
    const second = take(pool, 'shared');
    assert.ok(await isOpen(second));
    giveBack(first, 1);
    // The pool itself keeps no event loop running; builds do.
    while (await isOpen(second));
    (await second).release();
    first.release();
    assert.deepEqual(pool.counts, {total: 2, held: 0, out: 2});
  });

  test('starts a build with one token and gives it the others as they come back', {timeout}, async () => {
    const pool = await poolOf(4);
    const shared = await take(pool, 'shared');
    grab(shared, 2);
    const plain = await take(pool, 3);
    await until(pool, 2, 2);
    giveBack(shared, 1);
    await until(pool, 3, 1);
    giveBack(shared, 1);
    await until(pool, 4, 0);
    plain.release();
    await until(pool, 1, 3);
    shared.release();
  });

  test('lets no build wait when every token belongs to a build that runs', {timeout}, async () => {
    const pool = await poolOf(2);
    const leases = [await take(pool, 'shared'), await take(pool, 1), await take(pool, 'shared')];
    assert.deepEqual(pool.counts, {total: 2, held: 3, out: 0});
    for (const lease of leases) lease.release();
    assert.deepEqual(pool.counts, {total: 2, held: 0, out: 2});
  });

  test('forgets a build that is stopped while it waits', {timeout}, async () => {
    const pool = await poolOf(2);
    const first = await take(pool, 'shared');
    grab(first, 1);
    const stop = new AbortController();
    const waiting = pool.acquire({jobs: 1, shares: true}, stop.signal);
    stop.abort();
    assert.equal(await waiting, undefined);
    assert.equal(await pool.acquire({jobs: 1, shares: true}, stop.signal), undefined);
    giveBack(first, 1);
    first.release();
    assert.deepEqual(pool.counts, {total: 2, held: 0, out: 2});
  });

  test('becomes larger at once, and smaller as tokens come back', {timeout}, async () => {
    const pool = await poolOf(2);
    const lease = await take(pool, 'shared');
    pool.resize(5);
    assert.deepEqual(pool.counts, {total: 5, held: 1, out: 4});
    grab(lease, 3);
    pool.resize(2);
    assert.deepEqual(pool.counts, {total: 2, held: 1, out: 3});
    giveBack(lease, 1);
    await until(pool, 1, 2);
    giveBack(lease, 1);
    await until(pool, 1, 1);
    giveBack(lease, 1);
    lease.release();
    assert.deepEqual(pool.counts, {total: 2, held: 0, out: 2});
    pool.resize(0);
    assert.equal(pool.counts.total, 1);
  });

  test('replaces what a killed build took, as soon as nobody shares', {timeout}, async () => {
    const pool = await poolOf(4);
    const killed = await take(pool, 'shared');
    grab(killed, 2);
    killed.release({killed: true});
    assert.deepEqual(pool.counts, {total: 4, held: 0, out: 4});
    const next = await take(pool, 'shared');
    assert.ok(next.shares);
    grab(next, 3);
    giveBack(next, 3);
    next.release();
  });

  test(
    'gives plain numbers after a build was killed beside others, until those have ended',
    {timeout},
    async () => {
      const pool = await poolOf(4);
      const [killed, other] = [await take(pool, 'shared'), await take(pool, 'shared')];
      grab(killed, 2);
      killed.release({killed: true});
      // The two are lost, and still counted as out: nothing more than the total ever runs.
      assert.deepEqual(pool.counts, {total: 4, held: 1, out: 3});
      const plain = await take(pool, 'shared');
      assert.equal(plain.shares, false);
      plain.release();
      other.release();
      assert.deepEqual(pool.counts, {total: 4, held: 0, out: 4});
      const again = await take(pool, 'shared');
      assert.ok(again.shares);
      grab(again, 3);
      giveBack(again, 3);
      again.release();
    },
  );

  test('takes no token that comes from a process nobody knows of', {timeout}, async () => {
    const pool = await poolOf(2);
    const lease = await take(pool, 'shared');
    lease.release();
    giveBack(lease, 2);
    for (let turns = 0; turns < 20; turns += 1) await turn();
    assert.deepEqual(pool.counts, {total: 2, held: 0, out: 2});
    const next = await take(pool, 'shared');
    grab(next, 1);
    giveBack(next, 1);
    next.release();
  });

  test('outlives a build that gives back without end what it never took', {timeout}, async () => {
    const pool = await poolOf(4096);
    const lease = await take(pool, 'shared');
    // Each time the pool makes up for what came back, until no more tokens fit into the pipe.
    for (let more = 0; more < 40; more += 1) {
      giveBack(lease, 4095);
      await turn();
      await turn();
    }
    lease.release();
    assert.deepEqual(pool.counts, {total: 4096, held: 0, out: 4096});
    grab(await take(pool, 'shared'), 4095);
  });

  test('says why it cannot be made', {timeout}, async (context) => {
    const nowhere = await TokenPool.create(2, new ExecaRunner(), join(temporaryDirectory(context), 'none'));
    assert.ok('trouble' in nowhere);
    assert.match(nowhere.trouble, /ENOENT/);
    const missing = new FakeCommandRunner().on('mkfifo', {outcome: {kind: 'not-started', code: 'ENOENT'}});
    assert.deepEqual(await TokenPool.create(2, missing), {trouble: 'mkfifo: ENOENT'});
    const refused = new FakeCommandRunner().on('mkfifo', {status: 1, stderr: 'mkfifo: not here\n'});
    assert.deepEqual(await TokenPool.create(2, refused), {trouble: 'mkfifo: mkfifo: not here'});
  });

  test('keeps no process alive, with tokens taken or not', {timeout}, async () => {
    const [pool, runner] = ['token-pool', 'execa-runner'].map(
      (name) => pathToFileURL(repositoryPath(`dist/src/system/${name}.js`)).href,
    );
    const program = `
      import {TokenPool} from ${JSON.stringify(pool)};
      import {ExecaRunner} from ${JSON.stringify(runner)};
      const pool = await TokenPool.create(2, new ExecaRunner());
      await pool.acquire({jobs: 1, shares: true});
      process.stdout.write(JSON.stringify(pool.counts));
    `;
    const output = await new Promise<string>((resolve, reject) => {
      execFile(process.execPath, ['--input-type=module', '-e', program], (error, stdout) => {
        if (error === null) resolve(stdout);
        else reject(new Error(error.message));
      });
    });
    assert.deepEqual(JSON.parse(output), {total: 2, held: 1, out: 1});
  });
});

test('without a pool every build gets its number at once', async () => {
  const lease = await plainNumbers.acquire({jobs: 9, shares: true});
  assert.equal(lease?.shares, false);
  assert.equal(await plainNumbers.acquire({jobs: 1, shares: true}, AbortSignal.abort()), undefined);
});

const gmake = gnuMake();

describe('real GNU make with the pool', {skip: gmake === undefined && 'there is no GNU make'}, () => {
  /** A makefile with independent recipes, each of which takes a moment and stamps its start and end. */
  class Work {
    readonly stamps: string;
    readonly #makefile: string;

    constructor(context: TestContext, recipes: number) {
      const directory = temporaryDirectory(context);
      this.stamps = join(directory, 'stamps');
      this.#makefile = join(directory, 'Makefile');
      const names = Array.from({length: recipes}, (_, index) => `t${index}`).join(' ');
      const recipe = stamped(this.stamps, 'sleep 0.03').replaceAll('$', '$$$$');
      writeFileSync(this.#makefile, `all: ${names}\n${names}:\n\t@${recipe}\n.PHONY: all ${names}\n`);
    }

    /** Starts GNU make with what the lease gives; resolves when it has ended. */
    run({makeFlags, descriptors}: TokenLease): {pid: number; done: Promise<number | string>} {
      const child = spawn(gmake ?? '', ['-f', this.#makefile], {
        stdio: Array.from({length: returnDescriptor + 1}, (_, number) => descriptors[number] ?? 'ignore'),
        env: {...process.env, GNUMAKEFLAGS: makeFlags},
        detached: true,
      });
      const done = new Promise<number | string>((resolve, reject) => {
        child.on('error', reject);
        child.on('close', (code, signal) => {
          resolve(code ?? signal ?? '');
        });
      });
      return {pid: child.pid ?? 0, done};
    }
  }

  test(
    'runs no more recipes than there are tokens, over all builds, and uses them all',
    {timeout},
    async (context) => {
      const pool = await poolOf(4);
      const work = new Work(context, 20);
      const builds = [0, 1, 2].map(async () => {
        const lease = await take(pool, 'shared');
        const status = await work.run(lease).done;
        lease.release();
        return status;
      });
      assert.deepEqual(await Promise.all(builds), [0, 0, 0]);
      assert.deepEqual(mostAtOnce(work.stamps), {most: 4, started: 60});
      assert.deepEqual(pool.counts, {total: 4, held: 0, out: 4});
    },
  );

  test(
    'is whole again after a build that held tokens was killed with its whole group',
    {timeout},
    async (context) => {
      const pool = await poolOf(4);
      const lost = new Work(context, 1000);
      const lease = await take(pool, 'shared');
      const {pid, done} = lost.run(lease);
      while (mostAtOnce(lost.stamps).most < 4) await turn();
      process.kill(-pid, 'SIGKILL');
      assert.equal(await done, 'SIGKILL');
      lease.release({killed: true});
      const work = new Work(context, 20);
      const next = await take(pool, 'shared');
      assert.equal(await work.run(next).done, 0);
      next.release();
      assert.deepEqual(mostAtOnce(work.stamps), {most: 4, started: 20});
    },
  );

  test('follows a pool that becomes smaller and larger while it runs', {timeout}, async (context) => {
    const pool = await poolOf(4);
    const work = new Work(context, 60);
    const lease = await take(pool, 'shared');
    const {done} = work.run(lease);
    while (mostAtOnce(work.stamps).most < 4) await turn();
    pool.resize(1);
    await until(pool, 1, 0);
    // All tokens but the build's own are back: what starts from here on runs alone.
    const before = readFileSync(work.stamps, 'utf8').length;
    const alone = join(temporaryDirectory(context), 'alone');
    while (readFileSync(work.stamps, 'utf8').length < before + 400) await turn();
    const later = readFileSync(work.stamps, 'utf8').slice(before).split('\n');
    writeFileSync(
      alone,
      later
        .slice(later.findIndex((line) => line.startsWith('s ')))
        .slice(0, -1)
        .join('\n'),
    );
    assert.ok(mostAtOnce(alone).most <= 1);
    pool.resize(3);
    assert.equal(await done, 0);
    lease.release();
    assert.equal(mostAtOnce(work.stamps).started, 60);
    assert.deepEqual(pool.counts, {total: 3, held: 0, out: 3});
  });
});
