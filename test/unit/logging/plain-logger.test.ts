import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {endingText} from '../../../src/logging/event-line.js';
import {PlainLogger} from '../../../src/logging/plain-logger.js';
import {MemorySink} from '../../rig/memory-sink.js';
import type {Palette} from '../../../src/logging/palette.js';
import type {RunEvent} from '../../../src/model/event.js';
import {
  at,
  bar,
  clockText,
  colorPalette,
  escapeCharacter,
  finished,
  foo,
  origin,
  plainPalette,
  runEvents,
  tool,
} from './sample.js';

function logged(
  events: readonly RunEvent[],
  {verbose = false, palette = plainPalette}: {verbose?: boolean; palette?: Palette} = {},
): string {
  const sink = new MemorySink({columns: 20});
  const logger = new PlainLogger({sink, palette, verbose, clockText});
  for (const event of events) logger.log(event);
  return `\n${sink.text}`;
}

const usual = `
[12:00:00] [0/4] run: r1 started: 4 ports, 2 builders; logs: /var/db/portpar/runs/r1/logs
[12:00:00] [0/4] fetch devel/tool@py311 (py311-tool-0.9): started; log: /var/db/portpar/runs/r1/logs/tool-fetch.log
[12:00:02] [0/4] fetch devel/tool@py311 (py311-tool-0.9): done in 2.0 s
[12:00:02] [0/4] build devel/tool@py311 (py311-tool-0.9): started; log: /var/db/portpar/runs/r1/logs/tool-build.log
[12:00:03] [0/4] build www/bar (bar2-2.0,1): started; log: /var/db/portpar/runs/r1/logs/bar-build.log
[12:00:04] [0/4] fetch www/foo (foo-1.3): started; log: /var/db/portpar/runs/r1/logs/foo-fetch.log
[12:01:04] [0/4] build devel/tool@py311 (py311-tool-0.9): done in 1 min 02 s
[12:01:04] [0/4] install devel/tool@py311 (py311-tool-0.9): started; log: /var/db/portpar/runs/r1/logs/tool-install.log
[12:01:04] [0/4] swap devel/tool@py311 (py311-tool-0.9): installs /packages/py311-tool-0.9.pkg; no backup of an old package
[12:01:05] [0/4] swap devel/tool@py311 (py311-tool-0.9): done
[12:01:05] [0/4] install devel/tool@py311 (py311-tool-0.9): done in 1.0 s
[12:01:05] [1/4] succeeded devel/tool@py311 (py311-tool-0.9): installed in 1 min 05 s of work
[12:01:06] [1/4] fetch www/foo (foo-1.3): failed after 1 min 02 s
[12:01:06] [2/4] failed www/foo (foo-1.3): Fetching www/foo failed with exit status 1. Log: /var/db/portpar/runs/r1/logs/foo-fetch.log
[12:01:06] [3/4] skipped misc/baz (baz-4): because www/foo failed
[12:01:07] [3/4] warning: the history could not be written
[12:01:07] [3/4] warning www/bar (bar2-2.0,1): deprecated: use www/newbar
[12:01:10] [3/4] ending: SIGINT received, nothing new is started and what runs is stopped
[12:01:11] [3/4] build www/bar (bar2-2.0,1): stopped after 1 min 08 s
[12:01:11] [4/4] cancelled www/bar (bar2-2.0,1): the run ended before it was done
[12:01:11] [4/4] run: r1 ended after 1 min 11 s: 1 succeeded, 1 failed, 1 skipped, 1 cancelled
`;

describe('the plain logger', () => {
  test('writes one line for each event, whatever the width', () => {
    assert.equal(logged([...runEvents, finished]), usual);
  });

  test('adds only the commands when it is verbose', () => {
    const lines = logged([...runEvents, finished], {verbose: true}).split('\n');
    const usualLines = new Set(usual.split('\n'));
    assert.deepEqual(
      lines.filter((line) => !usualLines.has(line)),
      [
        String.raw`[12:00:00] [0/4] command devel/tool@py311 (py311-tool-0.9): fetch runs as process 4711: make -C /usr/ports/devel/tool FLAVOR=py311 checksum 'MSG=it'\''s'`,
        '[12:00:02] [0/4] command devel/tool@py311 (py311-tool-0.9): fetch ended with exit status 0',
      ],
    );
    assert.equal(lines.length, usual.split('\n').length + 2);
  });

  test('only gains colours', () => {
    const colored = logged([...runEvents, finished], {palette: colorPalette});
    assert.ok(colored.includes(escapeCharacter));
    assert.equal(colored.replaceAll(new RegExp(`${escapeCharacter}\\[\\d+m`, 'g'), ''), usual);
  });

  test('tells what an upgrade replaces and where the old package is', () => {
    const lines = logged([
      ...runEvents.slice(0, 1),
      {
        kind: 'swap-started',
        at: at(1),
        origin: foo.origin,
        packageFile: '/p/foo-1.3.pkg',
        backup: '/b/foo-1.2.pkg',
      },
      {kind: 'step-finished', at: at(2), origin: foo.origin, status: 'succeeded'},
    ]);
    assert.deepEqual(lines.trim().split('\n').slice(1), [
      '[12:00:01] [0/4] swap www/foo (foo-1.3): installs /p/foo-1.3.pkg; old package saved as /b/foo-1.2.pkg',
      '[12:00:02] [1/4] succeeded www/foo (foo-1.3): upgraded from 1.2 in 0.0 s of work',
    ]);
  });

  test('tells what was changed from outside, what is held back and what is tried again', () => {
    const [first] = runEvents;
    assert.ok(first !== undefined);
    const origin_ = foo.origin;
    const lines = logged([
      first,
      {kind: 'phase-started', at: at(0), origin: origin_, phase: 'build', worker: 1, jobs: 4, log: '/l/b'},
      {
        kind: 'phase-started',
        at: at(0),
        origin: bar.origin,
        phase: 'package',
        worker: 2,
        jobs: 4,
        log: '/l/p',
      },
      {
        kind: 'phase-held',
        at: at(1),
        origin: tool.origin,
        phase: 'build',
        reason: {kind: 'disk', needed: 5 * 1024 ** 3, free: 300 * 1024 ** 2},
      },
      {
        kind: 'phase-again',
        at: at(2),
        origin: origin_,
        phase: 'build',
        how: 'alone',
        failure: {
          kind: 'phase-failed',
          origin: origin_,
          phase: 'build',
          outcome: {kind: 'signalled', signal: 'SIGKILL'},
          log: '/l/b',
          excerpt: [],
        },
      },
      {kind: 'run-paused', at: at(3)},
      {kind: 'run-resumed', at: at(4)},
      {kind: 'workers-changed', at: at(5), builders: 7},
      {kind: 'port-pushed', at: at(6), origin: origin_},
    ]);
    assert.deepEqual(lines.trim().split('\n').slice(1), [
      '[12:00:00] [0/4] build www/foo (foo-1.3): started with 4 jobs; log: /l/b',
      '[12:00:00] [0/4] package www/bar (bar2-2.0,1): started; log: /l/p',
      '[12:00:01] [0/4] held devel/tool@py311 (py311-tool-0.9): build waits: it needs 5.0 GB of disk space, 300 MB are free',
      '[12:00:02] [0/4] again www/foo (foo-1.3): Building www/foo was ended by SIGKILL, perhaps for want of memory. It is tried again with no other build beside it. Log: /l/b',
      '[12:00:03] [0/4] paused: nothing new is started until `portpar ctl resume`',
      '[12:00:04] [0/4] resumed: going on',
      '[12:00:05] [0/4] workers: 7 builders from now on',
      '[12:00:06] [0/4] pushed www/foo (foo-1.3): goes before others from now on',
    ]);
  });

  test('does with what an event leaves out', () => {
    const lines = logged([
      {kind: 'step-finished', at: at(0), origin: origin('a/b'), status: 'failed'},
      {kind: 'step-finished', at: at(0), origin: origin('a/b'), status: 'skipped'},
      {kind: 'step-finished', at: at(0), origin: origin('a/b'), status: 'succeeded'},
    ]);
    assert.deepEqual(lines.trim().split('\n'), [
      '[12:00:00] [0/0] failed a/b',
      '[12:00:00] [0/0] skipped a/b',
      '[12:00:00] [0/0] succeeded a/b',
    ]);
  });

  test('says why nothing new is started', () => {
    assert.equal(
      endingText({kind: 'fail-fast', origin: foo.origin}),
      'www/foo failed and --fail-fast was given, nothing new is started',
    );
  });
});
