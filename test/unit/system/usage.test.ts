import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {describe, test} from 'node:test';
import {setImmediate} from 'node:timers/promises';
import {GroupMemory, readGroupSizes} from '../../../src/system/usage-memory.js';
import {readTimedEnd} from '../../../src/system/usage-times.js';

describe('the words of a shell at the end of a command', () => {
  const times = '0m0.000000s 0m0.010000s\n1m2.250000s 0m0.750000s\n';

  test('tell the time of its children, not its own', () => {
    assert.deepEqual(readTimedEnd(times, 0), {cpuMs: 63_000});
  });

  test('are read in every spelling', () => {
    const spellings = {
      'dash 0.5.12': '0m0.000000s 0m0.000000s\n0m1.230000s 0m0.020000s\n',
      'bash 5.2': '0m0.001s 0m0.000s\n0m1.230s 0m0.020s\n',
      'FreeBSD 14': '0m0.001s 0m0.002s\n0m1.230s 0m0.020s\n',
      'FreeBSD 14 in German': '0m0,001s 0m0,002s\n0m1,230s 0m0,020s\n',
      ksh: '0m0.00s 0m0.00s\n0m1.23s 0m0.02s\n',
    };
    for (const [shell, stdout] of Object.entries(spellings)) {
      assert.deepEqual(readTimedEnd(stdout, 0), {cpuMs: 1250}, shell);
    }
  });

  test('name a signal where the shell speaks of one', () => {
    for (const words of ['Killed', 'sh: line 1: 27059 Killed                  ( exec "$@" )']) {
      assert.deepEqual(readTimedEnd(`${words}\n${times}`, 137), {cpuMs: 63_000, signal: 'SIGKILL'});
    }
  });

  test('name none for a status that only looks like one', () => {
    for (const status of [137, 129, 255, 128, 200]) {
      assert.deepEqual(readTimedEnd(times, status), {cpuMs: 63_000});
    }
  });

  test('are not needed for the two signals that shells keep silent about', () => {
    assert.equal(readTimedEnd(times, 130).signal, 'SIGINT');
    assert.equal(readTimedEnd(times, 141).signal, 'SIGPIPE');
  });

  test('are missing when the shell itself was ended', () => {
    assert.deepEqual(readTimedEnd('', undefined), {});
  });
});

describe('the memory of groups', () => {
  test('is added up from the lines of ps(1), whatever else is in them', () => {
    const lines = [
      '    0     0',
      '  812  1024',
      ' 7001 20480',
      '  812   512',
      'PGID RSS',
      '',
      '  x 5',
      '7002 -',
    ];
    assert.deepEqual(
      [...readGroupSizes(lines.join('\n'))],
      [
        [0, 0],
        [812, 1536 * 1024],
        [7001, 20480 * 1024],
      ],
    );
  });

  /** A timer and a ps(1) that do what the test says. */
  function held() {
    let tick = (): void => undefined;
    const state = {timers: 0, samples: 0, sizes: new Map<number, number>()};
    const memory = new GroupMemory({
      every: (_interval, callback) => {
        state.timers += 1;
        tick = callback;
        return () => {
          state.timers -= 1;
        };
      },
      sample: () => {
        state.samples += 1;
        return Promise.resolve(state.sizes.size === 0 ? undefined : state.sizes);
      },
    });
    const look = async (sizes: Record<number, number>): Promise<void> => {
      state.sizes = new Map(Object.entries(sizes).map(([group, bytes]) => [Number(group), bytes]));
      tick();
      await setImmediate();
    };
    return {state, memory, look};
  }

  test('is looked at once for all of them, and not at all while there are none', async () => {
    const {state, memory, look} = held();
    assert.equal(state.timers, 0);
    const [endOne, endTwo] = [memory.watch(11), memory.watch(12)];
    assert.equal(state.timers, 1);
    await look({11: 100, 12: 50, 13: 7});
    assert.equal(state.samples, 1);
    assert.deepEqual(
      [...memory.now()],
      [
        [11, 100],
        [12, 50],
      ],
    );
    await look({11: 60, 12: 80});
    assert.equal(endOne(), 100);
    assert.deepEqual([...memory.now()], [[12, 80]]);
    assert.equal(state.timers, 1);
    assert.equal(endTwo(), 80);
    assert.equal(state.timers, 0);
    memory.watch(14);
    assert.equal(state.timers, 1);
  });

  test('is unknown for a group that ended before it was looked at, or that ps(1) does not have', async () => {
    const {memory, look} = held();
    const [end, other] = [memory.watch(11), memory.watch(12)];
    assert.equal(end(), undefined);
    await look({13: 5});
    assert.equal(other(), undefined);
  });

  test('stays what it was when ps(1) does not answer', async () => {
    const {memory, look} = held();
    const end = memory.watch(11);
    await look({11: 100});
    await look({});
    assert.deepEqual([...memory.now()], [[11, 100]]);
    assert.equal(end(), 100);
  });

  test('is not asked for a second time before the first answer', async () => {
    let samples = 0;
    let answer: (sizes: Map<number, number>) => void = () => undefined;
    let tick = (): void => undefined;
    const memory = new GroupMemory({
      every: (_interval, callback) => {
        tick = callback;
        return () => undefined;
      },
      sample: () => {
        samples += 1;
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
    });
    const end = memory.watch(11);
    tick();
    tick();
    assert.equal(samples, 1);
    answer(new Map([[11, 5]]));
    await setImmediate();
    tick();
    assert.equal(samples, 2);
    answer(new Map());
    await setImmediate();
    assert.equal(end(), 5);
  });

  test('of a real process is what it holds', async () => {
    let tick = (): void => undefined;
    const memory = new GroupMemory({
      every: (_interval, callback) => {
        tick = callback;
        return () => undefined;
      },
    });
    // The group of this very process, which is the test runner's.
    const group = Number(execFileSync('ps', ['-o', 'pgid=', '-p', String(process.pid)], {encoding: 'utf8'}));
    memory.watch(group);
    tick();
    while (!memory.now().has(group)) await setImmediate();
    const own = process.memoryUsage.rss();
    assert.ok((memory.now().get(group) ?? 0) > own / 2, 'less than this process alone has');
  });
});
