import assert from 'node:assert/strict';
import {existsSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test, type TestContext} from 'node:test';
import {Backups} from '../../../src/execution/backups.js';
import {PackageSwap} from '../../../src/execution/package-swap.js';
import {packagesToRemove} from '../../../src/execution/swap-check.js';
import type {Happening, PhaseResult} from '../../../src/execution/phase-runner.js';
import {PkgClient} from '../../../src/execution/pkg-client.js';
import type {StepFailure} from '../../../src/model/failure.js';
import type {Step} from '../../../src/model/plan.js';
import {asked, facts, installed, origin, planAll, port, stepOf} from '../../rig/builders.js';
import {buildPlan} from '../../../src/planning/build-plan.js';
import {FakeCommandRunner} from '../../rig/fake-command-runner.js';
import {FakePkg} from '../../rig/fake-pkg.js';
import {fakeWorld} from '../fake-world.js';
import {temporaryDirectory} from '../temporary-directory.js';

/** foo-1 is installed, foo-2 is made; the test says what happens in between. */
class Bench {
  readonly runner = new FakeCommandRunner();
  readonly pkg = new FakePkg().answerFor(this.runner);
  readonly events: Happening[] = [];
  readonly terminate = new AbortController();
  readonly backups: string;
  readonly newFile: string;
  readonly #log: string;
  step: Step = stepOf(planAll(port('www/foo'), installed('foo', '1', 'www/foo')), 'www/foo');

  constructor(context: TestContext) {
    const directory = temporaryDirectory(context);
    this.backups = join(directory, 'backups');
    mkdirSync(this.backups);
    this.#log = join(directory, 'log');
    this.newFile = join(directory, 'foo-2.pkg');
    writeFileSync(this.newFile, 'the new package');
    this.pkg.installed.set('foo', {version: '1'});
    this.pkg.files.set(this.newFile, {name: 'foo', version: '2'});
  }

  run(options: {backup?: boolean; keepBackup?: boolean} = {}): Promise<PhaseResult> {
    const pkg = new PkgClient(this.runner, fakeWorld, '/none');
    const swap = new PackageSwap({
      runner: this.runner,
      pkg,
      backups: new Backups(this.backups, `${this.backups}-kept`, pkg),
      backup: true,
      keepBackup: false,
      excerpt: (log) => log.split('\n').slice(-2, -1),
      ...options,
    });
    return swap.run(
      {
        step: this.step,
        phase: 'install',
        log: this.#log,
        jobs: 1,
        stop: {terminate: this.terminate.signal},
        emit: (happening) => {
          this.events.push(happening);
          this.whenEvent(happening.kind);
        },
      },
      this.newFile,
    );
  }

  /** Called at each event. */
  whenEvent: (kind: string) => void = () => undefined;

  async fail(options: {backup?: boolean} = {}): Promise<StepFailure> {
    const result = await this.run(options);
    assert.equal(result.kind, 'failed');
    return result.failure;
  }

  get backupFile(): string {
    return join(this.backups, 'foo-1.pkg');
  }

  /** The commands that change something. */
  get changes(): string[] {
    return this.runner.calls
      .filter((call) => !/ query | info | check | -n -U /.test(call))
      .map((call) => call.replace('-o REPOS_DIR=/none ', '').replace(/\/new-\w+ /, ' '));
  }
}

describe('a swap', () => {
  test('saves the old package, installs the new one, and takes the backup away again', async (context) => {
    const bench = new Bench(context);
    assert.deepEqual(await bench.run(), {kind: 'succeeded'});
    assert.equal(bench.pkg.installed.get('foo')?.version, '2');
    assert.deepEqual(bench.changes, [
      `pkg create -q -o ${bench.backups} foo`,
      `pkg install -y -U ${bench.newFile}`,
    ]);
    assert.deepEqual(bench.events, [
      {kind: 'swap-started', origin: 'www/foo', packageFile: bench.newFile, backup: bench.backupFile},
      {kind: 'swap-finished', origin: 'www/foo'},
    ]);
    assert.equal(existsSync(bench.backupFile), false);
  });

  test('keeps the backup when that is wanted', async (context) => {
    const bench = new Bench(context);
    await bench.run({keepBackup: true});
    assert.equal(existsSync(bench.backupFile), false);
    assert.equal(existsSync(join(`${bench.backups}-kept`, 'foo-1.pkg')), true);
  });

  test('makes no backup when none is wanted', async (context) => {
    const bench = new Bench(context);
    await bench.run({backup: false});
    assert.deepEqual(bench.changes, [`pkg install -y -U ${bench.newFile}`]);
    assert.deepEqual(bench.events[0], {kind: 'swap-started', origin: 'www/foo', packageFile: bench.newFile});
  });

  test('hands the vital flag on', async (context) => {
    const bench = new Bench(context);
    bench.pkg.installed.set('foo', {version: '1', vital: true});
    assert.equal((await bench.run()).kind, 'succeeded');
    assert.equal(bench.pkg.installed.get('foo')?.vital, true);
    assert.ok(bench.changes.includes('pkg set -y -v 1 foo'));
  });

  test('says what it could not hand on to the new package', async (context) => {
    const bench = new Bench(context);
    bench.pkg.installed.set('foo', {version: '1', annotations: {note: 'mine'}});
    bench.pkg.breaks('annotate', 'refused');
    assert.equal((await bench.run()).kind, 'succeeded');
    const warnings = bench.events.flatMap((event) => (event.kind === 'warning' ? [event.text] : []));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /remains to be done: pkg annotate .* foo note mine$/);
  });

  test('uses the backup that was made beside the build', async (context) => {
    const bench = new Bench(context);
    const backups = new Backups(bench.backups, '/none', new PkgClient(bench.runner, fakeWorld, '/none'));
    await backups.make({name: 'foo', version: '1'}, (spec) => bench.runner.logged(spec, {log: '/dev/null'}));
    await bench.run();
    assert.equal(bench.changes.filter((call) => call.includes(' create ')).length, 1);
  });

  test('hands on what the new package has to say', async (context) => {
    const bench = new Bench(context);
    bench.pkg.files.set(bench.newFile, {name: 'foo', version: '2', message: 'Set FOO.'});
    assert.deepEqual(await bench.run(), {kind: 'succeeded', message: 'Set FOO.'});
  });

  test('carries people’s annotations over, and none that describe the old build or that the new one has', async (context) => {
    const bench = new Bench(context);
    bench.pkg.installed.set('foo', {
      version: '1',
      annotations: {note: 'two words', team: 'old', flavor: 'x', built_by: 'poudriere', repository: 'r'},
    });
    bench.pkg.files.set(bench.newFile, {name: 'foo', version: '2', annotations: {team: 'new', flavor: 'y'}});
    await bench.run();
    assert.deepEqual(bench.pkg.installed.get('foo')?.annotations, {
      team: 'new',
      flavor: 'y',
      note: 'two words',
    });
  });

  test('leaves the automatic flag as it is in the database now, whatever it was when the plan was made', async (context) => {
    for (const automatic of [true, false]) {
      const bench = new Bench(context);
      bench.step = {...bench.step, automatic: !automatic};
      bench.pkg.installed.set('foo', {version: '1', automatic});
      await bench.run();
      assert.equal(bench.pkg.installed.get('foo')?.automatic, automatic);
    }
  });

  test('sets the automatic flag again where the installation lost it', async (context) => {
    const bench = new Bench(context);
    bench.pkg.installed.set('foo', {version: '1', automatic: true});
    bench.whenEvent = (kind) => {
      if (kind !== 'swap-started') return;
      // What an installation without an older version of the same name does.
      bench.pkg.installed.delete('foo');
    };
    const result = await bench.run();
    assert.equal(result.kind, 'succeeded');
    assert.equal(bench.pkg.installed.get('foo')?.automatic, true);
  });

  test('of the same version is forced', async (context) => {
    const bench = new Bench(context);
    bench.pkg.installed.set('foo', {version: '2'});
    assert.equal((await bench.run()).kind, 'succeeded');
    assert.ok(bench.changes.includes(`pkg install -y -U -f ${bench.newFile}`));
  });

  test('to another name renames the old package first, so that it is one transaction', async (context) => {
    const bench = new Bench(context);
    bench.pkg.installed.delete('foo');
    bench.pkg.installed.set('oldfoo', {version: '1', automatic: true});
    bench.step = {
      ...bench.step,
      replaces: {name: 'oldfoo', version: '1', origin: origin('www/oldfoo'), automatic: true},
    };
    assert.equal((await bench.run()).kind, 'succeeded');
    assert.deepEqual(bench.changes, [
      `pkg create -q -o ${bench.backups} oldfoo`,
      'pkg set -y -n oldfoo:foo',
      `pkg install -y -U -A ${bench.newFile}`,
      'pkg set -y -o cat/oldfoo:cat/foo',
    ]);
    assert.deepEqual([...bench.pkg.installed], [['foo', {version: '2', automatic: true}]]);
  });

  test('to a name that another package has already is refused before anything is touched', async (context) => {
    const bench = new Bench(context);
    bench.pkg.installed.set('foo', {version: '9', origin: 'local/foo'});
    bench.pkg.installed.set('oldfoo', {version: '1'});
    bench.step = {
      ...bench.step,
      replaces: {name: 'oldfoo', version: '1', origin: origin('www/oldfoo'), automatic: false},
    };
    const failure = await bench.fail();
    assert.equal(failure.kind, 'install-failed-restored');
    assert.deepEqual(bench.changes, []);
    assert.deepEqual(bench.pkg.installed.get('foo'), {version: '9', origin: 'local/foo'});
  });

  test('to another name leaves the old origin to those that still have it, as another flavor may', async (context) => {
    const bench = new Bench(context);
    bench.pkg.installed.delete('foo');
    bench.pkg.installed.set('oldfoo', {version: '1'});
    bench.pkg.installed.set('oldfoo-qt', {version: '1', origin: 'cat/oldfoo'});
    bench.step = {
      ...bench.step,
      replaces: {name: 'oldfoo', version: '1', origin: origin('www/oldfoo'), automatic: false},
    };
    assert.equal((await bench.run()).kind, 'succeeded');
    assert.ok(!bench.changes.some((call) => call.includes(' -o cat/')));
  });

  test('that registers another version than was made fails, and is undone', async (context) => {
    const bench = new Bench(context);
    bench.pkg.files.set(bench.newFile, {name: 'foo', version: '3'});
    assert.equal((await bench.fail()).kind, 'install-failed-restored');
    assert.equal(bench.pkg.installed.get('foo')?.version, '1');
  });

  test('once begun is not ended by a signal', async (context) => {
    const bench = new Bench(context);
    bench.whenEvent = () => {
      bench.terminate.abort('SIGINT');
    };
    assert.equal((await bench.run()).kind, 'succeeded');
    assert.equal(bench.pkg.installed.get('foo')?.version, '2');
  });

  test('not yet begun does not begin after a signal', async (context) => {
    const bench = new Bench(context);
    bench.terminate.abort('SIGINT');
    assert.deepEqual(await bench.run(), {kind: 'stopped'});
    assert.deepEqual(bench.events, []);
    assert.equal(bench.pkg.installed.get('foo')?.version, '1');
  });
});

describe('a new package', () => {
  const fresh = (context: TestContext, automatic: boolean): Bench => {
    const bench = new Bench(context);
    bench.pkg.installed.clear();
    const plan = buildPlan(
      facts([port('www/foo'), port('www/user').needs.run('www/foo', {metBy: null})]),
      automatic ? asked('www/user') : asked('www/foo'),
    );
    bench.step = stepOf(plan, 'www/foo');
    return bench;
  };

  test('is installed without a backup, and automatic where nobody asked for it', async (context) => {
    for (const automatic of [true, false]) {
      const bench = fresh(context, automatic);
      assert.equal((await bench.run()).kind, 'succeeded');
      assert.equal(bench.pkg.installed.get('foo')?.automatic, automatic);
      assert.ok(!bench.changes.some((call) => call.includes(' create ')));
    }
  });

  test('that cannot be installed leaves nothing behind', async (context) => {
    const bench = fresh(context, false);
    bench.pkg.breaks(bench.newFile, 'refused');
    const failure = await bench.fail();
    assert.equal(failure.kind, 'install-failed-restored');
    assert.equal(failure.installed, undefined);
    assert.equal(failure.packageFile, bench.newFile);
    assert.equal(bench.pkg.installed.size, 0);
  });

  test('that is registered though its installation failed is removed again', async (context) => {
    const bench = fresh(context, false);
    bench.pkg.breaks(bench.newFile, 'failed-after');
    assert.equal((await bench.fail()).kind, 'install-failed-restored');
    assert.equal(bench.pkg.installed.size, 0);
  });

  test('that cannot even be removed again is told with the command to use', async (context) => {
    const bench = fresh(context, false);
    bench.pkg.breaks(bench.newFile, 'failed-after').breaks('delete', 'refused');
    const failure = await bench.fail();
    assert.equal(failure.kind, 'install-failed-not-restored');
    assert.equal(failure.command, 'pkg delete -q -y -f foo');
    assert.equal(failure.backup, undefined);
  });
});

describe('a swap is refused, and nothing touched', () => {
  const assertRefused = (bench: Bench, failure: StepFailure, why: RegExp): void => {
    assert.equal(failure.kind, 'install-failed-restored');
    assert.equal(failure.installed, 'foo-1');
    assert.match(failure.excerpt.join('\n'), why);
    assert.deepEqual(bench.changes, []);
    assert.deepEqual(bench.events, []);
  };

  test('when the old package was locked while the run went on', async (context) => {
    const bench = new Bench(context);
    bench.pkg.installed.set('foo', {version: '1', locked: true});
    assertRefused(bench, await bench.fail(), /foo-1 was locked while the run went on \(pkg unlock foo /);
  });

  test('when the package file is missing or empty', async (context) => {
    for (const harm of [
      (path: string) => {
        rmSync(path);
      },
      (path: string) => {
        writeFileSync(path, '');
      },
    ]) {
      const bench = new Bench(context);
      harm(bench.newFile);
      assertRefused(bench, await bench.fail(), /foo-2\.pkg is missing or empty/);
    }
  });

  test('when pkg would remove other packages for it', async (context) => {
    const bench = new Bench(context);
    bench.pkg.forecast =
      'Installed packages to be REMOVED:\n\tbar: 1.0\n\nNumber of packages to be removed: 1\n';
    assertRefused(bench, await bench.fail(), /pkg would remove bar to install it/);
  });

  test('when the old package cannot be saved', async (context) => {
    const bench = new Bench(context);
    bench.pkg.breaks('create', 'refused');
    const failure = await bench.fail();
    assert.equal(failure.kind, 'backup-failed');
    assert.equal(bench.pkg.installed.get('foo')?.version, '1');
    assert.deepEqual(bench.events, []);
  });

  test('when saving the old package ended with 0 and made no file', async (context) => {
    const bench = new Bench(context);
    bench.pkg.breaks('create', 'ignored');
    assert.equal((await bench.fail()).kind, 'backup-failed');
  });
});

describe('a swap that fails', () => {
  for (const [how, mishap] of [
    ['that left files of the old package damaged', 'damaged'],
    ['that lost the old package', 'lost'],
    ['that registered the new package and failed all the same', 'failed-after'],
  ] as const) {
    test(`${how} is undone from the backup, flags and annotations included`, async (context) => {
      const bench = new Bench(context);
      bench.pkg.installed.set('foo', {version: '1', automatic: true, annotations: {note: 'mine'}});
      bench.pkg.breaks(bench.newFile, mishap);
      const failure = await bench.fail();
      assert.equal(failure.kind, 'install-failed-restored');
      assert.equal(failure.installed, 'foo-1');
      assert.equal(failure.packageFile, bench.newFile);
      const now = bench.pkg.installed.get('foo');
      assert.equal(now?.version, '1');
      assert.equal(now.automatic, true);
      assert.deepEqual(now.annotations, {note: 'mine'});
      assert.notEqual(now.whole, false);
      assert.ok(bench.changes.includes(`pkg install -y -U -f -A ${bench.backupFile}`));
      assert.deepEqual(
        bench.events.map(({kind}) => kind),
        ['swap-started'],
      );
    });
  }

  for (const mishap of ['refused', 'ignored'] as const) {
    test(`without touching the old package (${mishap}) needs no backup to be undone`, async (context) => {
      const bench = new Bench(context);
      bench.pkg.breaks(bench.newFile, mishap);
      const failure = await bench.fail();
      assert.equal(failure.kind, 'install-failed-restored');
      assert.equal(failure.installed, 'foo-1');
      assert.ok(!bench.changes.includes(`pkg install -y -U -f ${bench.backupFile}`));
    });
  }

  test('and cannot be undone is told with the backup and the command to use, and the backup stays', async (context) => {
    const bench = new Bench(context);
    bench.pkg.breaks(bench.newFile, 'lost').breaks('backups/foo-1.pkg', 'refused');
    const failure = await bench.fail();
    assert.equal(failure.kind, 'install-failed-not-restored');
    assert.equal(failure.backup, bench.backupFile);
    assert.equal(failure.command, `pkg -o REPOS_DIR=/none install -y -U -f ${bench.backupFile}`);
    assert.equal(existsSync(bench.backupFile), true);
  });

  test('and was undone only in part counts as not restored', async (context) => {
    const bench = new Bench(context);
    bench.pkg.breaks(bench.newFile, 'damaged').breaks('backups/foo-1.pkg', 'ignored');
    assert.equal((await bench.fail()).kind, 'install-failed-not-restored');
  });

  test('without a backup is told with the command to use', async (context) => {
    const bench = new Bench(context);
    bench.pkg.breaks(bench.newFile, 'lost');
    const failure = await bench.fail({backup: false});
    assert.equal(failure.kind, 'install-failed-not-restored');
    assert.equal(failure.backup, undefined);
    assert.equal(failure.command, 'pkg install foo');
  });

  describe('to another name', () => {
    const renaming = (context: TestContext): Bench => {
      const bench = new Bench(context);
      bench.pkg.installed.clear();
      bench.pkg.installed.set('oldfoo', {version: '1', annotations: {note: 'mine'}});
      bench.step = {
        ...bench.step,
        replaces: {name: 'oldfoo', version: '1', origin: origin('www/oldfoo'), automatic: false},
      };
      return bench;
    };

    test('gives the old package its name back', async (context) => {
      const bench = renaming(context);
      bench.pkg.breaks(bench.newFile, 'refused');
      const failure = await bench.fail();
      assert.equal(failure.kind, 'install-failed-restored');
      assert.equal(failure.installed, 'oldfoo-1');
      assert.deepEqual([...bench.pkg.installed.keys()], ['oldfoo']);
    });

    test('leaves everything as it was when the renaming itself fails', async (context) => {
      const bench = renaming(context);
      bench.pkg.breaks('set -y -n', 'refused');
      const failure = await bench.fail();
      assert.equal(failure.kind, 'install-failed-restored');
      assert.deepEqual([...bench.pkg.installed.keys()], ['oldfoo']);
    });

    test('puts the old package back from the backup when it got lost', async (context) => {
      const bench = renaming(context);
      bench.pkg.breaks(bench.newFile, 'lost');
      const failure = await bench.fail();
      assert.equal(failure.kind, 'install-failed-restored');
      assert.deepEqual([...bench.pkg.installed.keys()], ['oldfoo']);
      // The dependents' records, which the rename before the swap had reached, are put back as well.
      assert.ok(bench.changes.includes('pkg set -y -n foo:oldfoo'));
      assert.deepEqual(bench.pkg.installed.get('oldfoo')?.annotations, {note: 'mine'});
    });

    test('does not leave the new package beside the old one that was put back', async (context) => {
      const bench = renaming(context);
      bench.pkg.breaks(bench.newFile, 'failed-after');
      await bench.fail();
      assert.deepEqual([...bench.pkg.installed.keys()], ['oldfoo']);
    });
  });
});

describe('what pkg says it would remove', () => {
  const forecast = [
    'Updating database digests format: . done',
    'The following 3 package(s) will be affected (of 0 checked):',
    '',
    'Installed packages to be REMOVED:',
    '\told-foo: 1.0',
    '\tbar: 2.1_3,1',
    '',
    'Installed packages to be UPGRADED:',
    '\tfoo: 1 -> 2',
    '',
    'Number of packages to be removed: 2',
    '',
  ].join('\n');

  test('is read without what is to be replaced anyway', () => {
    assert.deepEqual(packagesToRemove(forecast, 'old-foo'), ['bar']);
    assert.deepEqual(packagesToRemove(forecast, 'foo'), ['old-foo', 'bar']);
  });

  test('is nothing where it says nothing of removing', () => {
    assert.deepEqual(packagesToRemove('', 'foo'), []);
    assert.deepEqual(packagesToRemove('Installed packages to be UPGRADED:\n\tfoo: 1 -> 2\n', 'foo'), []);
  });
});
