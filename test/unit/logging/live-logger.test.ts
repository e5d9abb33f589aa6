import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {LiveLogger, type RemainingMs} from '../../../src/logging/live-logger.js';
import {LiveRegion} from '../../../src/logging/live-region.js';
import type {Palette} from '../../../src/logging/palette.js';
import {displayWidth} from '../../../src/logging/text-shape.js';
import type {EventOf, RunEvent} from '../../../src/model/event.js';
import type {StepFailure} from '../../../src/model/failure.js';
import {
  at,
  bar,
  baz,
  clockText,
  colorPalette,
  finished,
  foo,
  plainPalette,
  runEvents,
  tool,
} from './sample.js';
import {ManualTicker, TerminalScreen} from './terminal-screen.js';

/** A live logger on a screen, and a way to give it events at their own time. */
function liveRun(
  columns: number,
  {
    rows = 24,
    verbose = false,
    palette = plainPalette,
    remainingMs,
  }: {rows?: number; verbose?: boolean; palette?: Palette; remainingMs?: RemainingMs} = {},
): {
  screen: TerminalScreen;
  ticker: ManualTicker;
  logger: LiveLogger;
  log: (...events: readonly RunEvent[]) => void;
} {
  const screen = new TerminalScreen(columns, rows);
  const ticker = new ManualTicker(at(0));
  const logger = new LiveLogger({sink: screen, palette, verbose, ticker, clockText, remainingMs});
  const log = (...events: readonly RunEvent[]): void => {
    for (const event of events) {
      ticker.time = event.at;
      logger.log(event);
    }
  };
  return {screen, ticker, logger, log};
}

function started(builders: number): EventOf<'run-started'> {
  const [first] = runEvents;
  assert.ok(first?.kind === 'run-started');
  return {...first, builders, logDirectory: '/logs'};
}

function phaseStarted(
  step: {origin: EventOf<'phase-started'>['origin']},
  phase: EventOf<'phase-started'>['phase'],
  worker: number,
  seconds: number,
  jobs = 1,
): RunEvent {
  return {
    kind: 'phase-started',
    at: at(seconds),
    origin: step.origin,
    phase,
    worker,
    log: '/logs/x.log',
    jobs,
  };
}

const buildFailure: StepFailure = {
  kind: 'phase-failed',
  origin: tool.origin,
  phase: 'build',
  outcome: {kind: 'exited', status: 2},
  log: '/logs/x.log',
  excerpt: [],
};

const startLine = '[12:00:00] [0/4] run: r1 started: 4 ports, 2 builders; logs: /logs';

describe('the live view', () => {
  test('shows each builder, the lanes and the counts, and counts the seconds', () => {
    const {screen, ticker, log} = liveRun(80);
    log(started(2));
    assert.deepEqual(screen.lines, [
      startLine,
      'builder 1: idle',
      'builder 2: idle',
      '0/4 done, 0 running, 4 waiting, 0 s',
    ]);
    log(
      phaseStarted(tool, 'fetch', 1, 1),
      phaseStarted(bar, 'package', 2, 2),
      phaseStarted(foo, 'install', 1, 3),
    );
    ticker.tick();
    assert.deepEqual(screen.lines, [
      startLine,
      'builder 1: idle',
      'builder 2: package  2 s  www/bar (bar2-2.0,1)',
      'fetch               3 s  devel/tool@py311 (py311-tool-0.9)',
      'install             1 s  www/foo (foo-1.3)',
      '0/4 done, 3 running, 1 waiting, 4 s',
    ]);
    ticker.time = at(65);
    ticker.tick();
    assert.deepEqual(screen.lines.slice(2), [
      'builder 2: package  1 min 04 s  www/bar (bar2-2.0,1)',
      'fetch               1 min 05 s  devel/tool@py311 (py311-tool-0.9)',
      'install             1 min 03 s  www/foo (foo-1.3)',
      '0/4 done, 3 running, 1 waiting, 1 min 06 s',
    ]);
    assert.equal(screen.isCursorVisible, false);
  });

  test('leaves the lines that stay, and nothing of itself, when the run is over', () => {
    const {screen, ticker, log} = liveRun(200, {palette: colorPalette});
    log(...runEvents);
    assert.deepEqual(screen.lines.slice(-3), [
      'builder 1: idle',
      'builder 2: idle',
      'ending, 1/4 done, 1 failed, 1 skipped, 1 cancelled, 0 running, 0 waiting, 1 min 11 s',
    ]);
    assert.equal(ticker.isTicking, true);
    log(finished);
    assert.deepEqual(screen.lines, [
      '[12:00:00] [0/4] run: r1 started: 4 ports, 2 builders; logs: /var/db/portpar/runs/r1/logs',
      '[12:01:05] [1/4] succeeded devel/tool@py311 (py311-tool-0.9): installed in 1 min 05 s of work',
      '[12:01:06] [2/4] failed www/foo (foo-1.3): Fetching www/foo failed with exit status 1. Log: /var/db/portpar/runs/r1/logs/foo-fetch.log',
      '[12:01:06] [3/4] skipped misc/baz (baz-4): because www/foo failed',
      '[12:01:07] [3/4] warning: the history could not be written',
      '[12:01:07] [3/4] warning www/bar (bar2-2.0,1): deprecated: use www/newbar',
      '[12:01:10] [3/4] ending: SIGINT received, nothing new is started and what runs is stopped',
      '[12:01:11] [4/4] cancelled www/bar (bar2-2.0,1): the run ended before it was done',
    ]);
    assert.equal(screen.isCursorVisible, true);
    assert.equal(ticker.isTicking, false);
  });

  test('folds the lines that stay on a narrow terminal and keeps the view below them whole', () => {
    const {screen, log} = liveRun(40);
    log(started(2), phaseStarted(tool, 'build', 1, 1));
    log({kind: 'warning', at: at(2), origin: bar.origin, text: 'x'.repeat(60)});
    assert.deepEqual(screen.lines, [
      '[12:00:00] [0/4] run: r1 started: 4 port',
      's, 2 builders; logs: /logs',
      '[12:00:02] [0/4] warning www/bar (bar2-2',
      `.0,1): ${'x'.repeat(33)}`,
      'x'.repeat(27),
      'builder 1: build  1 s  devel/tool@py31…',
      'builder 2: idle',
      '0/4 done, 1 running, 3 waiting, 2 s',
    ]);
  });

  test('keeps a line that fills the terminal to its last column', () => {
    const {screen, log} = liveRun(80);
    log(started(2));
    const text = 'y'.repeat(80 - '[12:00:01] [0/4] warning: '.length);
    log({kind: 'warning', at: at(1), text});
    assert.equal(screen.lines[1], `[12:00:01] [0/4] warning: ${text}`);
    assert.equal(screen.lines[2], 'builder 1: idle');
  });

  test('never has a line as wide as the terminal', () => {
    for (const columns of [20, 40, 80, 200]) {
      const {screen, log} = liveRun(columns);
      log(started(2), phaseStarted(tool, 'build', 1, 1), phaseStarted(bar, 'build', 2, 1));
      for (const line of screen.lines.slice(-3)) assert.ok(displayWidth(line) < columns, line);
    }
  });

  test('follows the terminal when it is made narrower and wider again', () => {
    const {screen, ticker, log} = liveRun(80);
    log(started(2), phaseStarted(tool, 'build', 1, 1), phaseStarted(bar, 'build', 2, 1));
    screen.resize(30);
    ticker.tick();
    assert.deepEqual(screen.lines, [
      '[12:00:00] [0/4] run: r1 start',
      'ed: 4 ports, 2 builders; logs:',
      ' /logs',
      'builder 1: build  1 s  devel…',
      'builder 2: build  1 s  www/b…',
      '0/4 done, 2 running, 2 waiti…',
    ]);
    screen.resize(80);
    ticker.tick();
    assert.deepEqual(screen.lines.slice(-3), [
      'builder 1: build  2 s  devel/tool@py311 (py311-tool-0.9)',
      'builder 2: build  2 s  www/bar (bar2-2.0,1)',
      '0/4 done, 2 running, 2 waiting, 3 s',
    ]);
    assert.equal(screen.lines.length, 6);
  });

  test('on a low terminal drops idle builders first, then says how many more are at work', () => {
    const {screen, log} = liveRun(80, {rows: 5});
    log(started(9));
    log(
      phaseStarted(tool, 'build', 7, 1),
      phaseStarted(bar, 'build', 8, 1),
      phaseStarted(foo, 'fetch', 1, 1),
    );
    assert.deepEqual(screen.lines.slice(1), [
      'builder 7: build  0 s  devel/tool@py311 (py311-tool-0.9)',
      'builder 8: build  0 s  www/bar (bar2-2.0,1)',
      'fetch             0 s  www/foo (foo-1.3)',
      '0/4 done, 3 running, 1 waiting, 1 s',
    ]);
    screen.rows = 4;
    log({kind: 'warning', at: at(2), text: 'low'});
    assert.deepEqual(screen.lines.slice(-3), [
      'builder 7: build  1 s  devel/tool@py311 (py311-tool-0.9)',
      'and 2 more at work',
      '0/4 done, 3 running, 1 waiting, 2 s',
    ]);
  });

  test('shows how many processes a build may run, and what is tried a second time', () => {
    const {screen, log} = liveRun(200);
    log(started(2), phaseStarted(tool, 'build', 1, 1, 4), phaseStarted(bar, 'package', 2, 1, 4));
    assert.deepEqual(screen.lines.slice(1, 3), [
      'builder 1: build    0 s  devel/tool@py311 (py311-tool-0.9), 4 jobs',
      'builder 2: package  0 s  www/bar (bar2-2.0,1)',
    ]);
    log(
      {
        kind: 'phase-finished',
        at: at(5),
        origin: tool.origin,
        phase: 'build',
        durationMs: 4000,
        outcome: 'failed',
      },
      {
        kind: 'phase-again',
        at: at(5),
        origin: tool.origin,
        phase: 'build',
        how: 'one-job',
        failure: buildFailure,
      },
      phaseStarted(tool, 'build', 1, 6),
    );
    assert.deepEqual(screen.lines.slice(1, 3), [
      '[12:00:05] [0/4] again devel/tool@py311 (py311-tool-0.9): Building devel/tool@py311 failed with exit status 2. It is tried again with one job. Log: /logs/x.log',
      'builder 1: build    0 s  devel/tool@py311 (py311-tool-0.9), second try with one job',
    ]);
  });

  test('shows builds that are held back, and why, until they start or end', () => {
    const {screen, ticker, log} = liveRun(120);
    const memory = {kind: 'memory', needed: 2 * 1024 ** 3, free: 1024 ** 3} as const;
    log(
      started(2),
      phaseStarted(tool, 'build', 1, 1),
      {kind: 'phase-held', at: at(2), origin: foo.origin, phase: 'build', reason: memory},
      {
        kind: 'phase-held',
        at: at(3),
        origin: bar.origin,
        phase: 'build',
        reason: {kind: 'load', load: 9, limit: 8},
      },
    );
    ticker.time = at(4);
    ticker.tick();
    assert.deepEqual(screen.lines.slice(1), [
      'builder 1: build  4 s  devel/tool@py311 (py311-tool-0.9)',
      'builder 2: idle',
      'held: build       3 s  www/foo (foo-1.3): waits for 2.0 GB of memory',
      'held: build       2 s  www/bar (bar2-2.0,1): waits for a load under 8',
      '0/4 done, 1 running, 3 waiting, 5 s',
    ]);
    // With no builder free, it is not the limit alone that holds a build back.
    log(phaseStarted(foo, 'build', 2, 6));
    assert.deepEqual(screen.lines.slice(-2), [
      'builder 2: build  0 s  www/foo (foo-1.3)',
      '0/4 done, 2 running, 2 waiting, 6 s',
    ]);
    log({
      kind: 'step-finished',
      at: at(7),
      origin: bar.origin,
      status: 'skipped',
    });
    assert.deepEqual(screen.lines.slice(-3), [
      'builder 1: build  6 s  devel/tool@py311 (py311-tool-0.9)',
      'builder 2: build  1 s  www/foo (foo-1.3)',
      '0/4 done, 1 skipped, 2 running, 1 waiting, 7 s',
    ]);
  });

  test('counts what is held back and has no room on a low terminal', () => {
    const {screen, log} = liveRun(80, {rows: 4});
    const reason = {kind: 'alone'} as const;
    log(started(3), phaseStarted(tool, 'build', 1, 0), phaseStarted(baz, 'build', 2, 0));
    for (const {origin} of [foo, bar]) log({kind: 'phase-held', at: at(0), origin, phase: 'build', reason});
    assert.deepEqual(screen.lines.slice(-3), [
      'builder 1: build  0 s  devel/tool@py311 (py311-tool-0.9)',
      'and 1 more at work, 2 more held back',
      '0/4 done, 2 running, 2 waiting, 0 s',
    ]);
  });

  test('tells of a pause, of more and of fewer builders, and of a port that is pushed', () => {
    const {screen, log} = liveRun(120);
    log(started(2), phaseStarted(tool, 'build', 2, 0), {kind: 'run-paused', at: at(1)});
    assert.equal(screen.lines.at(-1), 'paused, 0/4 done, 1 running, 3 waiting, 1 s');
    log(
      {kind: 'workers-changed', at: at(2), builders: 1},
      {kind: 'port-pushed', at: at(2), origin: foo.origin},
    );
    log({kind: 'run-resumed', at: at(3)});
    assert.deepEqual(screen.lines.slice(1), [
      '[12:00:01] [0/4] paused: nothing new is started until `portpar ctl resume`',
      '[12:00:02] [0/4] workers: 1 builder from now on',
      '[12:00:02] [0/4] pushed www/foo (foo-1.3): goes before others from now on',
      '[12:00:03] [0/4] resumed: going on',
      'builder 2: build  3 s  devel/tool@py311 (py311-tool-0.9)',
      '0/4 done, 1 running, 3 waiting, 3 s',
    ]);
  });

  test('shows the time that is left, asks for it once a second, and keeps it to itself in a pause', () => {
    const asked: number[] = [];
    const remainingMs: RemainingMs = (now) => {
      asked.push(now);
      return at(700) - now;
    };
    const {screen, ticker, log} = liveRun(120, {remainingMs});
    log(started(2), phaseStarted(tool, 'build', 1, 0), phaseStarted(foo, 'fetch', 1, 0));
    assert.equal(screen.lines.at(-1), '0/4 done, 2 running, 2 waiting, 0 s, about 12 min left');
    assert.deepEqual(asked, [at(0)]);
    ticker.time = at(60);
    ticker.tick();
    assert.equal(screen.lines.at(-1), '0/4 done, 2 running, 2 waiting, 1 min 01 s, about 11 min left');
    assert.deepEqual(asked, [at(0), at(61)]);
    log({kind: 'run-paused', at: at(62)});
    assert.equal(screen.lines.at(-1), 'paused, 0/4 done, 2 running, 2 waiting, 1 min 02 s');
  });

  test('stays on the screen when it is asked for, and goes on below', () => {
    const {screen, ticker, logger, log} = liveRun(80);
    logger.printView();
    assert.equal(screen.writeCount, 0, 'there is no view before the run');
    log(started(1), phaseStarted(tool, 'build', 1, 0));
    // What the terminal itself says at ^T.
    screen.write('load: 0.50 cmd: node 4711 [kqread]\n');
    logger.printView();
    ticker.time = at(4);
    ticker.tick();
    assert.deepEqual(screen.lines.slice(1), [
      'builder 1: build  0 s  devel/tool@py311 (py311-tool-0.9)',
      '0/4 done, 1 running, 3 waiting, 0 s',
      'load: 0.50 cmd: node 4711 [kqread]',
      'builder 1: build  5 s  devel/tool@py311 (py311-tool-0.9)',
      '0/4 done, 1 running, 3 waiting, 5 s',
    ]);
    logger.dispose();
    assert.equal(screen.lines.length, 4);
    assert.equal(screen.isCursorVisible, true);
    logger.printView();
    assert.equal(screen.lines.length, 4);
  });

  test('writes nothing when nothing has changed', () => {
    const {screen, log} = liveRun(80);
    log(started(2));
    const before = screen.writeCount;
    log({kind: 'swap-finished', at: at(0), origin: foo.origin});
    assert.equal(screen.writeCount, before);
  });

  test('shows the phases as lines too when it is verbose', () => {
    const {screen, log} = liveRun(200, {verbose: true});
    log(...runEvents.slice(0, 3));
    assert.deepEqual(screen.lines.slice(1, 3), [
      '[12:00:00] [0/4] fetch devel/tool@py311 (py311-tool-0.9): started; log: /var/db/portpar/runs/r1/logs/tool-fetch.log',
      String.raw`[12:00:00] [0/4] command devel/tool@py311 (py311-tool-0.9): fetch runs as process 4711: make -C /usr/ports/devel/tool FLAVOR=py311 checksum 'MSG=it'\''s'`,
    ]);
  });

  test('gives the terminal back when it is disposed of in the middle, and stays away', () => {
    const {screen, ticker, logger, log} = liveRun(80);
    log(started(2), phaseStarted(tool, 'build', 1, 1));
    logger.dispose();
    logger.dispose();
    assert.deepEqual(screen.lines, [startLine]);
    assert.equal(screen.isCursorVisible, true);
    assert.equal(ticker.isTicking, false);
    log({kind: 'warning', at: at(2), text: 'late'});
    assert.deepEqual(screen.lines, [startLine, '[12:00:02] [0/4] warning: late']);
    assert.equal(screen.isCursorVisible, true);
  });

  test('that never began leaves no trace', () => {
    const {screen, logger} = liveRun(80);
    logger.dispose();
    assert.equal(screen.writeCount, 0);
  });
});

test('A region goes on below text that is printed above it', () => {
  const screen = new TerminalScreen(20);
  const region = new LiveRegion(screen);
  region.print('before');
  region.draw(['one', 'two', 'three']);
  region.print('above\n');
  region.draw(['four']);
  assert.deepEqual(screen.lines, ['before', 'above', 'four']);
  region.close();
  assert.deepEqual(screen.lines, ['before', 'above']);
});
