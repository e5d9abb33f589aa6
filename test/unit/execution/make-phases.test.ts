import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {makeCommands, packageFileOf, type MakePhase} from '../../../src/execution/make-phases.js';
import type {Step} from '../../../src/model/plan.js';
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
  return makeCommands(world, step, phase, {...options, ...more}, 3).map(({args}) => args.join(' '));
}

const start = '-C /usr/ports/devel/py-six -DNO_DEPENDS';
const settings = 'PACKAGES=/state/packages NOCLEANDEPENDS=yes FORCE_PACKAGE=yes';

describe('the call of make for a phase', () => {
  test('fetches with checksum', () => {
    assert.deepEqual(argsOf('fetch'), [`${start} ${settings} checksum`]);
  });

  test('cleans before the build, unless that is not wanted', () => {
    assert.deepEqual(argsOf('build'), [`${start} ${settings} clean build`]);
    assert.deepEqual(argsOf('build', {cleanBefore: false}), [`${start} ${settings} build`]);
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
    const commands = makeCommands(fakeWorld, withSources, 'build', options, 1);
    assert.deepEqual(
      commands.map(({args, env}) => `${args[1]} ${args.at(-1)} ${env?.['FLAVOR']}`),
      [
        '/usr/ports/lang/ruby patch undefined',
        '/usr/ports/lang/perl checksum small',
        '/usr/ports/devel/py-six build py39',
      ],
    );
    assert.equal(makeCommands(fakeWorld, withSources, 'package', options, 1).length, 1);
  });

  test('tells the port of flavor, number of jobs and upgrade, and asks it no questions', () => {
    const [command] = makeCommands(
      {...fakeWorld, environment: {CC: 'cc', BATCH: 'no'}},
      step,
      'build',
      options,
      3,
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
    const [command] = makeCommands(fakeWorld, fresh, 'build', options, 3);
    const {FLAVOR: flavor, UPGRADE_PORT: upgraded} = command?.env ?? {};
    assert.deepEqual([flavor, upgraded], [undefined, undefined]);
    assert.ok(Object.hasOwn(command?.env ?? {}, 'FLAVOR'));
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
