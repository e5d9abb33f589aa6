import assert from 'node:assert/strict';
import {expectRun} from '../rig/expect-run.js';
import {scenario, scenarios} from '../rig/portpar-rig.js';

scenarios('names change', () => {
  scenario(
    'a port that was renamed replaces the old package in one go, and those who need it follow',
    {
      ports: {
        'devel/new-name': {name: 'new-name', version: '2'},
        'www/app': {installed: {version: '2', dependencies: ['old-name']}, needs: {run: ['devel/new-name']}},
      },
      packages: [
        {
          name: 'old-name',
          version: '1',
          origin: 'devel/old-name',
          automatic: true,
          annotations: {note: 'mine'},
        },
      ],
      moved: ['devel/old-name|devel/new-name|2026-01-02|A better name'],
    },
    async (rig) => {
      const ended = await rig.run(['-a']);
      assert.equal(ended.status, 0);
      expectRun(rig, ended, {succeeded: ['devel/new-name']});
      assert.match(
        ended.stdout,
        /^ {2}replace +devel\/new-name +old-name-1 +new-name-2 +moved from devel\/old-name: A better name; package renamed old-name → new-name$/m,
      );
      assert.deepEqual(rig.installed, ['app-2', 'new-name-2']);
      assert.deepEqual(rig.package('app')?.dependencies, ['new-name']);
      const {automatic, annotations, origin} = rig.package('new-name') ?? {};
      assert.deepEqual(
        {automatic, note: annotations?.['note'], origin},
        {automatic: true, note: 'mine', origin: 'devel/new-name'},
      );
      const changes = rig.commands.started.filter((label) => /^pkg (set|install)/.test(label));
      assert.deepEqual(changes.slice(0, 2), ['pkg set old-name:new-name', 'pkg install new-name-2']);
    },
  );

  scenario(
    'a rename whose installation fails gets its old name back',
    {
      ports: {'devel/new-name': {name: 'new-name', version: '2'}},
      packages: [{name: 'old-name', version: '1', origin: 'devel/old-name'}],
      moved: ['devel/old-name|devel/new-name|2026-01-02|A better name'],
    },
    async (rig) => {
      rig.commands.on('pkg install new-name-2', (pkg) => pkg.fail('pkg: no', 3));
      const ended = await rig.run(['-a']);
      assert.equal(ended.status, 1);
      expectRun(rig, ended, {failed: ['devel/new-name']});
      assert.match(ended.stdout, /old-name-1 is installed as before/);
      assert.deepEqual(rig.installed, ['old-name-1']);
    },
  );

  scenario(
    'a rename whose installation breaks off half-way gets the old package back',
    {
      ports: {'devel/new-name': {name: 'new-name', version: '2'}},
      packages: [{name: 'old-name', version: '1', origin: 'devel/old-name', annotations: {note: 'mine'}}],
      moved: ['devel/old-name|devel/new-name|2026-01-02|A better name'],
    },
    async (rig) => {
      rig.commands.on('pkg install new-name-2', async (pkg) => {
        await pkg.work('half');
        await pkg.fail('pkg: no', 70);
      });
      const ended = await rig.run(['-a']);
      assert.equal(ended.status, 1);
      expectRun(rig, ended, {failed: ['devel/new-name']});
      assert.match(ended.stdout, /old-name-1 is installed as before/);
      assert.deepEqual(rig.installed, ['old-name-1']);
      assert.equal(rig.package('old-name')?.annotations['note'], 'mine');
    },
  );

  scenario(
    'each installed flavor is upgraded on its own',
    {
      ports: {'devel/py-x': {flavors: {py311: 'py311-x', py39: 'py39-x'}}},
      packages: [
        {name: 'py311-x', version: '1', origin: 'devel/py-x', annotations: {flavor: 'py311'}},
        {name: 'py39-x', version: '1', origin: 'devel/py-x', annotations: {flavor: 'py39'}},
      ],
    },
    async (rig) => {
      const ended = await rig.run(['-a']);
      expectRun(rig, ended, {succeeded: ['devel/py-x@py311', 'devel/py-x@py39']});
      assert.deepEqual(rig.installed, ['py311-x-2', 'py39-x-2']);
      assert.equal(rig.package('py39-x')?.annotations['flavor'], 'py39');
    },
  );

  scenario(
    'a flavor that the port does not have any more',
    {
      ports: {'devel/py-x': {flavors: {py311: 'py311-x'}}, 'misc/fine': {installed: '1'}},
      packages: [{name: 'py27-x', version: '1', origin: 'devel/py-x', annotations: {flavor: 'py27'}}],
    },
    async (rig) => {
      const ended = await rig.run(['-a']);
      assert.equal(ended.status, 0);
      expectRun(rig, ended, {succeeded: ['misc/fine']});
      assert.match(
        ended.stdout,
        /devel\/py-x@py27 \(py27-x-1\): not in the ports tree: the port has the flavors py311/,
      );
    },
  );

  scenario(
    'a flavor asked for by name',
    {ports: {'devel/py-x': {flavors: {py311: 'py311-x', py39: 'py39-x'}}}},
    async (rig) => {
      const ended = await rig.run(['devel/py-x@py39']);
      expectRun(rig, ended, {succeeded: ['devel/py-x@py39']});
      assert.deepEqual(rig.installed, ['py39-x-2']);
    },
  );

  scenario(
    'MOVED that goes in a circle',
    {
      ports: {'misc/fine': {installed: '1'}},
      packages: [{name: 'dizzy', version: '1', origin: 'misc/dizzy'}],
      moved: ['misc/dizzy|misc/giddy|2026-01-01|over', 'misc/giddy|misc/dizzy|2026-01-02|and over'],
    },
    async (rig) => {
      const ended = await rig.run(['-a']);
      assert.equal(ended.status, 0);
      expectRun(rig, ended, {succeeded: ['misc/fine']});
      assert.match(
        ended.stdout,
        /misc\/dizzy \(dizzy-1\): .*MOVED goes in a circle: misc\/dizzy → misc\/giddy → misc\/dizzy/,
      );
    },
  );
});
