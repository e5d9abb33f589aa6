import assert from 'node:assert/strict';
import {mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test} from 'node:test';
import {
  fileSize,
  placeCopy,
  readIfThere,
  readTail,
  removeFile,
  writeWhole,
} from '../../../src/system/files.js';
import {temporaryDirectory} from '../temporary-directory.js';

describe('files', () => {
  test('are written whole, in folders made for them, and leave no part behind', async (context) => {
    const directory = temporaryDirectory(context);
    const path = join(directory, 'a', 'b', 'note');
    await writeWhole(path, 'one');
    await writeWhole(path, 'two');
    assert.equal(readFileSync(path, 'utf8'), 'two');
    assert.deepEqual(readdirSync(join(directory, 'a', 'b')), ['note']);
  });

  test('are put in a second place, also over an older one', async (context) => {
    const directory = temporaryDirectory(context);
    const [from, to] = [join(directory, 'from'), join(directory, 'kept', 'All', 'to')];
    writeFileSync(from, 'new');
    await placeCopy(from, to);
    await placeCopy(from, to);
    assert.equal(readFileSync(to, 'utf8'), 'new');
    assert.deepEqual(readdirSync(join(directory, 'kept', 'All')), ['to']);
    await removeFile(from);
    await removeFile(from);
    assert.equal(readFileSync(to, 'utf8'), 'new');
  });

  test('have a size, which folders and missing files have not', async (context) => {
    const directory = temporaryDirectory(context);
    writeFileSync(join(directory, 'file'), 'four');
    assert.equal(await fileSize(join(directory, 'file')), 4);
    assert.equal(await fileSize(directory), undefined);
    assert.equal(await fileSize(join(directory, 'none')), undefined);
  });

  test('are read if they are there; other trouble is not hidden', async (context) => {
    const directory = temporaryDirectory(context);
    writeFileSync(join(directory, 'file'), 'text');
    assert.equal(await readIfThere(join(directory, 'file')), 'text');
    assert.equal(await readIfThere(join(directory, 'none')), undefined);
    await assert.rejects(readIfThere(directory), /EISDIR/);
  });

  test('are read from their end, beginning with a whole line', async (context) => {
    const path = join(temporaryDirectory(context), 'log');
    writeFileSync(path, 'first line\nsecond line\nthird line\n');
    assert.equal(await readTail(path), 'first line\nsecond line\nthird line\n');
    assert.equal(await readTail(path, 15), 'third line\n');
    assert.equal(await readTail(path, 5), '');
    assert.equal(await readTail(`${path}.none`), '');
  });

  test('that are copies keep what they hold when a writer was interrupted before', async (context) => {
    const directory = temporaryDirectory(context);
    const [from, to] = [join(directory, 'from'), join(directory, 'to')];
    writeFileSync(from, 'new');
    mkdirSync(join(directory, 'x'));
    writeFileSync(`${to}.${process.pid}.part`, 'half of an earlier try');
    await placeCopy(from, to);
    assert.equal(readFileSync(to, 'utf8'), 'new');
    assert.equal(statSync(to).size, 3);
  });
});
