import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {describe, test, type TestContext} from 'node:test';
import type {HistoryRecord} from '../../../src/model/history.js';
import {formatRecord, parseRecords} from '../../../src/state/history-line.js';
import {History} from '../../../src/state/history.js';
import {record} from '../../rig/history.js';
import {temporaryDirectory} from '../temporary-directory.js';

function emptyHistory(context: TestContext, largeBytes?: number): {history: History; directory: string} {
  const directory = temporaryDirectory(context);
  return {history: new History(directory, largeBytes === undefined ? {} : {largeBytes}), directory};
}

/** A record with all that can be known. */
const full = record('www/foo@py311', {
  phase: 'build',
  version: '1.2_3,1',
  ms: 1234.5,
  jobs: 3,
  cpuMs: 3000,
  peakBytes: 123_456_789,
  workBytes: 987_654_321_000,
  distfileBytes: 4711,
  beside: 0.75,
});

describe('the history', () => {
  test('gives back what was appended, in that order', async (context) => {
    const {history} = emptyHistory(context);
    const records = [
      full,
      record('a/b', {outcome: 'failed'}),
      record('a/c', {outcome: 'stopped', phase: 'fetch'}),
    ];
    for (const item of records) history.append(item);
    assert.deepEqual(await history.read(), records);
  });

  test('makes its folder when the first record comes', async (context) => {
    const directory = join(temporaryDirectory(context), 'not', 'yet');
    const history = new History(directory);
    assert.deepEqual(await history.read(), []);
    assert.equal(existsSync(directory), false);
    history.append(full);
    assert.deepEqual(await history.read(), [full]);
  });

  test('counts a record once that was appended twice', async (context) => {
    const {history} = emptyHistory(context);
    for (const item of [full, record('a/b'), full]) history.append(item);
    assert.deepEqual(await history.read(), [full, record('a/b')]);
  });

  test('is none where it cannot be read', async (context) => {
    const {history, directory} = emptyHistory(context);
    mkdirSync(join(directory, 'history.jsonl'));
    assert.deepEqual(await history.read(), []);
    assert.throws(() => {
      history.append(full);
    }, /EISDIR/);
  });

  test('passes over a last line that was cut off, and finds what was appended behind it', async (context) => {
    const {history} = emptyHistory(context);
    history.append(record('a/one'));
    const line = formatRecord(full);
    for (let length = 1; length < line.length; length += 1) {
      writeFileSync(history.path, `${formatRecord(record('a/one'))}\n${line.slice(0, length)}`);
      assert.deepEqual(await history.read(), [record('a/one')], `cut at ${length}`);
      history.append(record('a/two'));
      history.append(record('a/three'));
      assert.deepEqual(
        await history.read(),
        ['a/one', 'a/two', 'a/three'].map((name) => record(name)),
        `cut at ${length}`,
      );
    }
  });

  test('passes over lines that are no records', () => {
    const broken = (change: Record<string, unknown>): string => JSON.stringify({...full, ...change});
    const lines = [
      'garbage',
      '',
      '\0\0\0\0',
      'null',
      '[]',
      '7',
      '{}',
      broken({origin: '../../etc'}),
      broken({origin: 7}),
      broken({phase: 'test'}),
      broken({outcome: 'fine'}),
      broken({version: undefined}),
      broken({ms: -1}),
      broken({ms: '5'}),
      broken({ms: 1e308}),
      broken({at: null}),
      broken({jobs: 0}),
      broken({cores: undefined}),
    ];
    for (const line of lines) {
      assert.deepEqual(parseRecords(`${line}\n${formatRecord(full)}\n`), [full], line);
    }
  });

  test('leaves out fields that it does not know, and sizes that are none', () => {
    const later = JSON.stringify({
      ...full,
      swapBytes: 5,
      peakBytes: 'much',
      cpuMs: -3,
      workBytes: null,
      distfileBytes: 1e300,
    });
    const none = ['peakBytes', 'cpuMs', 'workBytes', 'distfileBytes'];
    const left = ([name]: [string, unknown]): boolean => !none.includes(name);
    assert.deepEqual(parseRecords(later), [Object.fromEntries(Object.entries(full).filter(left))]);
  });

  test('of a hundred thousand lines is read in less than half a second', async (context) => {
    const {history} = emptyHistory(context);
    const lines: string[] = [];
    for (let n = 0; n < 100_000; n += 1) {
      lines.push(`${formatRecord({...full, ...record(`category/port-${n % 5000}`), at: n})}\n`);
    }
    writeFileSync(history.path, lines.join(''));
    // The best of three: what else the machine does is not what is measured.
    const times: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      const begun = process.cpuUsage();
      assert.equal((await history.read()).length, 100_000);
      const {user, system} = process.cpuUsage(begun);
      times.push((user + system) / 1000);
    }
    assert.ok(Math.min(...times) < 500, `it took ${times.join(', ')} ms`);
  });
});

describe('a history that has grown large', () => {
  const builds = (name: string, count: number, more: Partial<HistoryRecord> = {}): HistoryRecord[] =>
    Array.from({length: count}, (_, n) => record(name, {at: n, ms: n, ...more}));

  test('keeps the last five of each origin, phase and outcome', async (context) => {
    const {history} = emptyHistory(context, 100);
    const records = [
      ...builds('a/b', 22),
      ...builds('a/b@x', 3),
      ...builds('a/b', 18, {phase: 'fetch'}),
      ...builds('a/b', 17, {outcome: 'failed'}),
    ];
    // Two portpars with different clocks: the last by time, not by place.
    records.reverse();
    for (const item of records) history.append(item);
    assert.deepEqual(await history.compactIfLarge(), {ok: true, value: true});
    const kept = records.filter(({origin, phase, outcome, at}) => {
      if (origin !== 'a/b') return true;
      if (phase === 'fetch') return at >= 13;
      return at >= (outcome === 'failed' ? 12 : 17);
    });
    assert.deepEqual(await history.read(), kept);
    assert.deepEqual(readdirSync(join(history.path, '..')), ['history.jsonl']);
  });

  test('is left alone while it is small, or while little of it is old', async (context) => {
    const {history} = emptyHistory(context, 10_000);
    for (const item of builds('a/b', 12)) history.append(item);
    const {ino} = statSync(history.path);
    assert.deepEqual(await history.compactIfLarge(), {ok: true, value: false});
    for (let n = 0; n < 80; n += 1) history.append(record(`a/p${n}`));
    assert.ok(statSync(history.path).size > 10_000);
    assert.deepEqual(await history.compactIfLarge(), {ok: true, value: false});
    assert.equal(statSync(history.path).ino, ino);
    assert.equal((await history.read()).length, 92);
  });

  test('that is not there is none', async (context) => {
    const {history} = emptyHistory(context, 0);
    assert.deepEqual(await history.compactIfLarge(), {ok: true, value: false});
  });

  test('throws out what is no record, and leaves nothing behind where it may not be written', async (context) => {
    const {history, directory} = emptyHistory(context, 100);
    for (const item of builds('a/b', 12)) history.append(item);
    appendFileSync(history.path, 'garbage\n{"origin":"a/b","ver');
    const before = readFileSync(history.path);
    // A folder in the place of the draft: as good as a full disk or a file system that is mounted read-only.
    const draft = `${history.path}.${process.pid}.part`;
    mkdirSync(draft);
    const failed = await history.compactIfLarge();
    assert.equal(failed.ok ? 'done' : failed.failures[0]?.kind, 'file-trouble');
    assert.deepEqual(readFileSync(history.path), before);
    rmdirSync(draft);
    assert.deepEqual(await history.compactIfLarge(), {ok: true, value: true});
    assert.deepEqual(await history.read(), builds('a/b', 12).slice(-5));
    assert.equal(readFileSync(history.path, 'utf8').includes('garbage'), false);
    assert.deepEqual(readdirSync(directory), ['history.jsonl']);
  });

  test('loses nothing of what other portpars append meanwhile', {timeout: 60_000}, async (context) => {
    const {history, directory} = emptyHistory(context, 1);
    for (const item of builds('a/old', 40)) history.append(item);
    // Each of the two writes records that are all kept, so that each of them has to be there afterwards, and goes on until
    // it is told to stop. It says how many there were.
    const here = (path: string): string =>
      JSON.stringify(new URL(`../../../src/${path}`, import.meta.url).href);
    const script = (writer: number): string => `
      import {History} from ${here('state/history.js')};
      const history = new History(${JSON.stringify(directory)});
      let isTold = false;
      process.stdin.once('data', () => { isTold = true; }).once('end', () => { isTold = true; });
      let n = 0;
      while (!isTold) {
        for (let burst = 0; burst < 2; burst += 1, n += 1) {
          history.append({...${JSON.stringify(full)}, origin: 'w${writer}/p' + n});
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      process.stdout.write(String(n));
      process.stdin.destroy();`;
    const writers = [1, 2].map((writer) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script(writer)], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      return {writer, child, closed: once(child, 'close'), count: () => Number(said)};
    });
    const old = builds('a/old', 3000)
      .map((item) => `${formatRecord(item)}\n`)
      .join('');
    let compactions = 0;
    const begun = new Set<string>();
    while (begun.size < 2 || compactions < 20) {
      appendFileSync(history.path, old); // Something to throw out each time.
      const done = await history.compactIfLarge();
      if (done.ok && done.value && begun.size === 2) compactions += 1;
      if (begun.size < 2) {
        for (const {origin} of await history.read())
          if (origin.startsWith('w')) begun.add(origin.slice(0, 2));
      }
    }
    for (const {child} of writers) child.stdin.write('stop');
    await Promise.all(writers.map(({closed}) => closed));
    const found = new Set((await history.read()).map(({origin}) => String(origin)));
    const missing = writers.flatMap(({writer, count}) =>
      Array.from({length: count()}, (_, n) => `w${writer}/p${n}`).filter((name) => !found.has(name)),
    );
    assert.ok(writers.every(({count}) => count() > 10));
    assert.deepEqual(missing, []);
  });
});
