import assert from 'node:assert/strict';
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test} from 'node:test';
import {Sights} from '../../../src/state/file-signature.js';
import {readCacheText, writeCacheText} from '../../../src/state/metadata-cache-file.js';
import {MetadataCache} from '../../../src/state/metadata-cache.js';
import {FactRecorder, holds, type Fact} from '../../../src/state/metadata-facts.js';
import {temporaryDirectory} from '../temporary-directory.js';

const nothing: ReadonlySet<string> = new Set();
const independent = {
  files: nothing,
  probes: nothing,
  absent: nothing,
  listings: nothing,
  onPackages: undefined,
} as const;
/** Later than anything that a test writes. */
const later = (): number => Date.now() + 10_000;

describe('the metadata cache', () => {
  test('keeps entries that are not used up to its bound, the most recently used first', async (context) => {
    const stateDirectory = temporaryDirectory(context);
    const open = (): MetadataCache =>
      new MetadataCache({stateDirectory, installed: {all: '', names: ''}, unusedKept: 2});
    for (const key of ['one', 'two', 'three', 'four']) {
      const cache = open();
      cache.keep(key, [key], independent, later());
      await cache.save();
    }
    const cache = open();
    assert.equal(cache.find('one'), undefined);
    for (const key of ['two', 'three', 'four']) assert.deepEqual(cache.find(key), [key]);
  });

  test('ties an answer to all that is installed, to the names alone, or to neither', async (context) => {
    const stateDirectory = temporaryDirectory(context);
    const open = (all: string, names: string): MetadataCache =>
      new MetadataCache({stateDirectory, installed: {all, names}});
    const cache = open('a1', 'a');
    for (const onPackages of ['all', 'names', undefined] as const) {
      cache.keep(onPackages ?? 'neither', ['x'], {...independent, onPackages}, later());
    }
    await cache.save();
    const known = (now: MetadataCache): string[] =>
      ['all', 'names', 'neither'].filter((key) => now.find(key) !== undefined);
    assert.deepEqual(known(open('a1', 'a')), ['all', 'names', 'neither']);
    assert.deepEqual(known(open('a2', 'a')), ['names', 'neither']);
    assert.deepEqual(known(open('a2', 'b')), ['neither']);
  });

  test('does not keep what changed while the question was answered', async (context) => {
    const stateDirectory = temporaryDirectory(context);
    const file = join(stateDirectory, 'Makefile');
    writeFileSync(file, '1');
    const installed = {all: '', names: ''};
    const cache = new MetadataCache({stateDirectory, installed});
    cache.keep('port', ['x'], {...independent, files: new Set([file])}, later());
    writeFileSync(file, '22');
    await cache.save();
    assert.equal(new MetadataCache({stateDirectory, installed}).find('port'), undefined);
  });

  test('reads what it wrote, and nothing else', () => {
    const facts: Fact[] = [
      ['same', '/a/b', 's'],
      ['absent', '/a/c', '/a', 'd'],
    ];
    const entries = new Map([['k', {usedIn: 3, answers: ['', 'x\ny'], facts, installed: 'i'}]]);
    const text = writeCacheText({runs: 3, entries});
    const entry = readCacheText(text)?.entries.get('k');
    assert.deepEqual([entry?.answers, entry?.facts, entry?.installed], [['', 'x\ny'], facts, 'i']);
    for (let cut = 0; cut < text.length; cut += 7) assert.equal(readCacheText(text.slice(0, cut)), undefined);
  });
});

describe('a fact', () => {
  test('about an absent path is told from the nearest folder above, and fails when the path appears', (context) => {
    const root = temporaryDirectory(context);
    const fact = new FactRecorder(new Sights(), later()).existence(join(root, 'x/y/z'));
    assert.deepEqual(fact?.slice(0, 3), ['absent', join(root, 'x/y/z'), root]);
    assert.ok(holds(fact, new Sights()));
    mkdirSync(join(root, 'other'));
    assert.ok(holds(fact, new Sights()), 'something else has appeared');
    mkdirSync(join(root, 'x/y/z'), {recursive: true});
    assert.ok(!holds(fact, new Sights()));
  });

  test('about what is behind a link is looked at each time', (context) => {
    const root = temporaryDirectory(context);
    symlinkSync(join(root, 'nowhere'), join(root, 'link'));
    const recorder = new FactRecorder(new Sights(), later());
    assert.equal(recorder.existence(join(root, 'link')), undefined, 'who knows since when');
    const sure = recorder.existence(join(root, 'link'), true);
    assert.deepEqual(sure, ['absent', join(root, 'link'), '', '']);
    writeFileSync(join(root, 'nowhere'), '');
    assert.ok(!holds(sure, new Sights()));
  });

  test('about a folder’s names outlives files that come and go, and work directories', (context) => {
    const root = temporaryDirectory(context);
    const fact = new FactRecorder(new Sights(), later()).names(root);
    assert.ok(fact !== undefined);
    mkdirSync(join(root, 'work-py39'));
    assert.ok(holds(fact, new Sights()));
    writeFileSync(join(root, 'Makefile.local'), '');
    assert.ok(!holds(fact, new Sights()));
  });
});
