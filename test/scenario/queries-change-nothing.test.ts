import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {scenario, scenarios} from '../rig/portpar-rig.js';

const tree = {
  'devel/root': {installed: '2'},
  'devel/trunk': {installed: '1'},
  'devel/branch': {installed: '2', needs: {run: ['devel/trunk']}},
  'www/leaf': {installed: {version: '1', automatic: true}, needs: {run: ['devel/branch']}},
  'misc/locked': {installed: {version: '1', locked: true}},
  'misc/ahead': {installed: '3'},
  'misc/old': {
    installed: '2',
    variables: {DEPRECATED: 'Nobody looks after it', EXPIRATION_DATE: '2030-01-31'},
  },
};

scenarios('asking changes nothing', () => {
  scenario(
    '-n shows the plan and leaves the world as it is, down to the last file',
    {ports: tree},
    async (rig) => {
      const before = rig.snapshot();
      const ended = await rig.run(['-n', '-a']);
      assert.equal(ended.status, 0);
      assert.equal(ended.stderr, '');
      assert.equal(
        ended.stdout,
        [
          'Plan: 2 to upgrade; 1 left out',
          '',
          '  Action   Port         From  To  Why',
          '  upgrade  devel/trunk  1     2   newer version 1 → 2',
          '  upgrade  www/leaf     1     2   newer version 1 → 2',
          '',
          'Left out:',
          '  misc/locked (locked-1, locked-2 in the tree): locked (pkg unlock locked to let it be upgraded)',
          '',
          'Forecast: none, since nothing was ever built here. The next plan will have one.',
          '',
        ].join('\n'),
      );
      assert.deepEqual(rig.snapshot(), before);
      assert.ok(!existsSync(rig.world.state), 'not even the state folder is made');
      assert.deepEqual(rig.commands.started, [], 'only questions were asked');
    },
  );

  scenario('-n --json gives the plan as one document', {ports: tree}, async (rig) => {
    const before = rig.snapshot();
    const ended = await rig.run(['-n', '-a', '--json']);
    assert.equal(ended.status, 0);
    const plan = JSON.parse(ended.stdout) as {
      steps: {origin: string}[];
      nodes: {id: string; waitsFor: string[]}[];
    };
    assert.deepEqual(
      plan.steps.map(({origin}) => origin),
      ['devel/trunk', 'www/leaf'],
    );
    assert.deepEqual(
      plan.nodes.find(({id}) => id === 'package www/leaf')?.waitsFor,
      ['build www/leaf', 'install devel/trunk'],
      'the up-to-date branch between them carries the order',
    );
    assert.deepEqual(rig.snapshot(), before);
  });

  scenario('the same question gets the same answer, byte by byte', {ports: tree}, async (rig) => {
    const [first, second] = await Promise.all([
      rig.run(['-n', '-a', '--json']),
      rig.run(['-n', '-a', '--json']),
    ]);
    assert.equal(first.stdout, second.stdout);
  });

  scenario('-n with ports that are up to date: a rebuild was asked for', {ports: tree}, async (rig) => {
    const ended = await rig.run(['-n', 'devel/root']);
    assert.equal(ended.status, 0);
    assert.match(ended.stdout, /^ {2}rebuild {2}devel\/root {2}2 {5}2 {3}requested$/m);
  });

  scenario('-l lists what is installed by its place, and asks make nothing', {ports: tree}, async (rig) => {
    const before = rig.snapshot();
    const ended = await rig.run(['-l']);
    assert.equal(ended.status, 0);
    assert.equal(
      ended.stdout,
      [
        '===>>> Root ports (No dependencies, not depended on)',
        '===>>> ahead-3',
        '===>>> locked-1 (locked)',
        '===>>> old-2',
        '===>>> root-2',
        '===>>> 4 root ports',
        '',
        '===>>> Trunk ports (No dependencies, are depended on)',
        '===>>> trunk-1',
        '===>>> 1 trunk port',
        '',
        '===>>> Branch ports (Have dependencies, are depended on)',
        '===>>> branch-2',
        '===>>> 1 branch port',
        '',
        '===>>> Leaf ports (Have dependencies, not depended on)',
        '===>>> leaf-1 (automatic)',
        '===>>> 1 leaf port',
        '',
        '===>>> 7 total installed ports',
        '\t===>>> 4 root, 2 middle (1 trunk, 1 branch), 1 leaf',
        '',
      ].join('\n'),
    );
    assert.deepEqual(rig.snapshot(), before);
    assert.deepEqual(
      rig.calls.filter(({line}) => line.startsWith('make -C')),
      [],
    );
  });

  scenario(
    '-L adds what is newer in the tree and what stands against an upgrade',
    {ports: tree},
    async (rig) => {
      const before = rig.snapshot();
      const ended = await rig.run(['-L']);
      assert.equal(ended.status, 0);
      assert.match(ended.stdout, /^===>>> trunk-1\n\t===>>> New version available: trunk-2$/m);
      assert.match(ended.stdout, /^===>>> ahead-3\n\t===>>> Newer than the ports tree, which has 2$/m);
      assert.match(
        ended.stdout,
        /^===>>> locked-1 \(locked\)\n\t===>>> New version available: locked-2\n\t===>>> Cannot be upgraded: locked/m,
      );
      assert.match(
        ended.stdout,
        /^===>>> old-2\n\t===>>> Deprecated: Nobody looks after it \(expires on 2030-01-31\)$/m,
      );
      assert.match(ended.stdout, /\t===>>> 3 have new versions available\n\t===>>> 1 cannot be upgraded\n$/);
      assert.deepEqual(rig.snapshot(), before);
    },
  );

  scenario('-l --json and -L --json give one document each', {ports: tree}, async (rig) => {
    const [short, long] = await Promise.all([rig.run(['-l', '--json']), rig.run(['-L', '--json'])]);
    type Listing = {ports: Record<string, unknown>[]; counts: Record<string, number>};
    const listing = JSON.parse(short.stdout) as Listing;
    assert.deepEqual(
      listing.ports.find(({name}) => name === 'leaf'),
      {automatic: true, class: 'leaf', locked: false, name: 'leaf', origin: 'www/leaf', version: '1'},
    );
    assert.deepEqual(listing.counts, {branch: 1, leaf: 1, middle: 2, root: 4, total: 7, trunk: 1});
    const versions = JSON.parse(long.stdout) as Listing;
    assert.equal(versions.counts['newVersions'], 3);
    assert.deepEqual(versions.ports.find(({name}) => name === 'leaf')?.['upgrade'], {
      name: 'leaf',
      origin: 'www/leaf',
      version: '2',
    });
  });

  scenario('an empty package database is no trouble', {}, async (rig) => {
    const [all, list] = await Promise.all([rig.run(['-a']), rig.run(['-l'])]);
    assert.deepEqual([all.status, all.stdout], [0, 'Plan: nothing to do, everything is up to date\n']);
    assert.equal(list.status, 0);
    assert.match(list.stdout, /^===>>> 0 total installed ports$/m);
  });

  scenario(
    'a reader of -l that goes away after the first line had what it wanted',
    {
      packages: Array.from({length: 4000}, (_, index) => ({
        name: `a-package-with-a-rather-long-name-${index}`,
        version: '1',
        origin: `misc/p${index}`,
        files: {},
      })),
    },
    async (rig) => {
      const portpar = rig.start(['-l']);
      await portpar.printed(/\n/);
      portpar.closeOutput();
      const ended = await portpar.ended;
      assert.equal(ended.status, 0);
      assert.equal(ended.stderr, '');
    },
  );
});
