import assert from 'node:assert/strict';
import {test} from 'node:test';
import {failureText, stepFailureLine} from '../../../src/logging/failure-text.js';
import {displayWidth} from '../../../src/logging/text-shape.js';
import type {CommandOutcome} from '../../../src/model/command.js';
import type {Failure} from '../../../src/model/failure.js';
import {phases} from '../../../src/model/plan.js';
import {colorPalette, escapeCharacter, origin, plainPalette} from './sample.js';

const foo = origin('www/foo');
const log = '/logs/www_foo.log';

const cases: {readonly [Kind in Failure['kind']]: readonly (readonly [Failure & {kind: Kind}, string])[]} = {
  'invalid-usage': [
    [
      {kind: 'invalid-usage', message: 'unknown option --foo'},
      `
unknown option --foo.
  portpar --help lists the options.
`,
    ],
    [
      {kind: 'invalid-usage', message: '-a takes no operands.', hint: 'Leave out www/foo.'},
      `
-a takes no operands.
  Leave out www/foo.
`,
    ],
  ],
  'no-such-port': [
    [
      {kind: 'no-such-port', operand: 'www/fooo', nearest: ['www/foo', 'www/foo2', 'misc/food']},
      `
No installed package and no port in the tree matches www/fooo.
  Did you mean www/foo, www/foo2 or misc/food?
`,
    ],
    [
      {kind: 'no-such-port', operand: 'zzz', nearest: []},
      `
No installed package and no port in the tree matches zzz.
  Give an origin such as www/nginx, the name of an installed package, or a glob of either.
`,
    ],
  ],
  'not-possible': [
    [
      {kind: 'not-possible', message: 'www/foo has ended already'},
      `
www/foo has ended already.
`,
    ],
    [
      {kind: 'not-possible', message: 'No run is alive in /state', hint: 'Start one.'},
      `
No run is alive in /state.
  Start one.
`,
    ],
  ],
  'invalid-config': [
    [
      {
        kind: 'invalid-config',
        file: '/etc/portpar.toml',
        line: 12,
        message: 'jobs must be a whole number',
        hint: 'For instance: jobs = 4',
      },
      `
/etc/portpar.toml:12: jobs must be a whole number.
  For instance: jobs = 4
`,
    ],
    [
      {kind: 'invalid-config', file: '/etc/portpar.toml', message: 'is a directory'},
      `
/etc/portpar.toml: is a directory.
`,
    ],
  ],
  'tool-missing': [
    [
      {kind: 'tool-missing', tool: 'bmake', hint: 'Install it with: pkg install bmake'},
      `
The program bmake was not found.
  Install it with: pkg install bmake
`,
    ],
  ],
  'no-ports-tree': [
    [
      {kind: 'no-ports-tree', directory: '/usr/ports', hint: 'Set PORTSDIR or ports_dir.'},
      `
There is no ports tree in /usr/ports.
  Set PORTSDIR or ports_dir.
`,
    ],
  ],
  'not-permitted': [
    [
      {kind: 'not-permitted', action: 'write to', path: '/usr/local', hint: 'Run portpar as root.'},
      `
Not permitted to write to /usr/local.
  Run portpar as root.
`,
    ],
  ],
  'package-database-unreadable': [
    [
      {
        kind: 'package-database-unreadable',
        message: 'pkg: sqlite error\nwhile executing',
        hint: 'Try: pkg info',
      },
      `
The package database could not be read: pkg: sqlite error while executing.
  Try: pkg info
`,
    ],
  ],
  'port-unreadable': [
    [
      {kind: 'port-unreadable', origin: foo, message: 'make ended with exit status 1'},
      `
Reading the port www/foo failed: make ended with exit status 1.
  Repair the port, or leave it out with -x www/foo.
`,
    ],
  ],
  'lock-held': [
    [
      {
        kind: 'lock-held',
        path: '/var/db/portpar/locks/run',
        holder: 'process 17 on host a',
        hint: 'Wait for it.',
      },
      `
Another portpar holds /var/db/portpar/locks/run: process 17 on host a.
  Wait for it.
`,
    ],
  ],
  'file-trouble': [
    [
      {
        kind: 'file-trouble',
        action: 'create',
        path: '/logs',
        message: 'ENOSPC: no space left',
        hint: 'Make room.',
      },
      `
Could not create /logs: ENOSPC: no space left.
  Make room.
`,
    ],
    [
      {kind: 'file-trouble', action: 'read', path: '/x', message: 'EIO'},
      `
Could not read /x: EIO.
`,
    ],
  ],
  'phase-failed': [
    [
      {
        kind: 'phase-failed',
        origin: foo,
        phase: 'build',
        outcome: {kind: 'exited', status: 1},
        log,
        excerpt: ["foo.c:12:3: error: use of undeclared identifier 'x'", '  x = 1;', '\t\u001B[1m^'],
      },
      `
Building www/foo failed with exit status 1.
  Repair the cause, then run the same command again; finished packages are not built again.
  | foo.c:12:3: error: use of undeclared identifier 'x'
  |   x = 1;
  |  ^
  Log: /logs/www_foo.log
`,
    ],
    [
      {
        kind: 'phase-failed',
        origin: foo,
        phase: 'fetch',
        outcome: {kind: 'not-started', code: 'ENOENT'},
        log,
        excerpt: [],
      },
      `
Fetching www/foo could not be started (ENOENT).
  Look at the network and the port's download sites, then run the same command again.
  Log: /logs/www_foo.log
`,
    ],
  ],
  'package-incomplete': [
    [
      {kind: 'package-incomplete', origin: foo, log, message: 'it lacks its dependency devel/bar'},
      `
The new package of www/foo cannot be used: it lacks its dependency devel/bar.
  The installed package was not touched. Repair the cause, then run the same command again.
  Log: /logs/www_foo.log
`,
    ],
  ],
  'phase-trouble': [
    [
      {kind: 'phase-trouble', origin: foo, phase: 'package', log, message: 'ENOSPC: no space left on device'},
      `
Packaging www/foo came to a stop: ENOSPC: no space left on device.
  Repair the cause (is the disk full?), then run the same command again.
  Log: /logs/www_foo.log
`,
    ],
  ],
  'backup-failed': [
    [
      {kind: 'backup-failed', origin: foo, log, excerpt: ['pkg: No space left on device']},
      `
Saving the installed package of www/foo failed, so it was not replaced.
  Make room for the backup and run the same command again, or go without backups with -B.
  | pkg: No space left on device
  Log: /logs/www_foo.log
`,
    ],
  ],
  'install-failed-restored': [
    [
      {
        kind: 'install-failed-restored',
        origin: foo,
        log,
        excerpt: ['pkg: POST-INSTALL script failed'],
        installed: 'foo-1.2',
        packageFile: '/packages/foo-1.3.pkg',
      },
      `
Installing www/foo failed; foo-1.2 is installed as before.
  The new package is kept for another try: /packages/foo-1.3.pkg
  | pkg: POST-INSTALL script failed
  Log: /logs/www_foo.log
`,
    ],
    [
      {
        kind: 'install-failed-restored',
        origin: foo,
        log,
        excerpt: [],
        packageFile: '/packages/foo-1.3.pkg',
      },
      `
Installing www/foo failed; it was not installed before and is not now.
  The new package is kept for another try: /packages/foo-1.3.pkg
  Log: /logs/www_foo.log
`,
    ],
  ],
  'install-failed-not-restored': [
    [
      {
        kind: 'install-failed-not-restored',
        origin: foo,
        log,
        excerpt: ['pkg: disk I/O error'],
        backup: '/backup/foo-1.2.pkg',
        command: 'pkg add /backup/foo-1.2.pkg',
      },
      `
Installing www/foo failed, and the old package could not be put back.
  Put it back with: pkg add /backup/foo-1.2.pkg
  The old package is saved as: /backup/foo-1.2.pkg
  | pkg: disk I/O error
  Log: /logs/www_foo.log
`,
    ],
    [
      {
        kind: 'install-failed-not-restored',
        origin: foo,
        log,
        excerpt: [],
        command: 'pkg install foo',
      },
      `
Installing www/foo failed, and the old package could not be put back.
  Put it back with: pkg install foo
  Log: /logs/www_foo.log
`,
    ],
  ],
};

const all = Object.values(cases).flat();

test('Every failure says what was tried and what to do next; a pipe gets it uncut and uncoloured', () => {
  for (const [failure, text] of all) assert.equal(`\n${failureText(failure, {palette: plainPalette})}`, text);
});

test('Colour only adds', () => {
  for (const [failure, text] of all) {
    const colored = failureText(failure, {palette: colorPalette});
    assert.ok(colored.includes(escapeCharacter));
    assert.equal(`\n${colored.replaceAll(new RegExp(`${escapeCharacter}\\[\\d+m`, 'g'), '')}`, text);
  }
});

test('On a terminal lines are folded between words, so that nothing but a long path is wider', () => {
  for (const columns of [40, 80, 200]) {
    for (const [failure, text] of all) {
      const shown = failureText(failure, {palette: plainPalette, columns});
      for (const line of shown.split('\n')) assert.ok(displayWidth(line) < columns, line);
      if (columns === 200) assert.equal(`\n${shown}`, text);
    }
  }
});

test('A failed build at 40 columns', () => {
  const [failure] = cases['phase-failed'][0] ?? [];
  assert.ok(failure !== undefined);
  assert.equal(
    `\n${failureText(failure, {palette: plainPalette, columns: 40})}`,
    `
Building www/foo failed with exit
  status 1.
  Repair the cause, then run the same
  command again; finished packages are
  not built again.
  | foo.c:12:3: error: use of undeclar…
  |   x = 1;
  |  ^
  Log: /logs/www_foo.log
`,
  );
});

test('A failed step is one line for each phase and outcome', () => {
  const outcomes: {
    readonly [Kind in CommandOutcome['kind']]: readonly [CommandOutcome & {kind: Kind}, string];
  } = {
    exited: [{kind: 'exited', status: 70}, 'failed with exit status 70.'],
    signalled: [{kind: 'signalled', signal: 'SIGKILL'}, 'was ended by SIGKILL, perhaps for want of memory.'],
    'not-started': [{kind: 'not-started', code: 'EACCES'}, 'could not be started (EACCES).'],
    stopped: [{kind: 'stopped'}, 'was stopped.'],
  };
  const lines = phases.flatMap((phase) =>
    Object.values(outcomes).map(([outcome, ending]) => ({
      ending,
      line: stepFailureLine({kind: 'phase-failed', origin: foo, phase, outcome, log, excerpt: []}),
    })),
  );
  const verbs = ['Fetching', 'Building', 'Packaging', 'Installing'];
  assert.deepEqual(
    lines.map(({line}) => line),
    lines.map(({ending}, index) => `${verbs[Math.floor(index / 4)] ?? ''} www/foo ${ending}`),
  );
});
