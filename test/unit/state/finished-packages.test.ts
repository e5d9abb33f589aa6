import assert from 'node:assert/strict';
import {appendFileSync, existsSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test, type TestContext} from 'node:test';
import type {FinishedPackage} from '../../../src/model/facts.js';
import {FinishedPackages} from '../../../src/state/finished-packages.js';
import {origin} from '../../rig/builders.js';
import {temporaryDirectory} from '../temporary-directory.js';

/** One finished package, noted. */
async function bench(context: TestContext) {
  const directory = temporaryDirectory(context);
  const finished = new FinishedPackages(directory);
  await finished.prepare();
  const item: FinishedPackage = {
    origin: origin('devel/py-six@py39'),
    file: join(finished.directory, 'All', 'py39-six-1.pkg'),
    fingerprint: 'f',
    builtWith: ['a-1', 'b-2'],
  };
  writeFileSync(item.file, 'a package');
  await finished.add(item);
  const notes = join(finished.directory, 'notes');
  const [name = ''] = readdirSync(notes);
  return {directory, finished, item, notes, note: join(notes, name)};
}

describe('a finished package', () => {
  test('is known to the next run', async (context) => {
    const {directory, item} = await bench(context);
    assert.deepEqual(await new FinishedPackages(directory).list(), [item]);
  });

  test('is noted once for each flavor', async (context) => {
    const {finished, item} = await bench(context);
    await finished.add({...item, fingerprint: 'g'});
    await finished.add({...item, origin: origin('devel/py-six@py311')});
    const noted = (await finished.list()).map((other) => `${other.origin} ${other.fingerprint}`).sort();
    assert.deepEqual(noted, ['devel/py-six@py311 f', 'devel/py-six@py39 g']);
  });

  test('counts for nothing when its file is of another size, or gone', async (context) => {
    const {finished, item} = await bench(context);
    appendFileSync(item.file, ', longer');
    assert.deepEqual(await finished.list(), []);
    rmSync(item.file);
    assert.deepEqual(await finished.list(), []);
  });

  for (const [what, text] of [
    ['was torn by a crash', '{"origin":"devel/py-six@py39","fi'],
    ['is empty', ''],
    ['is something else', '[1, 2]'],
    ['is null', 'null'],
    ['names no origin', '{"origin":"../x","file":"/x","fingerprint":"f","builtWith":[],"size":1}'],
    ['has no size', '{"origin":"a/b","file":"/dev/null","fingerprint":"f","builtWith":[]}'],
  ] as const) {
    test(`counts for nothing when its note ${what}`, async (context) => {
      const {finished, note} = await bench(context);
      writeFileSync(note, text);
      assert.deepEqual(await finished.list(), []);
    });
  }

  test('is not taken from a note that was only half written under another name', async (context) => {
    const {finished, note, item} = await bench(context);
    writeFileSync(`${note}.123.part`, 'half');
    assert.deepEqual(await finished.list(), [item]);
  });

  test('is forgotten with its file', async (context) => {
    const {finished, item, notes} = await bench(context);
    await finished.remove(item.origin, item.file);
    assert.deepEqual(await finished.list(), []);
    assert.equal(existsSync(item.file), false);
    assert.deepEqual(readdirSync(notes), []);
  });

  test('cannot be where no run has been', async (context) => {
    assert.deepEqual(await new FinishedPackages(join(temporaryDirectory(context), 'none')).list(), []);
  });
});
