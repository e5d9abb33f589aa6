import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {
  makeCommands,
  packageFileOf,
  type MakePhase,
  type MakeTry,
} from '../../../src/execution/make-phases.js';
import type {CommandSpec} from '../../../src/model/command.js';
import type {Step} from '../../../src/model/plan.js';
import type {PortSettings} from '../../../src/model/port-settings.js';
import type {World} from '../../../src/model/world.js';
import {buildPlan} from '../../../src/planning/build-plan.js';
import {asked, facts, installed, origin, planAll, port, stepOf} from '../../rig/builders.js';
import {fakeWorld} from '../fake-world.js';

const options = {cleanBefore: true, cleanAfter: true, packageDirectory: '/state/packages'};
const step = stepOf(
  planAll(port('devel/py-six@py39').name('py39-six'), installed('py39-six', '1', 'devel/py-six@py39')),
  'devel/py-six@py39',
);

function argsOf(phase: MakePhase, more: Partial<typeof options> = {}, world: World = fakeWorld): string[] {
  return makeCommands(world, step, phase, {...options, ...more}, {jobs: 3}).map(({args}) => args.join(' '));
}

const start = '-C /usr/ports/devel/py-six -DNO_DEPENDS';
const settings = 'PACKAGES=/state/packages NOCLEANDEPENDS=yes FORCE_PACKAGE=yes';

describe('the call of make for a phase', () => {
  test('fetches with checksum', () => {
    assert.deepEqual(argsOf('fetch'), [`${start} ${settings} checksum`]);
  });

  test('cleans before the build, unless that is not wanted', () => {
    assert.deepEqual(argsOf('build'), [`${start} ${settings} _MAKE_JOBS_NUMBER=3 clean build`]);
    assert.deepEqual(argsOf('build', {cleanBefore: false}), [
      `${start} ${settings} _MAKE_JOBS_NUMBER=3 build`,
    ]);
  });

  test('cleans after the package is made, unless that is not wanted', () => {
    assert.deepEqual(argsOf('package'), [`${start} ${settings} package clean`]);
    assert.deepEqual(argsOf('package', {cleanAfter: false}), [`${start} ${settings} package`]);
  });

  test('has the arguments that were given for every call', () => {
    assert.deepEqual(argsOf('fetch', {}, {...fakeWorld, makeArguments: ['-DWITH_X', 'Y=z']}), [
      `${start} -DWITH_X Y=z ${settings} checksum`,
    ]);
  });

  test('makes the sources of other ports first, just before the build, and in no other phase', () => {
    const withSources: Step = {
      ...step,
      sources: [
        {origin: origin('lang/ruby'), target: 'patch'},
        {origin: origin('lang/perl@small'), target: 'fetch'},
      ],
    };
    const commands = makeCommands(fakeWorld, withSources, 'build', options, {jobs: 1});
    assert.deepEqual(
      commands.map(({args, env}) => `${args[1]} ${args.at(-1)} ${env?.['FLAVOR']}`),
      [
        '/usr/ports/lang/ruby patch undefined',
        '/usr/ports/lang/perl checksum small',
        '/usr/ports/devel/py-six build py39',
      ],
    );
    assert.equal(makeCommands(fakeWorld, withSources, 'package', options, {jobs: 1}).length, 1);
  });

  test('tells the port of flavor, number of jobs and upgrade, and asks it no questions', () => {
    const [command] = makeCommands(
      {...fakeWorld, environment: {CC: 'cc', BATCH: 'no'}},
      step,
      'build',
      options,
      {jobs: 3},
    );
    assert.deepEqual(command?.env, {
      CC: 'cc',
      BATCH: 'yes',
      FLAVOR: 'py39',
      MAKE_JOBS_NUMBER_LIMIT: '3',
      UPGRADE_TOOL: 'portpar',
      UPGRADE_PORT: 'py39-six-1',
      UPGRADE_PORT_VER: '1',
    });
  });

  test('removes what an outer environment says of flavor and upgrade, where there is none', () => {
    const fresh = stepOf(buildPlan(facts([port('www/foo')]), asked('www/foo')), 'www/foo');
    const [command] = makeCommands(fakeWorld, fresh, 'build', options, {jobs: 3});
    const {FLAVOR: flavor, UPGRADE_PORT: upgraded} = command?.env ?? {};
    assert.deepEqual([flavor, upgraded], [undefined, undefined]);
    assert.ok(Object.hasOwn(command?.env ?? {}, 'FLAVOR'));
  });
});

/** The call for the step's own port, with settings of its own and under the conditions of one try. */
function callOf(
  phase: MakePhase,
  attempt: MakeTry,
  own: PortSettings = {},
  world: World = fakeWorld,
): CommandSpec {
  const command = makeCommands(world, {...step, settings: own}, phase, options, attempt).at(-1);
  assert.ok(command !== undefined);
  return command;
}

describe('the number of jobs', () => {
  test('is given to builds alone as an argument, and limits every phase', () => {
    assert.ok(callOf('build', {jobs: 3}).args.includes('_MAKE_JOBS_NUMBER=3'));
    for (const phase of ['fetch', 'package'] as const) {
      const {args, env} = callOf(phase, {jobs: 1});
      assert.ok(!args.some((word) => word.includes('MAKE_JOBS')), phase);
      assert.equal(env?.['MAKE_JOBS_NUMBER_LIMIT'], '1', phase);
    }
  });

  test('is left to GNU make where it shares the pool', () => {
    const {args, env} = callOf('build', {jobs: 3, makeFlags: '-j --jobserver-auth=12,13'});
    assert.equal(env?.['GNUMAKEFLAGS'], '-j --jobserver-auth=12,13');
    assert.equal(env['_MAKE_JOBS'], '');
    // What only takes a number still gets one.
    assert.ok(args.includes('_MAKE_JOBS_NUMBER=3'));
  });

  test('keeps the flags for GNU make that the user has set', () => {
    const own = {environment: {GNUMAKEFLAGS: '--output-sync'}};
    const {env} = callOf('build', {jobs: 3, makeFlags: '-j --jobserver-auth=12,13'}, own);
    assert.equal(env?.['GNUMAKEFLAGS'], '--output-sync -j --jobserver-auth=12,13');
  });

  test('is one, without any pool, in a second try with one job', () => {
    const {args, env} = callOf('build', {jobs: 1, again: 'one-job'});
    assert.ok(!args.some((word) => word.includes('MAKE_JOBS')));
    assert.deepEqual([env?.['DISABLE_MAKE_JOBS'], env?.['GNUMAKEFLAGS']], ['yes', undefined]);
  });
});

describe('the settings of a port', () => {
  test('go into every phase: environment, arguments, niceness, work directory', () => {
    const own = {environment: {LIGHT: 'on'}, makeArguments: ['WITH=x'], nice: 5, tmpfs: true};
    const world = {...fakeWorld, makeArguments: ['-DALL'], tmpfsDirectory: '/memory'};
    for (const phase of ['fetch', 'build', 'package'] as const) {
      const {program, args, env} = callOf(phase, {jobs: 1}, own, world);
      assert.equal(program, 'nice');
      assert.equal(args.slice(0, 8).join(' '), `-n 5 make ${start} -DALL WITH=x`);
      assert.deepEqual([env?.['LIGHT'], env?.['WRKDIRPREFIX']], ['on', '/memory'], phase);
    }
  });
});

describe('a second fetch', () => {
  test('asks the given sites first, in their order', () => {
    const {args} = callOf('fetch', {jobs: 1, again: 'other-site', sitesFirst: ['ftp://b/', 'ftp://c/']});
    assert.ok(args.includes('MASTER_SITE_OVERRIDE=ftp://b/ ftp://c/'));
    assert.ok(args.includes('RANDOM_CMD='));
    assert.equal(args.at(-1), 'checksum');
  });

  test('leaves the sites as they are where there is no other', () => {
    const {args} = callOf('fetch', {jobs: 1, again: 'other-site', sitesFirst: []});
    assert.ok(!args.some((word) => word.startsWith('MASTER_SITE')));
  });
});

describe('the package file of a step', () => {
  test('lies where the framework puts it', () => {
    assert.equal(packageFileOf(step, '/state/packages'), '/state/packages/All/py39-six-2.pkg');
    assert.equal(
      packageFileOf({...step, packageSuffix: '.txz'}, '/state/packages'),
      '/state/packages/All/py39-six-2.txz',
    );
  });
});
