import assert from 'node:assert/strict';
import {test} from 'node:test';
import {againTexts} from '../../../src/logging/again-text.js';
import {summaryText} from '../../../src/logging/summary-text.js';
import type {StepResult} from '../../../src/model/summary.js';
import {bar, foo, plainPalette, plan, summary, tool} from './sample.js';

const result: StepResult = {
  origin: foo.origin,
  action: 'upgrade',
  from: '1.2',
  to: '1.3',
  status: 'succeeded',
  phaseMs: {build: 1000},
};
const failure = {
  kind: 'phase-failed',
  origin: foo.origin,
  phase: 'build',
  outcome: {kind: 'exited', status: 1},
  log: '/l',
  excerpt: [],
} as const;

test('A second try that went well says so, with what made the difference', () => {
  assert.deepEqual(againTexts(result), []);
  assert.deepEqual(
    againTexts({
      ...result,
      again: [
        {phase: 'fetch', how: 'other-site'},
        {phase: 'build', how: 'one-job'},
      ],
    }),
    ['fetch failed at first, done from another site', 'build failed at first, done with one job'],
  );
});

test('A second try in vain says so; one of an earlier phase went well all the same', () => {
  const failed: StepResult = {
    ...result,
    status: 'failed',
    failure,
    again: [
      {phase: 'fetch', how: 'other-site'},
      {phase: 'build', how: 'alone'},
    ],
  };
  assert.deepEqual(againTexts(failed), [
    'fetch failed at first, done from another site',
    'build failed twice, the second time with no other build beside it',
  ]);
});

test('Of a second try in a step that was cancelled nobody knows how it would have ended', () => {
  assert.deepEqual(againTexts({...result, status: 'cancelled', again: [{phase: 'build', how: 'one-job'}]}), [
    'build failed at first, tried again with one job',
  ]);
});

test('The summary has every second try', () => {
  const results = [
    {...result, again: [{phase: 'build', how: 'one-job'}]},
    {
      ...result,
      origin: tool.origin,
      status: 'failed',
      failure: {...failure, origin: tool.origin},
      again: [{phase: 'build', how: 'one-job'}],
    },
    {...result, origin: bar.origin, status: 'cancelled', again: [{phase: 'fetch', how: 'other-site'}]},
  ] as const;
  const text = summaryText({...summary, results}, plan, {palette: plainPalette});
  assert.equal(
    text.split('\n\n').slice(1, 4).join('\n\n'),
    `Upgraded:
  www/foo  1.2 → 1.3  in 1.0 s  build failed at first, done with one job

Failed:
  Building devel/tool@py311 failed with exit status 1.
    Build failed twice, the second time with one job.
    Log: /l

Cancelled:
  www/bar (bar-1.9 → bar2-2.0,1); fetch failed at first, tried again from another site`,
  );
});
