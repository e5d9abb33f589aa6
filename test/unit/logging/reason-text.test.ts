import assert from 'node:assert/strict';
import {test} from 'node:test';
import {leftOutReasonText, reasonText} from '../../../src/logging/reason-text.js';
import type {LeftOutReason, Reason} from '../../../src/model/plan.js';
import {origin} from './sample.js';

test('Every reason for a step has its line', () => {
  const cases: {readonly [Kind in Reason['kind']]: readonly (readonly [Reason & {kind: Kind}, string])[]} = {
    'newer-version': [[{kind: 'newer-version', from: '1.2', to: '1.3'}, 'newer version 1.2 → 1.3']],
    moved: [
      [{kind: 'moved', from: origin('x/y'), text: 'Has a new\n name'}, 'moved from x/y: Has a new name'],
      [{kind: 'moved', from: origin('x/y'), text: ' '}, 'moved from x/y'],
    ],
    renamed: [[{kind: 'renamed', from: 'foo', to: 'foo2'}, 'package renamed foo → foo2']],
    requested: [[{kind: 'requested'}, 'requested']],
    forced: [[{kind: 'forced'}, 'forced']],
    'older-in-tree': [
      [{kind: 'older-in-tree', from: '1.3', to: '1.2'}, 'older version 1.3 → 1.2: the tree went back'],
    ],
    lacking: [
      [
        {kind: 'lacking', by: origin('www/foo'), pattern: 'gmake'},
        'www/foo needs gmake, which the installed package does not have',
      ],
    ],
    needed: [
      [{kind: 'needed', by: origin('www/foo'), how: 'build', pattern: 'gmake'}, 'needed by www/foo to build'],
      [
        {kind: 'needed', by: origin('www/foo'), how: 'run', pattern: 'libx.so'},
        'needed by www/foo at run time',
      ],
    ],
    'interrupted-run': [
      [{kind: 'interrupted-run', file: '/p/foo-1.3.pkg'}, 'built by an earlier run: /p/foo-1.3.pkg'],
    ],
  };
  for (const [reason, text] of Object.values(cases).flat()) assert.equal(reasonText(reason), text);
});

test('Every reason for leaving a port out has its line', () => {
  const locked: LeftOutReason = {kind: 'locked'};
  const cases: {
    readonly [Kind in LeftOutReason['kind']]: readonly (readonly [LeftOutReason & {kind: Kind}, string])[];
  } = {
    locked: [[{kind: 'locked'}, 'locked (pkg unlock foo to let it be upgraded)']],
    'newer-than-tree': [
      [
        {kind: 'newer-than-tree', installed: '1.3', tree: '1.2'},
        "installed is 1.3, newer than the tree's 1.2; name the port to go back",
      ],
    ],
    excluded: [[{kind: 'excluded', glob: 'www/*'}, "excluded by -x 'www/*'"]],
    ignored: [
      [{kind: 'ignored', text: 'is interactive'}, 'ignored: is interactive'],
      [{kind: 'ignored', text: 'bad \u001B[2Jtext'}, 'ignored: bad text'],
    ],
    broken: [[{kind: 'broken', text: 'does not compile'}, 'marked as broken: does not compile']],
    forbidden: [[{kind: 'forbidden', text: 'CVE-2020-1'}, 'marked as forbidden: CVE-2020-1']],
    'not-in-tree': [
      [{kind: 'not-in-tree', text: ''}, 'not in the ports tree'],
      [{kind: 'not-in-tree', text: 'never was'}, 'not in the ports tree: never was'],
    ],
    removed: [
      [
        {kind: 'removed', date: '2024-05-06', text: 'Unmaintained'},
        'removed from the tree on 2024-05-06: Unmaintained',
      ],
    ],
    unreadable: [
      [
        {kind: 'unreadable', text: 'Makefile:3: missing operator'},
        'the port could not be read: Makefile:3: missing operator',
      ],
    ],
    'unmet-dependency': [
      [
        {kind: 'unmet-dependency', pattern: 'libz.so', on: origin('a/z'), because: 'not in the ports tree'},
        'needs libz.so from a/z, which cannot be had: not in the ports tree',
      ],
    ],
    cycle: [
      [
        {kind: 'cycle', path: [origin('a/a'), origin('b/b'), origin('a/a')]},
        'in a dependency cycle: a/a → b/b → a/a',
      ],
    ],
    'needs-left-out': [
      [
        {kind: 'needs-left-out', on: origin('www/bar@py311'), because: locked},
        'needs www/bar@py311, which is left out: locked (pkg unlock www/bar to let it be upgraded)',
      ],
      [
        {
          kind: 'needs-left-out',
          on: origin('a/a'),
          because: {
            kind: 'needs-left-out',
            on: origin('b/b'),
            because: {kind: 'excluded', glob: 'b/*'},
          },
        },
        "needs a/a, which needs b/b, which is left out: excluded by -x 'b/*'",
      ],
    ],
    'name-taken': [
      [
        {kind: 'name-taken', by: origin('www/bar'), name: 'foo'},
        'its package would be named foo like that of www/bar, and only one of them can be installed',
      ],
    ],
  };
  for (const [reason, text] of Object.values(cases).flat())
    assert.equal(leftOutReasonText(reason, 'foo'), text);
});
