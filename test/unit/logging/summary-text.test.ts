import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {summaryText} from '../../../src/logging/summary-text.js';
import {displayWidth} from '../../../src/logging/text-shape.js';
import type {RunSummary, StepResult} from '../../../src/model/summary.js';
import {bar, baz, colorPalette, escapeCharacter, foo, plainPalette, plan, summary, tool} from './sample.js';

function shown(of: RunSummary, columns?: number): string {
  return `\n${summaryText(of, plan, {palette: plainPalette, columns})}`;
}

const interrupted = `
Run r1 ended after 1 min 11 s: 1 succeeded, 1 failed, 1 skipped, 1 cancelled.

Installed:
  devel/tool@py311  0.9  in 1 min 05 s

Failed:
  Fetching www/foo failed with exit status 1.
    | => SHA256 Checksum mismatch for foo-1.3.tar.gz.
    Log: /var/db/portpar/runs/r1/logs/foo-fetch.log

Skipped:
  misc/baz (4): because www/foo failed

Cancelled:
  www/bar (bar-1.9 → bar2-2.0,1)

Message from py311-tool-0.9:
Use it well.

Times: 1 min 11 s in all, 2 min 10 s of building; 2 builders, in use 92 % of the time, at most 2 at once.
Interrupted by SIGINT: 1 of 4 ports was done.
To go on, repair what failed and run the same command again: finished packages are not built again.
Logs: /var/db/portpar/runs/r1/logs
`;

/** All four steps done, each with a message or none. */
const done: RunSummary = {
  runId: 'r2',
  logDirectory: '/logs',
  results: [tool, foo, bar, baz].map((step, index): StepResult => ({
    origin: step.origin,
    action: step.action,
    to: step.version,
    status: 'succeeded',
    phaseMs: {build: (index + 1) * 1000, install: 500},
    ...(index === 0 ? {message: '\n\u001B[31mAdd to rc.conf:\n\n\ttool_enable="YES"\n\n'} : {}),
    ...(index === 1 ? {message: ' \n'} : {}),
    ...(index === 2 ? {message: 'bar has a new name.'} : {}),
  })),
  wallMs: 10_000,
  builders: 1,
  builderBusyMs: 10_000,
  mostBuilders: 1,
};

describe('the summary', () => {
  test('of an interrupted run says what was done and how to go on', () => {
    assert.equal(shown(summary), interrupted);
    assert.equal(shown(summary, 200), interrupted);
  });

  test('of a run in which all is done ends with the times', () => {
    assert.equal(
      shown(done),
      `
Run r2 ended after 10 s: 4 succeeded.

Upgraded:
  www/foo  1.2 → 1.3  in 2.5 s

Installed:
  devel/tool@py311  0.9  in 1.5 s

Replaced:
  www/bar  bar-1.9 → bar2-2.0,1  in 3.5 s

Rebuilt:
  misc/baz  4  in 4.5 s

Message from py311-tool-0.9:
Add to rc.conf:

	tool_enable="YES"

Message from bar2-2.0,1:
bar has a new name.

Times: 10 s in all, 10 s of building; 1 builder, in use 100 % of the time, at most 1 at once.
`,
    );
  });

  test('shortens excerpts and folds sentences at 40 columns', () => {
    assert.equal(
      shown(summary, 40),
      `
Run r1 ended after 1 min 11 s: 1
succeeded, 1 failed, 1 skipped, 1
cancelled.

Installed:
  devel/tool@py311  0.9  in 1 min 05 s

Failed:
  Fetching www/foo failed with exit
    status 1.
    | => SHA256 Checksum mismatch for…
    Log: /var/db/portpar/runs/r1/logs/foo-fetch.log

Skipped:
  misc/baz (4): because www/foo failed

Cancelled:
  www/bar (bar-1.9 → bar2-2.0,1)

Message from py311-tool-0.9:
Use it well.

Times: 1 min 11 s in all, 2 min 10 s of
building; 2 builders, in use 92 % of
the time, at most 2 at once.
Interrupted by SIGINT: 1 of 4 ports was
done.
To go on, repair what failed and run
the same command again: finished
packages are not built again.
Logs: /var/db/portpar/runs/r1/logs
`,
    );
  });

  test('at 80 columns is narrower than the terminal', () => {
    for (const line of shown(summary, 80).split('\n')) assert.ok(displayWidth(line) < 80, line);
  });

  test('only gains colours', () => {
    const colored = summaryText(summary, plan, {palette: colorPalette});
    assert.ok(colored.includes(escapeCharacter));
    assert.equal(`\n${colored.replaceAll(new RegExp(`${escapeCharacter}\\[\\d+m`, 'g'), '')}`, interrupted);
  });

  test('of a run that failed names every kind of trouble and what to do about it', () => {
    const trouble = {origin: foo.origin, log: '/logs/foo.log', excerpt: ['pkg: disk I/O error']} as const;
    const failed = (failure: StepResult['failure']): RunSummary => ({
      ...done,
      results: [
        {
          origin: foo.origin,
          action: 'upgrade',
          from: '1.2',
          to: '1.3',
          status: 'failed',
          phaseMs: {},
          ...(failure === undefined ? {} : {failure}),
        },
        {origin: bar.origin, action: 'replace', to: '2.0,1', status: 'skipped', phaseMs: {}},
      ],
    });
    const block = (failure: StepResult['failure']): string => shown(failed(failure)).split('\n\n')[1] ?? '';
    assert.equal(
      block({
        kind: 'install-failed-not-restored',
        ...trouble,
        backup: '/b/foo-1.2.pkg',
        command: 'pkg add /b/foo-1.2.pkg',
      }),
      `Failed:
  Installing www/foo failed, and the old package could not be put back.
    Put it back with: pkg add /b/foo-1.2.pkg
    The old package is saved as: /b/foo-1.2.pkg
    | pkg: disk I/O error
    Log: /logs/foo.log`,
    );
    assert.equal(
      block({kind: 'install-failed-restored', ...trouble, installed: 'foo-1.2', packageFile: '/p/f.pkg'}),
      `Failed:
  Installing www/foo failed; foo-1.2 is installed as before.
    The new package is kept for another try: /p/f.pkg
    | pkg: disk I/O error
    Log: /logs/foo.log`,
    );
    assert.equal(
      block({kind: 'package-incomplete', origin: foo.origin, log: '/logs/foo.log', message: 'no such file'}),
      `Failed:
  The new package of www/foo cannot be used: no such file.
    Log: /logs/foo.log`,
    );
    assert.equal(block(undefined), 'Failed:\n  www/foo');
    assert.equal(
      shown(failed(undefined)).split('\n\n').slice(2).join('\n\n'),
      `Skipped:
  www/bar (bar-1.9 → bar2-2.0,1)

Times: 10 s in all, 10 s of building; 1 builder, in use 100 % of the time, at most 1 at once.
0 of 2 ports were done.
To go on, repair what failed and run the same command again: finished packages are not built again.
Logs: /logs
`,
    );
  });

  test('tells an early end for a failure', () => {
    const text = shown({...summary, ending: {kind: 'fail-fast', origin: foo.origin}});
    assert.match(
      text,
      /\nEnded early because www\/foo failed and --fail-fast was given: 1 of 4 ports was done\.\n/,
    );
  });

  test('of an interrupted run without failures has nothing to repair', () => {
    const results = summary.results.filter(({status}) => status === 'succeeded' || status === 'cancelled');
    assert.match(
      shown({...summary, results}),
      /1 of 2 ports was done\.\nTo go on, run the same command again: finished packages are not built again\.\n/,
    );
  });

  test('does without a plan, without time and without anything done', () => {
    const none = {steps: [], nodes: [], leftOut: [], relaxed: []};
    const text = summaryText({...summary, wallMs: 0}, none, {palette: plainPalette});
    assert.match(text, /\nMessage from tool-0\.9:\n/);
    assert.match(text, /\n {2}www\/bar \(1\.9 → 2\.0,1\)\n/);
    assert.match(text, /2 builders, at most 2 at once\./);
    assert.equal(shown({...summary, results: []}), '\nNothing to do, everything is up to date.\n');
  });
});
