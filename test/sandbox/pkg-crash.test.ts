import assert from 'node:assert/strict';
import {cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {test, type TestContext} from 'node:test';
import {temporaryDirectory} from '../unit/temporary-directory.js';
import {PkgBench, sandboxPkg} from './pkg-bench.js';

/**
 * Loaded into a pkg before it starts: kills it with SIGKILL in front of the Nth call that changes the disk, wherever that
 * is. ES modules see the replaced functions because of syncBuiltinESMExports.
 */
const killer = `
import fs from 'node:fs';
import {syncBuiltinESMExports} from 'node:module';
let left = Number(process.env.KILL_BEFORE);
const changing = ['chmodSync', 'lutimesSync', 'mkdirSync', 'renameSync', 'rmSync', 'rmdirSync', 'symlinkSync',
  'unlinkSync', 'utimesSync', 'writeFileSync'];
for (const name of changing) {
  const original = fs[name];
  fs[name] = (...args) => {
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
    return original(...args);
  };
}
syncBuiltinESMExports();
`;

/** All names below the prefix and beside the database that only a change in progress has. */
function leftovers(bench: PkgBench): readonly string[] {
  const database = readdirSync(bench.database).filter((name) => name !== 'packages.json');
  return [...bench.files().filter((name) => name.endsWith('.pkgstaged')), ...database];
}

interface Whole {
  readonly packages: string;
  /** Each file below the prefix with what is in it. */
  readonly files: readonly string[];
}

/** Runs `args` again and again, killed one step later each time, and checks that the next call finds `before` or `after`. */
function killEverywhere(context: TestContext, args: readonly string[]): void {
  const directory = temporaryDirectory(context);
  const bench = new PkgBench(sandboxPkg, directory);
  writeFileSync(join(directory, 'killer.mjs'), killer);
  bench.makePackage({
    name: 'alpha',
    version: '1',
    files: ['bin/alpha', 'share/alpha/a', 'share/alpha/old/b'],
  });
  bench.makePackage({
    name: 'alpha',
    version: '2',
    files: ['bin/alpha', 'share/alpha/a', 'share/alpha/new/c'],
  });
  assert.equal(bench.run(['install', '-q', '-y', '-U', join(bench.packages, 'alpha-1.pkg')]).status, 0);
  const whole = (): Whole => ({
    packages: bench.run(['query', '-a', '%n-%v']).stdout,
    files: bench.files().map((file) => `${file}: ${readFileSync(join(bench.prefix, file), 'utf8')}`),
  });
  const saved = join(directory, 'saved');
  cpSync(bench.prefix, join(saved, 'prefix'), {recursive: true});
  cpSync(bench.database, join(saved, 'db'), {recursive: true});
  const restore = (): void => {
    for (const [path, name] of [
      [bench.prefix, 'prefix'],
      [bench.database, 'db'],
    ] as const) {
      rmSync(path, {recursive: true, force: true});
      cpSync(join(saved, name), path, {recursive: true});
    }
  };
  const before = whole();
  const packageFile = args.map((arg) => arg.replace('@F', bench.packages));
  assert.equal(bench.run(packageFile).status, 0);
  const after = whole();
  assert.notDeepEqual(before, after);

  const ends = new Set<string>();
  for (let killBefore = 1; ; killBefore += 1) {
    restore();
    const run = bench.run(packageFile, {
      KILL_BEFORE: String(killBefore),
      NODE_OPTIONS: `--import=${pathToFileURL(join(directory, 'killer.mjs')).href}`,
    });
    if (run.status === 0) break;
    assert.equal(run.status, null, run.stderr);
    const found = whole();
    const isBefore = found.packages === before.packages;
    assert.deepEqual(found, isBefore ? before : after, `killed in front of change ${killBefore}`);
    // A dead writer's lock and a half-written note may stay; the next writer takes over both.
    assert.deepEqual(
      leftovers(bench).filter((name) => !['lock', 'intention.json.next'].includes(name)),
      [],
    );
    if (isBefore) {
      assert.equal(bench.run(packageFile).status, 0, 'the next call works');
      assert.deepEqual(whole(), after);
      assert.deepEqual(leftovers(bench), []);
    }
    ends.add(isBefore ? 'before' : 'after');
  }
  assert.deepEqual([...ends].sort(), ['after', 'before']);
}

test('a pkg install that is killed anywhere leaves the old version or the new one, whole', (context) => {
  killEverywhere(context, ['install', '-q', '-y', '-U', '@F/alpha-2.pkg']);
});

test('a pkg delete that is killed anywhere leaves the package whole or nothing of it', (context) => {
  killEverywhere(context, ['delete', '-q', '-y', 'alpha']);
});

test('a pkg create that is killed leaves no package under the name', (context) => {
  const directory = temporaryDirectory(context);
  const bench = new PkgBench(sandboxPkg, directory);
  writeFileSync(join(directory, 'killer.mjs'), killer);
  bench.makePackage({name: 'alpha', version: '1', files: ['bin/alpha']});
  assert.equal(bench.run(['install', '-q', '-y', '-U', join(bench.packages, 'alpha-1.pkg')]).status, 0);
  const backups = join(directory, 'backups');
  const made = join(backups, 'alpha-1.pkg');
  for (let killBefore = 1; ; killBefore += 1) {
    const run = bench.run(['create', '-q', '-o', backups, 'alpha'], {
      KILL_BEFORE: String(killBefore),
      NODE_OPTIONS: `--import=${pathToFileURL(join(directory, 'killer.mjs')).href}`,
    });
    if (existsSync(made)) {
      assert.equal(bench.run(['query', '-F', made, '%n']).stdout, 'alpha\n');
      break;
    }
    assert.equal(run.status, null);
  }
});
