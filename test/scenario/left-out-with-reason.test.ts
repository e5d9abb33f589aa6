import assert from 'node:assert/strict';
import {expectRun} from '../rig/expect-run.js';
import {scenario, scenarios} from '../rig/portpar-rig.js';

scenarios('what is not done is named with its reason, and the rest is done', () => {
  scenario(
    'locked, ignored, broken and forbidden ports',
    {
      ports: {
        'misc/fine': {installed: '1'},
        'misc/locked': {installed: {version: '1', locked: true}},
        'misc/ignored': {installed: '1', variables: {IGNORE: 'needs Perl 4'}},
        'misc/broken': {
          installed: '1',
          variables: {IGNORE: 'is marked as broken: does not link', BROKEN: 'does not link'},
        },
        'misc/forbidden': {
          installed: '1',
          variables: {IGNORE: 'is forbidden: opens the door', FORBIDDEN: 'opens the door'},
        },
      },
    },
    async (rig) => {
      const ended = await rig.run(['-a']);
      assert.equal(ended.status, 0);
      expectRun(rig, ended, {succeeded: ['misc/fine']});
      assert.match(ended.stdout, /^Plan: 1 to upgrade; 4 left out$/m);
      for (const line of [
        'misc/locked (locked-1, locked-2 in the tree): locked (pkg unlock locked to let it be upgraded)',
        'misc/ignored (ignored-1, ignored-2 in the tree): ignored: needs Perl 4',
        'misc/broken (broken-1, broken-2 in the tree): marked as broken: does not link',
        'misc/forbidden (forbidden-1, forbidden-2 in the tree): marked as forbidden: opens the door',
      ]) {
        assert.ok(ended.stdout.includes(`\n  ${line}\n`), line);
      }
    },
  );

  scenario(
    'asked for by name and not to be had: that is no success',
    {
      ports: {'misc/locked': {installed: {version: '1', locked: true}}},
    },
    async (rig) => {
      const ended = await rig.run(['misc/locked']);
      assert.equal(ended.status, 1);
      assert.match(ended.stdout, /misc\/locked .*: locked/);
      assert.equal(rig.runs.length, 0);
    },
  );

  scenario(
    'a Makefile that does not parse',
    {
      ports: {
        'misc/fine': {installed: '1'},
        'misc/torn': {
          installed: '1',
          unreadable:
            'make: "/usr/ports/misc/torn/Makefile" line 7: Missing dependency operator\nmake: Fatal errors encountered -- cannot continue',
        },
        'www/app': {installed: '1', needs: {build: ['misc/torn']}},
      },
    },
    async (rig) => {
      const ended = await rig.run(['-a']);
      // The torn port is installed, so that what needs it can be built.
      expectRun(rig, ended, {succeeded: ['misc/fine', 'www/app']});
      assert.match(
        ended.stdout,
        /^ {2}misc\/torn \(torn-1\): the port could not be read: make: "\/usr\/ports\/misc\/torn\/Makefile" line 7: Missing dependency operator$/m,
      );
    },
  );

  scenario(
    'a dependency on a port that is not there',
    {
      ports: {
        'misc/fine': {installed: '1'},
        'www/app': {installed: '1', needs: {build: ['nothing>0:devel/nothing']}},
        'www/top': {installed: '1', needs: {build: ['www/app']}},
      },
    },
    async (rig) => {
      const ended = await rig.run(['-a']);
      assert.equal(ended.status, 0);
      // The top needs only an app, and an old one is installed.
      expectRun(rig, ended, {succeeded: ['misc/fine', 'www/top']});
      assert.match(
        ended.stdout,
        /^ {2}www\/app \(app-1, app-2 in the tree\): needs devel\/nothing, which is left out: not in the ports tree$/m,
      );
    },
  );

  scenario(
    'a dependency line that is none',
    {
      ports: {'www/app': {installed: '1', needs: {build: ['a:b:c:d:e']}}, 'misc/fine': {installed: '1'}},
    },
    async (rig) => {
      const ended = await rig.run(['-a']);
      expectRun(rig, ended, {succeeded: ['misc/fine']});
      assert.match(
        ended.stdout,
        /www\/app .*ignored: it has dependency lines that cannot be read: a:b:c:d:e/,
      );
    },
  );

  scenario(
    'a dependency whose version in the tree is too old',
    {
      ports: {
        'www/app': {installed: '1', needs: {run: ['library>=5:devel/library']}},
        'devel/library': {installed: '1'},
      },
    },
    async (rig) => {
      const ended = await rig.run(['-a']);
      expectRun(rig, ended, {succeeded: ['devel/library']});
      assert.match(
        ended.stdout,
        /needs library>=5 from devel\/library, which cannot be had: the tree has library-2/,
      );
    },
  );

  scenario(
    'ports that need each other: the circle is shown, and the rest is done',
    {
      ports: {
        'misc/fine': {installed: '1'},
        'devel/one': {needs: {build: ['devel/two']}},
        'devel/two': {needs: {build: ['devel/three']}},
        'devel/three': {needs: {build: ['devel/one']}},
        'www/app': {needs: {run: ['devel/one']}},
      },
    },
    async (rig) => {
      const ended = await rig.run(['misc/fine', 'www/app']);
      assert.equal(ended.status, 1, 'not all that was asked for was had');
      expectRun(rig, ended, {succeeded: ['misc/fine']});
      assert.match(
        ended.stdout,
        /in a dependency cycle: devel\/one → devel\/two → devel\/three → devel\/one/,
      );
      assert.match(
        ended.stdout,
        /^ {2}www\/app \(app-2 in the tree\): needs devel\/one, which is left out: in a dependency cycle/m,
      );
    },
  );

  scenario(
    'an installed port that left the tree, with and without a word in MOVED',
    {
      ports: {'misc/fine': {installed: '1'}},
      packages: [
        {name: 'gone', version: '1', origin: 'misc/gone'},
        {name: 'removed', version: '1', origin: 'misc/removed'},
      ],
      moved: ['misc/removed||2025-04-30|Has expired: nobody wanted it'],
    },
    async (rig) => {
      const ended = await rig.run(['-a']);
      assert.equal(ended.status, 0);
      expectRun(rig, ended, {succeeded: ['misc/fine']});
      assert.match(ended.stdout, /^ {2}misc\/gone \(gone-1\): not in the ports tree$/m);
      assert.match(
        ended.stdout,
        /^ {2}misc\/removed \(removed-1\): removed from the tree on 2025-04-30: Has expired: nobody wanted it$/m,
      );
    },
  );
});
