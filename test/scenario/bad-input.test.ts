import assert from 'node:assert/strict';
import {chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {scenario, scenarios, type PortparRig, type StartOptions} from '../rig/portpar-rig.js';

const tree = {'devel/a': {installed: '1'}, 'www/nginx': {installed: '1'}, 'www/apache': {}};

/** Runs portpar, and asserts that it ends with this code, that it says so on stderr alone, and that nothing was changed. */
async function assertRefused(
  rig: PortparRig,
  args: readonly string[],
  status: number,
  stderr: RegExp | string,
  options: StartOptions = {},
): Promise<void> {
  const before = rig.snapshot();
  const ended = await rig.run(args, options);
  assert.equal(ended.status, status, ended.stderr);
  assert.equal(ended.stdout, '');
  if (typeof stderr === 'string') assert.equal(ended.stderr, stderr);
  else assert.match(ended.stderr, stderr);
  assert.doesNotMatch(ended.stderr, /\n {4}at /, 'no stack trace');
  assert.deepEqual(rig.snapshot(), before);
}

scenarios('what cannot be done is said in a line, with its own exit code, and nothing is changed', () => {
  scenario('no ports tree', {ports: tree}, async (rig) => {
    rmSync(join(rig.world.ports, 'Mk'), {recursive: true});
    const expected = new RegExp(
      `^portpar: There is no ports tree in ${rig.world.ports}\\.\n {2}Fetch one .*PORTSDIR.*\n$`,
    );
    await assertRefused(rig, ['-a'], 69, expected);
    await assertRefused(rig, ['-L'], 69, expected);
  });

  scenario('no make', {ports: tree, tools: ['pkg']}, async (rig) => {
    await assertRefused(
      rig,
      ['-a'],
      69,
      /^portpar: The program bmake was not found\.\n {2}Install a BSD make .*\n$/,
    );
    await assertRefused(rig, ['-L'], 69, /^portpar: The program bmake was not found\./);
    assert.equal((await rig.run(['-l'])).status, 0, '-l needs no make');
  });

  scenario('a make that is no BSD make is passed over for bmake', {ports: tree}, async (rig) => {
    const make = join(rig.world.bin, 'make');
    renameSync(make, join(rig.world.bin, 'bmake'));
    writeFileSync(make, '#!/bin/sh\necho "make: invalid option -- V" >&2\nexit 2\n', {mode: 0o755});
    const ended = await rig.run(['-n', '-a']);
    assert.equal(ended.status, 0);
    assert.match(ended.stdout, /^Plan: 2 to upgrade$/m);
  });

  scenario('no pkg', {ports: tree, tools: ['make']}, async (rig) => {
    const expected = /^portpar: The program pkg was not found\.\n {2}Install pkg\(8\).*\n$/;
    for (const args of [['-a'], ['-l'], ['-L']]) await assertRefused(rig, args, 69, expected);
  });

  scenario('a package database that is damaged, or held by somebody else', {ports: tree}, async (rig) => {
    const {packages} = rig.world;
    for (const text of [
      'pkg: sqlite error while executing query: database disk image is malformed',
      'pkg: Cannot get a read lock on a database, it is locked by another process',
    ]) {
      rig.world.writeState({packages, trouble: {text, status: 74}});
      for (const args of [['-a'], ['-l'], ['-L']]) {
        const stderr = `portpar: The package database could not be read: ${text}.\n`;
        await assertRefused(
          rig,
          args,
          69,
          new RegExp(`^${stderr.replaceAll('.', '\\.')} {2}Try .*changed nothing\\.\n$`),
        );
      }
    }
  });

  scenario('a user who may not write', {ports: tree}, async (rig) => {
    const uid = process.getuid?.() === 0 ? {uid: 65534} : {};
    if (process.getuid?.() !== 0) chmodSync(rig.world.root, 0o555);
    const before = rig.snapshot();
    const ended = await rig.run(['-a'], uid);
    assert.equal(ended.status, 77, ended.stderr);
    assert.equal(
      ended.stderr,
      `portpar: Not permitted to write to ${rig.world.state}.\n  Run portpar as root (sudo, doas), or look first with -n.\n`,
    );
    assert.match(ended.stdout, /^Plan: 2 to upgrade$/m);
    assert.deepEqual(rig.commands.started, []);
    assert.equal((await rig.run(['-n', '-a'], uid)).status, 0, 'looking is permitted');
    assert.equal((await rig.run(['-l'], uid)).status, 0);
    assert.deepEqual(rig.snapshot(), before);
    if (process.getuid?.() !== 0) chmodSync(rig.world.root, 0o755);
  });

  scenario('names that nothing has: the nearest ones are offered', {ports: tree}, async (rig) => {
    const nothing = (operand: string): string =>
      `portpar: No installed package and no port in the tree matches ${operand}.\n`;
    await assertRefused(rig, ['www/nginks'], 64, `${nothing('www/nginks')}  Did you mean www/nginx?\n`);
    await assertRefused(rig, ['nginz'], 64, `${nothing('nginz')}  Did you mean nginx?\n`);
    await assertRefused(rig, ['devel/nginx'], 64, /Did you mean www\/nginx\?\n$/);
    await assertRefused(
      rig,
      ['zzz-*'],
      64,
      /^portpar: .* matches zzz-\*\.\n {2}Give an origin such as www\/nginx/,
    );
    await assertRefused(
      rig,
      ['www/nginks', 'nothing'],
      64,
      /www\/nginks[\s\S]*\nportpar: .* matches nothing\.\n/,
    );
  });

  scenario(
    'operands that are no names, and could be more than that in a shell',
    {ports: tree},
    async (rig) => {
      const trap = join(rig.world.root, 'trap');
      for (const operand of [
        `$(touch ${trap})`,
        `\`touch ${trap}\``,
        `devel/a;touch ${trap}`,
        `devel/a|touch ${trap}`,
        `devel/a\ntouch ${trap}`,
        'devel/a b',
        '../../etc',
        'devel/../www/nginx',
        '/etc',
        '..',
        '',
        ' ',
        'devel/',
        'devel/a@',
        '@',
        "devel/a'",
        'devel/ä',
      ]) {
        await assertRefused(
          rig,
          ['--', operand],
          64,
          /^portpar: No installed package and no port in the tree matches/,
        );
      }
      await assertRefused(
        rig,
        ['-a', '-devel/a'],
        64,
        /^portpar: .*\n {2}portpar --help lists the options\.\n$/,
      );
      assert.ok(!existsSync(trap), 'no shell has seen any of it');
    },
  );

  scenario('shell characters in what is passed on reach make as they are', {ports: tree}, async (rig) => {
    const trap = join(rig.world.root, 'trap');
    rig.commands.hold('build');
    const portpar = rig.start([
      'devel/a',
      '-m',
      `A=$(touch\${IFS}${trap}) B=\`touch\` ;touch`,
      '-x',
      `$(touch ${trap})`,
    ]);
    const build = await rig.nextInvocation('build');
    assert.deepEqual(build.argv.slice(3, 6), [`A=$(touch\${IFS}${trap})`, 'B=`touch`', ';touch']);
    await build.succeed();
    assert.equal((await portpar.ended).status, 0);
    assert.ok(!existsSync(trap));
  });

  scenario('a MOVED that is there and cannot be read', {ports: tree}, async (rig) => {
    mkdirSync(join(rig.world.ports, 'MOVED'));
    await assertRefused(rig, ['-a'], 74, /^portpar: Could not read \S+MOVED: EISDIR/);
  });
});
