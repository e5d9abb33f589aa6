import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test} from 'node:test';
import {nameAnswers, splitAnswers} from '../../../src/analysis/make-variables.js';
import {parallelOf} from '../../../src/analysis/parallel-build.js';
import {distfileBytes} from '../../../src/analysis/port-files.js';
import {surroundingsOf} from '../../../src/util/port-settings.js';
import {fixture} from '../repository.js';
import {temporaryDirectory} from '../temporary-directory.js';

describe('the distfiles of a port', () => {
  test('have the sizes that distinfo gives for them, and for no others', async (context) => {
    const file = join(temporaryDirectory(context), 'distinfo');
    writeFileSync(
      file,
      'TIMESTAMP = 1\nSHA256 (x/a.tar) = 0\nSIZE (x/a.tar) = 10\nSIZE (x/b (1).tar) = 5\nSIZE (c.tar) = 100\n',
    );
    assert.equal(await distfileBytes(file, ['x/a.tar', 'x/b (1).tar']), 15);
    assert.equal(await distfileBytes(file, ['other.tar']), undefined);
    assert.equal(await distfileBytes(`${file}.none`, ['x/a.tar']), undefined);
  });
});

describe('the build of a port', () => {
  const gmake = nameAnswers(splitAnswers(fixture('make/devel_gmake.txt')) ?? []);
  for (const [what, answers, expected] of [
    ['calls BSD make', {}, 'other'],
    ['calls GNU make', {MAKE_CMD: 'gmake'}, 'gnu-make'],
    ['calls GNU make by its path', {MAKE_CMD: '/usr/local/bin/gmake -w'}, 'gnu-make'],
    ['calls ninja', {MAKE_CMD: 'ninja'}, 'other'],
    ['is cargo’s, though gmake is used', {MAKE_CMD: 'gmake', USES: 'cargo gmake'}, 'other'],
    ['must not run side by side', {MAKE_CMD: 'gmake', MAKE_JOBS_UNSAFE: 'yes'}, 'none'],
    ['shall not run side by side', {DISABLE_MAKE_JOBS: 'yes'}, 'none'],
  ] as const) {
    test(`${what}: ${expected}`, () => {
      assert.equal(parallelOf({...gmake, ...answers}), expected);
    });
  }
});

describe('the surroundings of a port', () => {
  const world = {environment: {A: '1', B: '1'}, makeArguments: ['X=1'], tmpfsDirectory: '/mem'};

  test('are those of all ports, and above them its own', () => {
    assert.deepEqual(surroundingsOf(world, {environment: {B: '2'}, makeArguments: ['Y=2']}), {
      environment: {A: '1', B: '2'},
      makeArguments: ['X=1', 'Y=2'],
    });
  });

  test('have the work directory in memory where that is set and there is a folder for it', () => {
    assert.equal(surroundingsOf(world, {tmpfs: true}).environment['WRKDIRPREFIX'], '/mem');
    assert.equal(surroundingsOf(world, {}).environment['WRKDIRPREFIX'], undefined);
    const {tmpfsDirectory, ...without} = world;
    assert.equal(
      surroundingsOf(without, {tmpfs: true}).environment['WRKDIRPREFIX'],
      undefined,
      tmpfsDirectory,
    );
  });
});
