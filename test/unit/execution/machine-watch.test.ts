import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {MachineWatch, workFolderOf, type MachineWatchOptions} from '../../../src/execution/machine-watch.js';
import {FakeResources} from '../../rig/fake-resources.js';
import {settled} from '../../rig/fake-phase-runner.js';
import {planOfBuilds} from '../../rig/nodes.js';

const gigabyte = 2 ** 30;

/** A machine that is looked at whenever the test says so. */
async function watched(parts: Partial<MachineWatchOptions> = {}) {
  const resources = new FakeResources();
  let look: () => void = () => undefined;
  let isStopped = false;
  const watch = await MachineWatch.start({
    resources,
    limits: {diskReserve: 0},
    workDirectory: '/wrk',
    usedMemory: () => 0,
    every: (_ms, callback) => {
      look = callback;
      return () => {
        isStopped = true;
      };
    },
    ...parts,
  });
  return {
    resources,
    watch,
    isStopped: () => isStopped,
    look: async () => {
      look();
      await settled();
    },
  };
}

describe('what builds may use', () => {
  test('is what is available and what they have already', async () => {
    const {watch} = await watched({usedMemory: () => 2 * gigabyte});
    assert.equal(watch.budget().memoryBytes, 50 * gigabyte);
    assert.equal(watch.budget().usedMemoryBytes, 2 * gigabyte);
    assert.equal(watch.budget().loadLimit, Infinity);
  });

  test('is no more than the user allows', async () => {
    const limits = {memoryLimit: 4 * gigabyte, loadLimit: 3, diskReserve: 100 * gigabyte};
    const {watch} = await watched({limits});
    assert.equal(watch.budget().memoryBytes, 4 * gigabyte);
    assert.equal(watch.budget().loadLimit, 3);
    assert.equal(watch.budget().diskBytes, 400 * gigabyte);
  });

  test('is never less than nothing, and not limited by what cannot be told', async () => {
    const {watch, resources, look} = await watched({limits: {diskReserve: 900 * gigabyte}});
    assert.equal(watch.budget().diskBytes, 0);
    resources.otherwiseFree = undefined;
    await look();
    assert.equal(watch.budget().diskBytes, Infinity);
  });

  test('is looked at again and again, and who waits is told once', async () => {
    const {watch, resources, look, isStopped} = await watched();
    let calls = 0;
    watch.whenChanged(() => {
      calls += 1;
    });
    resources.memory = gigabyte;
    resources.currentLoad = 7;
    assert.equal(watch.budget().memoryBytes, 48 * gigabyte, 'not before the next look');
    await look();
    assert.equal(calls, 1);
    assert.equal(watch.budget().memoryBytes, gigabyte);
    assert.equal(watch.budget().load, 7);
    await look();
    assert.equal(calls, 1);
    watch.close();
    assert.equal(isStopped(), true);
  });

  test('is what was seen last where the machine cannot be looked at, and who waits is told all the same', async () => {
    const {watch, resources, look} = await watched();
    let calls = 0;
    resources.trouble = new Error('EMFILE');
    watch.whenChanged(() => {
      calls += 1;
    });
    await look();
    assert.equal(calls, 1);
    assert.equal(watch.budget().memoryBytes, 48 * gigabyte);
    resources.trouble = undefined;
    resources.memory = gigabyte;
    await look();
    assert.equal(watch.budget().memoryBytes, gigabyte, 'it is looked at again');
  });
});

describe('the disk that is watched', () => {
  const {steps} = planOfBuilds('www/a', 'www/b');
  const inMemory = steps.map((step) => ({...step, settings: {tmpfs: true}}));

  test('is that of the first work directory that is not made in memory', () => {
    assert.equal(workFolderOf({steps}), '/wrk/www/a');
    assert.equal(workFolderOf({steps: [...inMemory.slice(0, 1), ...steps.slice(1)]}), '/wrk/www/b');
  });

  test('is none where all are made in memory', () => {
    assert.equal(workFolderOf({steps: inMemory}), undefined);
  });
});
