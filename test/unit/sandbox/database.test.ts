import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {ok} from '../../../src/model/result.js';
import {isHeld, releaseLock, takeLock} from '../../../src/sandbox/pkg/database-lock.js';
import {databaseExists, databaseFile, readPackages, withWriter} from '../../../src/sandbox/pkg/database.js';
import {temporaryDirectory} from '../temporary-directory.js';
import {installedPackage} from './sample-package.js';

function save(directory: string, ...names: readonly string[]): void {
  const saved = withWriter(directory, 'exclusive', (writer) => {
    writer.save(names.map((name) => installedPackage({name})));
    return ok(undefined);
  });
  assert.ok(saved.ok);
}

test('packages come back in the order of their names, one on each line of the file', (context) => {
  const directory = join(temporaryDirectory(context), 'db');
  assert.equal(databaseExists(directory), false);
  save(directory, 'zeta', 'constructor', 'alpha');
  const read = readPackages(directory);
  assert.ok(read.ok);
  assert.deepEqual(
    read.value.map(({name}) => name),
    ['alpha', 'constructor', 'zeta'],
  );
  assert.equal(readFileSync(databaseFile(directory), 'utf8').split('\n').length, 6);
  assert.equal(existsSync(join(directory, 'lock')), false);
});

test('a damaged database is told in one line', (context) => {
  const directory = temporaryDirectory(context);
  save(directory, 'alpha');
  const whole = readFileSync(databaseFile(directory), 'utf8');
  for (const text of [
    whole.slice(0, -20),
    '',
    'null',
    '[]',
    '{"packages": 3}',
    '{"packages": [{"name": 1}]}',
  ]) {
    writeFileSync(databaseFile(directory), text);
    assert.deepEqual(readPackages(directory), {
      ok: false,
      failures: [{lines: [`the package database ${databaseFile(directory)} is damaged`], status: 1}],
    });
  }
});

test('the lock of a process that is gone is taken over', (context) => {
  const directory = temporaryDirectory(context);
  const gone = spawnSync(process.execPath, ['-e', '']).pid;
  writeFileSync(join(directory, 'lock'), `${gone}\n`);
  assert.equal(isHeld(directory), false);
  assert.equal(takeLock(directory), true);
  assert.equal(readFileSync(join(directory, 'lock'), 'utf8'), `${process.pid}\n`);
  assert.equal(isHeld(directory), true);
  releaseLock(directory);
});

test('a second writer gives up in the end, with the words of pkg(8)', (context) => {
  const directory = temporaryDirectory(context);
  save(directory, 'alpha');
  assert.equal(takeLock(directory), true);
  const started = Date.now();
  const refused = withWriter(directory, 'exclusive', () => ok(undefined));
  releaseLock(directory);
  assert.deepEqual(refused, {
    ok: false,
    failures: [
      {lines: ['Cannot get an exclusive lock on a database, it is locked by another process'], status: 1},
    ],
  });
  assert.ok(Date.now() - started >= 5000);
});
