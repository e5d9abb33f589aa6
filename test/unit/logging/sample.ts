import assert from 'node:assert/strict';
import {parseOrigin, type PortOrigin} from '../../../src/model/origin.js';
import type {RunEvent} from '../../../src/model/event.js';
import type {LeftOutReason, Plan, Step} from '../../../src/model/plan.js';
import type {RunSummary} from '../../../src/model/summary.js';
import {makePalette} from '../../../src/logging/palette.js';

export const plainPalette = makePalette({color: false});
export const colorPalette = makePalette({color: true});

/** What would start an escape sequence. */
export const escapeCharacter = '\u001B';

export function origin(text: string): PortOrigin {
  const parsed = parseOrigin(text);
  assert.ok(parsed !== undefined, `${text} is no origin`);
  return parsed;
}

/** 2026-01-02 12:00:00 UTC and some seconds. */
export function at(seconds: number): number {
  return Date.UTC(2026, 0, 2, 12, 0, 0) + seconds * 1000;
}

/** The time of day in UTC, so that texts are the same everywhere. */
export function clockText(moment: number): string {
  return new Date(moment).toISOString().slice(11, 19);
}

/** What no text shows. */
const unseen = {
  sources: [],
  fingerprint: 'f',
  builtWith: [],
  packageSuffix: '.pkg',
  parallel: 'other',
  workDirectory: '/wrk',
  settings: {},
} as const;

export const foo: Step = {
  ...unseen,
  origin: origin('www/foo'),
  action: 'upgrade',
  name: 'foo',
  version: '1.3',
  replaces: {name: 'foo', version: '1.2', origin: origin('www/foo'), automatic: false},
  reasons: [{kind: 'newer-version', from: '1.2', to: '1.3'}],
  phases: ['fetch', 'build', 'package', 'install'],
  automatic: false,
};

export const tool: Step = {
  ...unseen,
  origin: origin('devel/tool@py311'),
  action: 'install',
  name: 'py311-tool',
  version: '0.9',
  reasons: [
    {kind: 'needed', by: origin('www/foo'), how: 'build', pattern: 'tool'},
    {kind: 'needed', by: origin('www/bar'), how: 'run', pattern: 'tool>=0.5'},
  ],
  phases: ['fetch', 'build', 'package', 'install'],
  automatic: true,
};

export const bar: Step = {
  ...unseen,
  origin: origin('www/bar'),
  action: 'replace',
  name: 'bar2',
  version: '2.0,1',
  replaces: {name: 'bar', version: '1.9', origin: origin('www/oldbar'), automatic: false},
  reasons: [
    {kind: 'moved', from: origin('www/oldbar'), text: 'Renamed by its authors'},
    {kind: 'renamed', from: 'bar', to: 'bar2'},
  ],
  phases: ['fetch', 'build', 'package', 'install'],
  automatic: false,
};

export const baz: Step = {
  ...unseen,
  origin: origin('misc/baz'),
  action: 'rebuild',
  name: 'baz',
  version: '4',
  replaces: {name: 'baz', version: '4', origin: origin('misc/baz'), automatic: true},
  reasons: [{kind: 'forced'}],
  phases: ['install'],
  finishedPackage: '/var/db/portpar/packages/baz-4.pkg',
  automatic: true,
};

const locked: LeftOutReason = {kind: 'locked'};

export const plan: Plan = {
  steps: [tool, foo, bar, baz],
  nodes: [],
  leftOut: [
    {
      origin: origin('lang/kept'),
      installed: {name: 'kept', version: '3.1'},
      available: '3.2',
      reason: locked,
    },
    {
      origin: origin('www/onkept'),
      installed: {name: 'onkept', version: '1'},
      reason: {kind: 'needs-left-out', on: origin('lang/kept'), because: locked},
    },
  ],
  relaxed: [],
};

const logs = '/var/db/portpar/runs/r1/logs';

/** A run of the plan with two builders, in which www/foo fails and misc/baz is skipped for it. */
export const runEvents: readonly RunEvent[] = [
  {
    kind: 'run-started',
    at: at(0),
    runId: 'r1',
    builders: 2,
    logDirectory: logs,
    command: ['portpar', '-a'],
    plan,
  },
  {
    kind: 'phase-started',
    at: at(0),
    origin: tool.origin,
    phase: 'fetch',
    worker: 1,
    jobs: 1,
    log: `${logs}/tool-fetch.log`,
  },
  {
    kind: 'command-started',
    at: at(0),
    origin: tool.origin,
    phase: 'fetch',
    pid: 4711,
    argv: ['make', '-C', '/usr/ports/devel/tool', 'FLAVOR=py311', 'checksum', "MSG=it's"],
  },
  {
    kind: 'command-ended',
    at: at(2),
    origin: tool.origin,
    phase: 'fetch',
    outcome: {kind: 'exited', status: 0},
  },
  {
    kind: 'phase-finished',
    at: at(2),
    origin: tool.origin,
    phase: 'fetch',
    durationMs: 2000,
    outcome: 'succeeded',
  },
  {
    kind: 'phase-started',
    at: at(2),
    origin: tool.origin,
    phase: 'build',
    worker: 1,
    jobs: 1,
    log: `${logs}/tool-build.log`,
  },
  {
    kind: 'phase-started',
    at: at(3),
    origin: bar.origin,
    phase: 'build',
    worker: 2,
    jobs: 1,
    log: `${logs}/bar-build.log`,
  },
  {
    kind: 'phase-started',
    at: at(4),
    origin: foo.origin,
    phase: 'fetch',
    worker: 1,
    jobs: 1,
    log: `${logs}/foo-fetch.log`,
  },
  {
    kind: 'phase-finished',
    at: at(64),
    origin: tool.origin,
    phase: 'build',
    durationMs: 62_000,
    outcome: 'succeeded',
  },
  {
    kind: 'phase-started',
    at: at(64),
    origin: tool.origin,
    phase: 'install',
    worker: 1,
    jobs: 1,
    log: `${logs}/tool-install.log`,
  },
  {
    kind: 'swap-started',
    at: at(64),
    origin: tool.origin,
    packageFile: '/packages/py311-tool-0.9.pkg',
  },
  {kind: 'swap-finished', at: at(65), origin: tool.origin},
  {
    kind: 'phase-finished',
    at: at(65),
    origin: tool.origin,
    phase: 'install',
    durationMs: 1000,
    outcome: 'succeeded',
  },
  {kind: 'step-finished', at: at(65), origin: tool.origin, status: 'succeeded', message: 'Use it well.\n'},
  {
    kind: 'phase-finished',
    at: at(66),
    origin: foo.origin,
    phase: 'fetch',
    durationMs: 62_000,
    outcome: 'failed',
  },
  {
    kind: 'step-finished',
    at: at(66),
    origin: foo.origin,
    status: 'failed',
    failure: {
      kind: 'phase-failed',
      origin: foo.origin,
      phase: 'fetch',
      outcome: {kind: 'exited', status: 1},
      log: `${logs}/foo-fetch.log`,
      excerpt: ['=> SHA256 Checksum mismatch for foo-1.3.tar.gz.'],
    },
  },
  {
    kind: 'step-finished',
    at: at(66),
    origin: baz.origin,
    status: 'skipped',
    cause: {origin: foo.origin},
  },
  {kind: 'warning', at: at(67), text: 'the history could not\nbe written'},
  {kind: 'warning', at: at(67), origin: bar.origin, text: 'deprecated: use www/newbar'},
  {kind: 'run-ending', at: at(70), reason: {kind: 'signal', signal: 'SIGINT'}},
  {
    kind: 'phase-finished',
    at: at(71),
    origin: bar.origin,
    phase: 'build',
    durationMs: 68_000,
    outcome: 'stopped',
  },
  {kind: 'step-finished', at: at(71), origin: bar.origin, status: 'cancelled'},
];

export const summary: RunSummary = {
  runId: 'r1',
  logDirectory: logs,
  results: [
    {
      origin: tool.origin,
      action: 'install',
      to: '0.9',
      status: 'succeeded',
      message: 'Use it well.\n',
      phaseMs: {fetch: 2000, build: 62_000, install: 1000},
    },
    {
      origin: foo.origin,
      action: 'upgrade',
      from: '1.2',
      to: '1.3',
      status: 'failed',
      failure: {
        kind: 'phase-failed',
        origin: foo.origin,
        phase: 'fetch',
        outcome: {kind: 'exited', status: 1},
        log: `${logs}/foo-fetch.log`,
        excerpt: ['=> SHA256 Checksum mismatch for foo-1.3.tar.gz.'],
      },
      phaseMs: {fetch: 62_000},
    },
    {
      origin: bar.origin,
      action: 'replace',
      from: '1.9',
      to: '2.0,1',
      status: 'cancelled',
      phaseMs: {build: 68_000},
    },
    {
      origin: baz.origin,
      action: 'rebuild',
      from: '4',
      to: '4',
      status: 'skipped',
      cause: {origin: foo.origin},
      phaseMs: {},
    },
  ],
  wallMs: 71_000,
  builders: 2,
  builderBusyMs: 130_000,
  mostBuilders: 2,
  ending: {kind: 'signal', signal: 'SIGINT'},
};

export const finished: RunEvent = {kind: 'run-finished', at: at(71), summary};
