import assert from 'node:assert/strict';
import {appendFileSync, existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test, type TestContext} from 'node:test';
import {Backups} from '../../../src/execution/backups.js';
import {PackageSwap} from '../../../src/execution/package-swap.js';
import type {Happening, PhaseResult} from '../../../src/execution/phase-runner.js';
import {PkgClient} from '../../../src/execution/pkg-client.js';
import {PortPhases, unregisteredDependencies} from '../../../src/execution/port-phases.js';
import type {Phase, Step} from '../../../src/model/plan.js';
import type {SecondTry} from '../../../src/model/second-try.js';
import {FinishedPackages} from '../../../src/state/finished-packages.js';
import {
  plainNumbers,
  type JobTokens,
  type TokenLease,
  type TokenWish,
} from '../../../src/system/token-pool-types.js';
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
  tokens: JobTokens = plainNumbers;
  secondTry = true;
  jobs = 2;

  private constructor(context: TestContext) {
    this.directory = temporaryDirectory(context);
    this.finished = new FinishedPackages(this.directory);
    this.packageFile = join(this.finished.directory, 'All', 'foo-2.pkg');
    this.pkg.installed.set('foo', {version: '1'});
    this.runner.on('make');
    this.runner.on('du', {status: 1});
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

  run(phase: Phase, again?: SecondTry): Promise<PhaseResult> {
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
      tokens: this.tokens,
      secondTry: this.secondTry,
      excerpt,
    });
    return phases.run({
      step: this.step,
      phase,
      log: this.log,
      jobs: this.jobs,
      ...(again === undefined ? {} : {again}),
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

/** Remembers what was asked of it and given back, and lets builds share or not. */
class FakeTokens implements JobTokens {
  readonly happened: string[] = [];
  constructor(readonly canShare: boolean) {}

  acquire({jobs, shares}: TokenWish): Promise<TokenLease> {
    this.happened.push(`${jobs}${shares ? ' shared' : ''}`);
    const isShared = shares && this.canShare;
    return Promise.resolve({
      shares: isShared,
      makeFlags: isShared ? '-j --jobserver-auth=12,13' : '',
      descriptors: isShared ? {12: 40, 13: 41} : {},
      release: ({killed} = {killed: false}) => {
        this.happened.push(killed ? 'killed' : 'released');
      },
    });
  }
}

describe('the jobs of a build', () => {
  const withTokens = async (
    context: TestContext,
    canShare: boolean,
    own: Partial<Step>,
  ): Promise<{bench: Bench; happened: readonly string[]}> => {
    const bench = await Bench.make(context);
    const tokens = new FakeTokens(canShare);
    bench.tokens = tokens;
    bench.step = {...bench.step, ...own};
    return {bench, happened: tokens.happened};
  };

  test('come from the pool where GNU make drives it, for as long as it runs', async (context) => {
    const {bench, happened} = await withTokens(context, true, {parallel: 'gnu-make'});
    assert.equal((await bench.run('build')).kind, 'succeeded');
    assert.deepEqual(happened, ['2 shared', 'released']);
    assert.deepEqual(bench.runner.descriptors, [{12: 40, 13: 41}]);
    assert.equal(bench.runner.specs[0]?.env?.['GNUMAKEFLAGS'], '-j --jobserver-auth=12,13');
  });

  test('are a number where there is no pool', async (context) => {
    const {bench} = await withTokens(context, false, {parallel: 'gnu-make'});
    assert.equal((await bench.run('build')).kind, 'succeeded');
    assert.equal(bench.runner.specs[0]?.env?.['GNUMAKEFLAGS'], undefined);
    assert.ok(bench.runner.specs[0]?.args.includes('_MAKE_JOBS_NUMBER=2'));
  });

  for (const [what, own, again, wish] of [
    ['something else drives it', {parallel: 'other'}, undefined, '2'],
    ['the user has set a number', {parallel: 'gnu-make', settings: {jobs: 7}}, undefined, '7'],
    ['the port forbids it', {parallel: 'none', settings: {jobs: 7}}, undefined, '1'],
    ['it is tried again with one job', {parallel: 'gnu-make'}, 'one-job', '1'],
    ['it is tried again alone', {parallel: 'gnu-make', settings: {jobs: 7}}, 'alone', '3'],
  ] as const satisfies readonly (readonly [string, Partial<Step>, SecondTry | undefined, string])[]) {
    test(`are a number where ${what}`, async (context) => {
      const {bench, happened} = await withTokens(context, true, own);
      assert.equal((await bench.run('build', again)).kind, 'succeeded');
      assert.deepEqual(happened, [wish, 'released']);
      assert.deepEqual(bench.runner.descriptors, [{}]);
    });
  }

  test('are one in a package phase, and a fetch needs none', async (context) => {
    const {bench, happened} = await withTokens(context, true, {parallel: 'gnu-make', settings: {jobs: 7}});
    await bench.run('fetch');
    assert.deepEqual(happened, []);
    await bench.run('package');
    assert.deepEqual(happened, ['1', 'released']);
  });

  test('are given back as possibly lost when the build was killed, stopped, or threw', async (context) => {
    for (const answer of [
      {outcome: {kind: 'signalled', signal: 'SIGKILL'}},
      {outcome: {kind: 'stopped'}},
      () => {
        throw new Error('a bug');
      },
    ] as const) {
      const {bench, happened} = await withTokens(context, true, {parallel: 'gnu-make'});
      bench.runner.on('make build', answer);
      await bench.run('build').catch(() => undefined);
      assert.deepEqual(happened, ['2 shared', 'killed']);
    }
  });
});

describe('what a phase took', () => {
  test('is added up over its commands, with the size of the work directory', async (context) => {
    const bench = await Bench.make(context);
    const plan = planAll(
      port('www/foo').needs.build('lang/ruby', {target: 'patch', metBy: null}),
      installed('foo', '1', 'www/foo'),
    );
    bench.step = stepOf(plan, 'www/foo');
    bench.runner.on('make patch', {usage: {cpuMs: 100, peakBytes: 900}});
    bench.runner.on('make build', {usage: {cpuMs: 50, peakBytes: 700}});
    bench.runner.on(`du -sk ${bench.step.workDirectory}`, {stdout: `12\t${bench.step.workDirectory}\n`});
    assert.deepEqual(await bench.run('build'), {
      kind: 'succeeded',
      measured: {jobs: 2, cpuMs: 150, peakBytes: 900, workBytes: 12 * 1024},
    });
  });

  test('is told of builds that fail, too', async (context) => {
    const bench = await Bench.make(context);
    bench.runner.on('make build', {status: 1, usage: {cpuMs: 7}});
    assert.deepEqual((await bench.run('build')).measured, {jobs: 2, cpuMs: 7});
  });

  test('is told of package and install, their pkg commands included', async (context) => {
    const bench = await Bench.make(context);
    bench.runner.on('make package', () => {
      bench.putPackage({name: 'foo', version: '2'});
      return {usage: {cpuMs: 30, peakBytes: 5}};
    });
    assert.deepEqual((await bench.run('package')).measured, {jobs: 1, cpuMs: 30, peakBytes: 5});
    bench.runner.usage = {cpuMs: 11, peakBytes: 6};
    const {kind, measured} = await bench.run('install');
    assert.equal(kind, 'succeeded');
    assert.deepEqual([measured?.jobs, measured?.peakBytes], [1, 6]);
    assert.ok((measured?.cpuMs ?? 0) >= 11);
  });
});

describe('a second try', () => {
  /** The build prints this and fails. */
  const failing = async (context: TestContext, print: string, status = 1): Promise<Bench> => {
    const bench = await Bench.make(context);
    bench.runner.on('make build', () => {
      appendFileSync(bench.log, print);
      return {status};
    });
    return bench;
  };
  const building = '===>  Building for foo-2\ncc -c foo.c\n';
  const againOf = (result: PhaseResult): SecondTry | undefined =>
    result.kind === 'failed' ? result.again : undefined;

  test('with one job is asked for when a build failed in parallel make', async (context) => {
    assert.equal(againOf(await (await failing(context, building)).run('build')), 'one-job');
  });

  test('is not asked for when make ran one job, or had not begun to build', async (context) => {
    const single = await failing(context, building);
    single.jobs = 1;
    assert.equal(againOf(await single.run('build')), undefined);
    const early = await failing(context, '===>  Configuring for foo-2\nno compiler\n');
    assert.equal(againOf(await early.run('build')), undefined);
  });

  test('is not asked for twice, nor when the user does not want it', async (context) => {
    const bench = await failing(context, building);
    assert.equal(againOf(await bench.run('build', 'one-job')), undefined);
    bench.secondTry = false;
    assert.equal(againOf(await bench.run('build')), undefined);
  });

  test('alone is asked for when memory ran out, whatever came long before', async (context) => {
    const bench = await failing(
      context,
      `${building}c++: fatal error: Killed signal terminated program cc1plus\n`,
    );
    assert.equal(againOf(await bench.run('build')), 'alone');
  });

  test('has its own part of the log, and only that is looked at', async (context) => {
    const bench = await failing(context, building);
    await bench.run('build');
    appendFileSync(bench.log, 'first try says: error 1\n');
    const result = await bench.run('build', 'one-job');
    assert.ok(result.kind === 'failed' && result.failure.kind === 'phase-failed');
    assert.doesNotMatch(result.failure.excerpt.join(), /first try/);
    const lines = readFileSync(bench.log, 'utf8').split('\n');
    assert.equal(lines.filter((line) => line === '===> portpar: second try, with one job').length, 1);
    assert.equal(lines.filter((line) => line.includes('clean build')).length, 2);
  });

  test('of a fetch begins with the sites that were not asked', async (context) => {
    const bench = await Bench.make(context);
    bench.runner.on('make checksum', () => {
      appendFileSync(
        bench.log,
        '=> Attempting to fetch http://a/foo.tar.gz\n=> SHA256 Checksum mismatch for foo.tar.gz.\n',
      );
      return {status: 1};
    });
    assert.equal(againOf(await bench.run('fetch')), 'other-site');
    bench.runner.on('make -V ALLFILES', {stdout: 'foo.tar.gz \n'});
    bench.runner.on('make fetch-urlall-list', {
      stdout: 'http://a/foo.tar.gz\nhttp://b/x/foo.tar.gz\nhttp://c/foo.tar.gz\n',
    });
    bench.runner.on('make checksum');
    assert.equal((await bench.run('fetch', 'other-site')).kind, 'succeeded');
    assert.match(bench.runner.calls.at(-1) ?? '', /MASTER_SITE_OVERRIDE=http:\/\/b\/x\/ http:\/\/c\/ /);
    assert.match(readFileSync(bench.log, 'utf8'), /second try, first from http:\/\/b\/x\/ http:\/\/c\/$/m);
  });

  test('of a fetch is made as well where make does not tell the sites', async (context) => {
    const bench = await Bench.make(context);
    bench.runner.on('make fetch-urlall-list', {status: 2, stderr: 'no such target'});
    assert.equal((await bench.run('fetch', 'other-site')).kind, 'succeeded');
    assert.match(readFileSync(bench.log, 'utf8'), /make does not tell the sites: no such target/);
    assert.doesNotMatch(bench.runner.calls.at(-1) ?? '', /MASTER_SITE/);
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
    bench.runner.on('make package', () => {
      bench.putPackage({name: 'foo', version: '2'});
      bench.terminate.abort('SIGINT');
      return {};
    });
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
