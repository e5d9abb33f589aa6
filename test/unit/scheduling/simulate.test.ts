import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import type {PhaseId} from '../../../src/model/plan.js';
import {unlimited} from '../../../src/scheduling/admission.js';
import {simulate, type SimulationOptions} from '../../../src/scheduling/simulate.js';
import {node, weighted} from '../../rig/nodes.js';

const options: SimulationOptions = {builders: 2, fetchers: 1, jobsTotal: 1, cores: 2};

describe('a simulated run', () => {
  test('takes as long as its only chain', () => {
    const nodes = weighted([
      node('fetch www/a', {expected: {ms: 5}}),
      node('build www/a', {waitsFor: ['fetch www/a'], expected: {ms: 50}}),
      node('package www/a', {waitsFor: ['build www/a'], expected: {ms: 4}}),
      node('install www/a', {waitsFor: ['package www/a'], expected: {ms: 1}}),
    ]);
    assert.equal(simulate(nodes, options).makespanMs, 60);
    assert.equal(simulate(nodes, options).busyMs, 54);
  });

  test('shares builders, and starts the longest way first', () => {
    const nodes = weighted(
      [30, 20, 20, 10].map((ms, index) => node(`build www/p${index}`, {expected: {ms}})),
    );
    assert.equal(simulate(nodes, {...options, builders: 1}).makespanMs, 80);
    assert.equal(simulate(nodes, options).makespanMs, 40);
    assert.equal(simulate(nodes, {...options, builders: 4}).makespanMs, 30);
  });

  test('is slower where builds together want more processors than there are', () => {
    const busy = ['a', 'b', 'c', 'd'].map((name) =>
      node(`build www/${name}`, {expected: {ms: 10, cpuMs: 10}}),
    );
    assert.equal(simulate(busy, {...options, builders: 4}).makespanMs, 20);
    const waiting = ['a', 'b', 'c', 'd'].map((name) =>
      node(`build www/${name}`, {expected: {ms: 10, cpuMs: 0}}),
    );
    assert.equal(simulate(waiting, {...options, builders: 4}).makespanMs, 10);
  });

  test('holds back what does not fit into memory', () => {
    const big = ['a', 'b'].map((name) => node(`build www/${name}`, {expected: {memoryBytes: 60}}));
    assert.equal(simulate(big, options).makespanMs, 10);
    assert.equal(simulate(big, {...options, budget: {...unlimited, memoryBytes: 100}}).makespanMs, 20);
  });

  test('goes on from the middle', () => {
    const nodes = weighted([
      node('build www/a', {expected: {ms: 100}}),
      node('package www/a', {waitsFor: ['build www/a'], expected: {ms: 5}}),
      node('build www/b', {waitsFor: ['package www/a'], expected: {ms: 30}}),
      node('build www/c', {expected: {ms: 70}}),
      node('build www/failed', {expected: {ms: 1000}}),
    ]);
    const progress = {
      done: new Set<PhaseId>(),
      closed: new Set(nodes.slice(-1).map(({origin}) => origin)),
      running: new Map(nodes.slice(0, 1).map(({id}) => [id, 40])),
    };
    assert.equal(simulate(nodes, {...options, progress}).makespanMs, 75);
    const done = new Set(nodes.slice(0, 2).map(({id}) => id));
    assert.equal(
      simulate(nodes, {...options, progress: {...progress, done, running: new Map()}}).makespanMs,
      70,
    );
  });

  test('of nothing takes no time', () => {
    assert.deepEqual(simulate([], options), {makespanMs: 0, busyMs: 0});
  });
});
