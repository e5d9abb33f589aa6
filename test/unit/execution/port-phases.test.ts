import assert from 'node:assert/strict';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test, type TestContext} from 'node:test';
import {Backups} from '../../../src/execution/backups.js';
import {PackageSwap} from '../../../src/execution/package-swap.js';
import type {Happening, PhaseResult} from '../../../src/execution/phase-runner.js';
import {PkgClient} from '../../../src/execution/pkg-client.js';
import {PortPhases, unregisteredDependencies} from '../../../src/execution/port-phases.js';
import type {Phase, Step} from '../../../src/model/plan.js';
import {FinishedPackages} from '../../../src/state/finished-packages.js';
import {installed, planAll, port, stepOf} from '../../rig/builders.js';
import {FakeCommandRunner} from '../../rig/fake-command-runner.js';
import {FakePkg} from '../../rig/fake-pkg.js';
import {fakeWorld} from '../fake-world.js';
import {temporaryDirectory} from '../temporary-directory.js';

/** www/foo is to be upgraded from 1 to 2 with a make and a pkg that are fakes, and real files. */
class Bench {
  readonly runner = new FakeCommandRunner();
  readonly pkg = new FakePkg().answerFor(this.runner);
  readonly events: Happening[] = [];
  readonly terminate = new AbortController();
  readonly directory: string;
  readonly finished: FinishedPackages;
  readonly packageFile: string;
  step: Step = stepOf(planAll(port('www/foo'), installed('foo', '1', 'www/foo')), 'www/foo');
  keepPackagesIn: string | undefined;

  private constructor(context: TestContext) {
    this.directory = temporaryDirectory(context);
    this.finished = new FinishedPackages(this.directory);
    this.packageFile = join(this.finished.directory, 'All', 'foo-2.pkg');
    this.pkg.installed.set('foo', {version: '1'});
    this.runner.on('make');
    this.runner.on('make package', () => {
      this.putPackage({name: 'foo', version: '2'});
      return {};
    });
  }

  static async make(context: TestContext): Promise<Bench> {
    const bench = new Bench(context);
    await bench.finished.prepare();
    return bench;
  }

  putPackage(content: {name: string; version: string}): void {
    writeFileSync(this.packageFile, 'a package');
    this.pkg.files.set(this.packageFile, content);
  }

  run(phase: Phase): Promise<PhaseResult> {
    const pkg = new PkgClient(this.runner, fakeWorld, '/none');
    const backups = new Backups(join(this.directory, 'backups'), join(this.directory, 'kept'), pkg);
    const common = {runner: this.runner, pkg, backups, backup: true};
    const excerpt = (log: string): readonly string[] => [log];
    const phases = new PortPhases({
      ...common,
      world: fakeWorld,
      swap: new PackageSwap({...common, keepBackup: false, excerpt}),
      finished: this.finished,
      make: {cleanBefore: true, cleanAfter: true, packageDirectory: this.finished.directory},
      ...(this.keepPackagesIn === undefined ? {} : {keepPackagesIn: this.keepPackagesIn}),
      excerpt,
    });
    return phases.run({
      step: this.step,
      phase,
      log: this.log,
      jobs: 2,
      stop: {terminate: this.terminate.signal},
      emit: (happening) => {
        this.events.push(happening);
      },
    });
  }

  get log(): string {
    return join(this.directory, 'log');
  }

  get backupFile(): string {
    return join(this.directory, 'backups', 'foo-1.pkg');
  }
}

describe('a phase of make', () => {
  test('tells of its command as it starts and ends, and heads its log with it', async (context) => {
    const bench = await Bench.make(context);
    assert.deepEqual(await bench.run('fetch'), {kind: 'succeeded'});
    const [started, ended] = bench.events;
    assert.ok(started?.kind === 'command-started' && ended?.kind === 'command-ended');
    assert.equal(started.pid, 4321);
    assert.equal(started.argv.join(' '), bench.runner.calls[0]);
    assert.deepEqual(ended.outcome, {kind: 'exited', status: 0});
    assert.equal(readFileSync(bench.log, 'utf8'), `===> portpar: $ ${bench.runner.calls[0]}\n`);
  });

  test('that fails names outcome, log and what the log says', async (context) => {
    const bench = await Bench.make(context);
    bench.runner.on('make build', {status: 2});
    const result = await bench.run('build');
    assert.ok(result.kind === 'failed' && result.failure.kind === 'phase-failed');
    assert.deepEqual(result.failure.outcome, {kind: 'exited', status: 2});
    assert.equal(result.failure.phase, 'build');
    assert.equal(result.failure.log, bench.log);
    assert.match(result.failure.excerpt.join(), /clean build/);
  });

  test('that was stopped is no failure', async (context) => {
    const bench = await Bench.make(context);
    bench.runner.on('make build', {outcome: {kind: 'stopped'}});
    assert.deepEqual(await bench.run('build'), {kind: 'stopped'});
  });

  test('ends with its first command that fails', async (context) => {
    const bench = await Bench.make(context);
    const plan = planAll(
      port('www/foo').needs.build('lang/ruby', {target: 'patch', metBy: null}),
      installed('foo', '1', 'www/foo'),
    );
    bench.step = stepOf(plan, 'www/foo');
    bench.runner.on('make patch', {status: 1});
    assert.equal((await bench.run('build')).kind, 'failed');
    assert.equal(bench.runner.calls.length, 1);
  });
});

describe('the package phase', () => {
  test('notes the finished package, and saves the old one beside it', async (context) => {
    const bench = await Bench.make(context);
    assert.deepEqual(await bench.run('package'), {kind: 'succeeded'});
    assert.deepEqual(await bench.finished.list(), [
      {
        origin: 'www/foo',
        file: bench.packageFile,
        fingerprint: bench.step.fingerprint,
        builtWith: bench.step.builtWith,
      },
    ]);
    assert.equal(existsSync(bench.backupFile), true);
  });

  test('fails when make made no package', async (context) => {
    const bench = await Bench.make(context);
    bench.runner.on('make package');
    const result = await bench.run('package');
    assert.ok(result.kind === 'failed' && result.failure.kind === 'package-incomplete');
    assert.equal(result.failure.message, `${bench.packageFile} is missing or cannot be read`);
    assert.deepEqual(await bench.finished.list(), []);
  });

  test('fails when the package is of something else', async (context) => {
    const bench = await Bench.make(context);
    bench.runner.on('make package', () => {
      bench.putPackage({name: 'foo', version: '1.9'});
      return {};
    });
    const result = await bench.run('package');
    assert.ok(result.kind === 'failed' && result.failure.kind === 'package-incomplete');
    assert.equal(result.failure.message, `${bench.packageFile} holds foo-1.9`);
  });

  test('fails when the framework could not register a dependency', async (context) => {
    const bench = await Bench.make(context);
    bench.runner.on('make package', () => {
      writeFileSync(bench.log, 'actual-package-depends: dependency on bar>=2 not registered\n');
      bench.putPackage({name: 'foo', version: '2'});
      return {};
    });
    const result = await bench.run('package');
    assert.ok(result.kind === 'failed' && result.failure.kind === 'package-incomplete');
    assert.match(result.failure.message, /bar>=2/);
  });

  test('does not fail because the old package could not be saved yet', async (context) => {
    const bench = await Bench.make(context);
    bench.pkg.breaks('create', 'refused');
    assert.deepEqual(await bench.run('package'), {kind: 'succeeded'});
    assert.equal(existsSync(bench.backupFile), false);
  });

  test('is stopped where the run ended meanwhile, its package finished for another time', async (context) => {
    const bench = await Bench.make(context);
    bench.terminate.abort('SIGINT');
    assert.deepEqual(await bench.run('package'), {kind: 'stopped'});
    assert.equal((await bench.finished.list()).length, 1);
  });
});

describe('the install phase', () => {
  const packaged = async (context: TestContext): Promise<Bench> => {
    const bench = await Bench.make(context);
    assert.equal((await bench.run('package')).kind, 'succeeded');
    return bench;
  };

  test('swaps the package and forgets the finished one', async (context) => {
    const bench = await packaged(context);
    assert.deepEqual(await bench.run('install'), {kind: 'succeeded'});
    assert.equal(bench.pkg.installed.get('foo')?.version, '2');
    assert.deepEqual(await bench.finished.list(), []);
    assert.equal(existsSync(bench.packageFile), false);
    assert.equal(existsSync(bench.backupFile), false);
  });

  test('installs a package of an earlier run from where that left it', async (context) => {
    const bench = await packaged(context);
    const elsewhere = join(bench.directory, 'earlier.pkg');
    writeFileSync(elsewhere, 'a package');
    bench.pkg.files.set(elsewhere, {name: 'foo', version: '2'});
    bench.step = {...bench.step, finishedPackage: elsewhere};
    assert.equal((await bench.run('install')).kind, 'succeeded');
    assert.equal(existsSync(elsewhere), false);
  });

  test('that fails leaves the finished package for another try', async (context) => {
    const bench = await packaged(context);
    bench.pkg.breaks('install -y', 'refused');
    assert.equal((await bench.run('install')).kind, 'failed');
    assert.equal((await bench.finished.list()).length, 1);
    assert.equal(existsSync(bench.packageFile), true);
  });

  test('keeps the package in PACKAGES where that is wanted', async (context) => {
    const bench = await packaged(context);
    bench.keepPackagesIn = join(bench.directory, 'kept');
    assert.equal((await bench.run('install')).kind, 'succeeded');
    assert.equal(readFileSync(join(bench.directory, 'kept', 'All', 'foo-2.pkg'), 'utf8'), 'a package');
    assert.equal(existsSync(bench.packageFile), false);
  });

  test('succeeds with a warning when the package cannot be kept', async (context) => {
    const bench = await packaged(context);
    bench.keepPackagesIn = join(bench.log, 'below-a-file');
    assert.equal((await bench.run('install')).kind, 'succeeded');
    const warning = bench.events.find(({kind}) => kind === 'warning');
    assert.ok(warning?.kind === 'warning');
    assert.match(warning.text, /could not be kept/);
  });
});

describe('what the framework did not register', () => {
  test('is read from its log: packages by version, each once, and no files', () => {
    const log = [
      '===>  Building package for foo-2',
      'actual-package-depends: dependency on bar>=2 not registered',
      'actual-package-depends: dependency on /usr/bin/true not registered (normal if it belongs to base)',
      'actual-package-depends: dependency on /usr/bin/false not registered',
      'actual-package-depends: dependency on py39-six>0 not registered',
      'actual-package-depends: dependency on bar>=2 not registered',
      'x actual-package-depends: dependency on baz>0 not registered',
    ].join('\n');
    assert.deepEqual(unregisteredDependencies(log), ['bar>=2', 'py39-six>0']);
    assert.deepEqual(unregisteredDependencies(''), []);
  });
});
