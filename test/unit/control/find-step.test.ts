import assert from 'node:assert/strict';
import {test} from 'node:test';
import {findSteps, type NamedStep} from '../../../src/control/find-step.js';
import {origin} from '../logging/sample.js';

const step = (text: string, name: string): NamedStep => ({origin: origin(text), name, version: '1'});
const steps = [
  step('devel/py-x@py39', 'py39-x'),
  step('devel/py-x@py311', 'py311-x'),
  step('www/same', 'same'),
  step('net/same', 'same-net'),
  step('net/other', 'py-x'),
];

test('An origin without flavor stands for all its flavors', () => {
  assert.deepEqual(findSteps('devel/py-x', steps), {
    kind: 'found',
    origins: ['devel/py-x@py39', 'devel/py-x@py311'],
  });
});

test('The name of a package goes before the name of a port', () => {
  assert.deepEqual(findSteps('same', steps), {kind: 'found', origins: ['www/same']});
  assert.deepEqual(findSteps('py-x', steps), {kind: 'found', origins: ['net/other']});
});

test('The name of several ports is not guessed at', () => {
  const namesakes = [step('www/a', 'www-a'), step('net/a', 'net-a')];
  assert.deepEqual(findSteps('a', namesakes), {kind: 'ambiguous', origins: ['www/a', 'net/a']});
});

test('A name that nobody has gives the nearest, none of which is far away', () => {
  assert.deepEqual(findSteps('py39-y', steps), {kind: 'unknown', nearest: ['py39-x']});
  assert.deepEqual(findSteps('devel/py-x@py38', steps), {
    kind: 'unknown',
    nearest: ['devel/py-x@py39', 'devel/py-x@py311'],
  });
  assert.deepEqual(findSteps('zzzzzzzz', steps), {kind: 'unknown', nearest: []});
  assert.deepEqual(findSteps('', steps), {kind: 'unknown', nearest: []});
});
