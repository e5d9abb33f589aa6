import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expectRun} from '../rig/expect-run.js';
import {scenario, scenarios, type PortparRig} from '../rig/portpar-rig.js';

const pair = {
  'devel/library': {installed: '1'},
  'www/app': {installed: '1', needs: {lib: ['devel/library']}},
};

/** A first run in which everything is made, and the installation of `name` fails once. */
async function failToInstall(rig: PortparRig, label: string): Promise<void> {
  let isFirst = true;
  rig.commands.on(label, async (pkg) => {
    if (!isFirst) return pkg.succeed();
    isFirst = false;
    return pkg.fail('pkg: not now', 3);
  });
  assert.equal((await rig.run(['-a'])).status, 1);
}

/** What the second run had make and pkg do; the first is over when this is called. */
async function secondRun(rig: PortparRig): Promise<{readonly labels: string[]; readonly stdout: string}> {
  const before = rig.commands.started.length;
  const ended = await rig.run(['-a']);
  expectRun(rig, ended, {succeeded: ['www/app']});
  assert.equal(ended.status, 0);
  return {labels: rig.commands.started.slice(before), stdout: ended.stdout};
}

scenarios('a second run', () => {
  scenario('installs a finished package without building it again', {ports: pair}, async (rig) => {
    await failToInstall(rig, 'pkg install app-2');
    const {labels, stdout} = await secondRun(rig);
    assert.deepEqual(
      labels.filter((label) => !label.startsWith('pkg')),
      [],
    );
    assert.match(stdout, /^Plan: 1 to upgrade; 1 already built$/m);
    assert.match(stdout, /newer version 1 → 2; built by an earlier run: \S+app-2\.pkg$/m);
    assert.deepEqual(rig.installed, ['app-2', 'library-2']);
  });

  scenario('builds a port again whose version has changed', {ports: pair}, async (rig) => {
    await failToInstall(rig, 'pkg install app-2');
    rig.world.changePort('www/app', {version: '3'});
    const {labels} = await secondRun(rig);
    assert.ok(labels.includes('build www/app'));
    assert.equal(rig.package('app')?.version, '3');
  });

  scenario('builds a port again of which one file has changed', {ports: pair}, async (rig) => {
    await failToInstall(rig, 'pkg install app-2');
    const file = join(rig.world.ports, 'www/app/pkg-descr');
    writeFileSync(file, 'A port with another description.\n');
    const {labels} = await secondRun(rig);
    assert.ok(labels.includes('build www/app'));
  });

  scenario('builds a port again that would be built with other options', {ports: pair}, async (rig) => {
    await failToInstall(rig, 'pkg install app-2');
    rig.world.changePort('www/app', {variables: {SELECTED_OPTIONS: 'DOCS'}});
    const {labels} = await secondRun(rig);
    assert.ok(labels.includes('build www/app'));
  });

  scenario('builds a port again whose library was upgraded in the meantime', {ports: pair}, async (rig) => {
    await failToInstall(rig, 'pkg install app-2');
    rig.world.changePort('devel/library', {version: '3'});
    const before = rig.commands.started.length;
    const ended = await rig.run(['-a']);
    expectRun(rig, ended, {succeeded: ['devel/library', 'www/app']});
    assert.ok(rig.commands.started.slice(before).includes('build www/app'));
  });

  scenario('builds again what was left half written', {ports: {'www/app': {installed: '1'}}}, async (rig) => {
    await failToInstall(rig, 'pkg install app-2');
    writeFileSync(join(rig.world.state, 'packages', 'All', 'app-2.pkg'), 'torn');
    const {labels} = await secondRun(rig);
    assert.ok(labels.includes('build www/app'));
  });

  scenario('takes up what Ctrl-C left undone', {ports: pair}, async (rig) => {
    rig.commands.hold('build www/app');
    const portpar = rig.start(['-a']);
    await rig.nextInvocation('build www/app');
    portpar.signal('SIGINT');
    assert.equal((await portpar.ended).status, 130);
    rig.commands.on('build www/app', (build) => build.succeed());
    const {labels} = await secondRun(rig);
    assert.ok(labels.includes('build www/app'));
    assert.ok(!labels.includes('build devel/library'));
  });

  scenario('has nothing to do when the first did all', {ports: pair}, async (rig) => {
    assert.equal((await rig.run(['-a'])).status, 0);
    const before = rig.commands.started.length;
    const ended = await rig.run(['-a']);
    assert.equal(ended.status, 0);
    assert.equal(ended.stdout, 'Plan: nothing to do, everything is up to date\n');
    assert.equal(rig.commands.started.length, before);
    assert.equal(rig.runs.length, 1);
  });
});
