import assert from 'node:assert/strict';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test} from 'node:test';
import type {RunEvent} from '../../../src/model/event.js';
import {RunFolder, runIdAt} from '../../../src/state/run-folder.js';
import {origin} from '../../rig/builders.js';
import {temporaryDirectory} from '../temporary-directory.js';

describe('the folder of a run', () => {
  test('holds the logs, and a journal with a line for each event', (context) => {
    const state = temporaryDirectory(context);
    const folder = new RunFolder(state, '20260102-120000-7');
    assert.equal(folder.logDirectory, join(state, 'runs', '20260102-120000-7', 'logs'));
    assert.equal(existsSync(folder.logDirectory), true);
    const events: RunEvent[] = [
      {kind: 'warning', at: 1, text: 'two\nlines'},
      {kind: 'swap-finished', at: 2, origin: origin('www/foo')},
    ];
    for (const event of events) folder.append(event);
    const lines = readFileSync(folder.journalPath, 'utf8').split('\n');
    assert.deepEqual(
      lines.slice(0, -1).map((line) => JSON.parse(line) as unknown),
      events,
    );
    assert.equal(lines.at(-1), '');
    folder.close();
  });

  test('has each event on the disk before the next thing happens', (context) => {
    const folder = new RunFolder(temporaryDirectory(context), 'run');
    folder.append({kind: 'warning', at: 1, text: 'x'});
    assert.equal(readFileSync(folder.journalPath, 'utf8'), '{"kind":"warning","at":1,"text":"x"}\n');
    folder.close();
  });

  test('throws what the system says where it cannot be made', (context) => {
    const state = join(temporaryDirectory(context), 'file');
    writeFileSync(state, '');
    assert.throws(() => new RunFolder(state, 'run'), /ENOTDIR/);
  });
});

describe('the name of a run', () => {
  test('is its start in local time and its process', () => {
    const start = new Date(2026, 0, 2, 3, 4, 5).getTime();
    assert.equal(runIdAt(start, 42), '20260102-030405-42');
  });

  test('sorts by time', () => {
    const start = new Date(2026, 8, 9, 23, 59, 59).getTime();
    assert.ok(runIdAt(start, 1) < runIdAt(start + 1000, 1));
  });
});
