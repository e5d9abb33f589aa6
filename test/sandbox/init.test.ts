import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test, type TestContext} from 'node:test';
import {initSandbox, type Sandbox} from '../../src/sandbox/init.js';
import {sandboxEnvironment, sandboxLayout} from '../../src/sandbox/layout.js';
import {handMadeTree} from '../../src/sandbox/ports.js';
import {ExecaRunner} from '../../src/system/execa-runner.js';
import {temporaryDirectory} from '../unit/temporary-directory.js';

const runner = new ExecaRunner();

/** Runs a program in a sandbox's environment and nothing but it. */
function inSandbox(
  directory: string,
  program: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
) {
  const environment = sandboxEnvironment(sandboxLayout(directory), process.env['PATH'] ?? '');
  const {status, stdout, stderr} = spawnSync(program, args, {
    encoding: 'utf8',
    env: {...environment, ...more},
  });
  return {status, stdout, stderr};
}

async function makeSandbox(context: TestContext, options: {ports?: number; seed?: number}): Promise<Sandbox> {
  const directory = join(temporaryDirectory(context), 'sandbox');
  const made = await initSandbox({directory, runner, ...options});
  assert.ok(made.ok, JSON.stringify(made));
  return made.value;
}

const make = process.platform.endsWith('bsd') ? 'make' : 'bmake';

test('a small random sandbox has an older generation installed and a newer one in its tree', async (context) => {
  const seen: string[] = [];
  const directory = join(temporaryDirectory(context), 'sandbox');
  const made = await initSandbox({
    directory,
    runner,
    ports: 6,
    seed: 5,
    progress: ({done, total, origin}) => seen.push(`${done}/${total} ${origin}`),
  });
  assert.ok(made.ok, JSON.stringify(made));
  assert.equal(seen.length, made.value.installed);
  const installed = inSandbox(directory, join(directory, 'bin/pkg'), ['query', '-a', '%o %v'])
    .stdout.trim()
    .split('\n');
  assert.equal(installed.length, made.value.installed);
  let newer = 0;
  for (const line of installed) {
    const [origin = '', version = ''] = line.split(' ');
    const names = [
      'PKGNAME',
      'PKGVERSION',
      'PKGORIGIN',
      'IGNORE',
      'WRKDIR',
      'ALLFILES',
      'PKGFILE',
      'LIB_DEPENDS',
    ];
    const asked = inSandbox(directory, make, [
      '-C',
      join(directory, 'ports', origin),
      ...names.flatMap((name) => ['-V', name]),
    ]);
    assert.equal(asked.status, 0, asked.stderr);
    const answers = asked.stdout.split('\n').slice(0, -1);
    assert.equal(answers.length, names.length, asked.stdout);
    assert.equal(answers[2], origin);
    assert.equal(answers[3], '');
    assert.equal(answers[4], `${directory}/work${directory}/ports/${origin}/work`);
    assert.equal(answers[6], `${directory}/packages/All/${answers[0] ?? ''}.pkg`);
    assert.doesNotMatch(asked.stdout, /\$\{|\$\(/);
    if (answers[1] !== version) newer += 1;
  }
  assert.ok(newer > 0 && newer < installed.length, `${newer} of ${installed.length} are newer`);
  const checked = inSandbox(directory, join(directory, 'bin/pkg'), ['check', '-q', '-s', '-a']);
  assert.deepEqual(checked, {status: 0, stdout: '', stderr: ''});
});

test('the hand-made sandbox', async (context) => {
  const {directory, config} = await makeSandbox(context, {});
  const port = (origin: string): string => join(directory, 'ports', origin);
  const pkg = (...args: readonly string[]): string =>
    inSandbox(directory, join(directory, 'bin/pkg'), args).stdout;

  await context.test('has all old ports installed, with flags and dependencies', () => {
    const tree = handMadeTree();
    const origins = pkg('query', '-a', '%o').trim().split('\n');
    assert.deepEqual(new Set(origins), new Set(tree.old.ports.map(({origin}) => origin)));
    assert.equal(pkg('query', '%n-%v %a', 'misc/greet'), 'greet-5.0 0\ngreet-fancy-5.0 1\n');
    assert.equal(pkg('query', '%dn', 'sitegen'), 'colors\ngreet-fancy\nlibcalc\nminilang\n');
    assert.equal(pkg('query', '%At=%Av', 'greet-fancy'), 'flavor=fancy\n');
    assert.equal(pkg('query', '%b', 'libtok'), 'libtok.so.0\n');
    assert.equal(pkg('check', '-d', '-n', '-q', '-a'), '');
  });

  await context.test('has programs that run, linked with the libraries of the prefix', () => {
    const told = inSandbox(directory, join(directory, 'prefix/bin/sitegen'), []).stdout;
    assert.equal(told, 'sitegen 6.4 [calc 4.2 [tok 0.9.4 [vec 1.2.0], fix 20230401]] (level 9)\n');
  });

  await context.test('has a configuration that points nowhere else', () => {
    const text = readFileSync(config, 'utf8');
    assert.match(text, new RegExp(`^ports_dir = "${directory}/ports"$`, 'm'));
    assert.match(text, new RegExp(`^PKG_DBDIR = "${directory}/db/pkg"$`, 'm'));
  });

  await context.test('refuses to build against an older library than the port was written for', () => {
    const built = inSandbox(directory, make, ['-C', port('textproc/wordfreq'), '-DNO_DEPENDS', 'package']);
    assert.notEqual(built.status, 0);
    assert.match(built.stdout + built.stderr, /tok_level_2/);
  });

  await context.test('names a dependency that is missing', () => {
    const built = inSandbox(directory, make, ['-C', port('www/sitegen'), 'build']);
    assert.notEqual(built.status, 0);
    assert.match(built.stderr, /textproc\/libmark has to be installed first/);
  });

  await context.test('stops targets of an ignored port', () => {
    const fetched = inSandbox(directory, make, ['-C', port('games/dicebox'), 'fetch']);
    assert.notEqual(fetched.status, 0);
    assert.match(fetched.stdout, /===> {2}dicebox-1\.1 needs dice that are not made any more\./);
  });

  await context.test('knows flavors', () => {
    const ask = (flavor: string): string =>
      inSandbox(
        directory,
        make,
        ['-C', port('misc/greet'), '-V', 'PKGNAME', '-V', 'FLAVORS', '-V', 'WRKDIR'],
        {FLAVOR: flavor},
      ).stdout;
    assert.equal(
      ask('fancy'),
      `greet-fancy-5.1\nplain fancy\n${directory}/work${directory}/ports/misc/greet/work-fancy\n`,
    );
    assert.equal(
      ask(''),
      `greet-5.1\nplain fancy\n${directory}/work${directory}/ports/misc/greet/work-plain\n`,
    );
  });

  await context.test('fails a named port, and leaves its work directory to look at', () => {
    const built = inSandbox(directory, make, ['-C', port('misc/notes'), 'build'], {
      SANDBOX_FAIL: 'misc/other misc/notes',
    });
    assert.notEqual(built.status, 0);
    assert.match(built.stderr, /notes-3\.3\/main\.c:17:9: error: /);
  });

  await context.test('tells of a distribution file that is not the right one', () => {
    const file = join(directory, 'distfiles/libvec-1.3.1.tar.gz');
    mkdirSync(join(directory, 'distfiles'), {recursive: true});
    const check = (...args: readonly string[]) =>
      inSandbox(directory, make, ['-C', port('devel/libvec'), 'checksum', ...args]);
    writeFileSync(file, 'something else');
    const checked = check('FETCH_REGET=0');
    assert.notEqual(checked.status, 0);
    assert.match(checked.stdout, /Checksum mismatch for libvec-1\.3\.1\.tar\.gz/);
    const fetchedAgain = check();
    assert.equal(fetchedAgain.status, 0, fetchedAgain.stderr);
    assert.notEqual(readFileSync(file, 'utf8'), 'something else');
  });

  await context.test(
    'packages only what is installed at that moment, links it to PACKAGES, installs and cleans',
    () => {
      const run = (origin: string, ...args: readonly string[]) =>
        inSandbox(directory, make, ['-C', port(origin), ...args]);
      assert.equal(run('archivers/unrle', '-DNO_DEPENDS', 'package').status, 0);
      const file = join(directory, 'packages/All/unrle-2.1_1.pkg');
      assert.equal(pkg('query', '-F', file, '%dn'), 'librle\n');
      assert.equal(pkg('query', '-F', file, '%B').includes('librle.so.2'), true);
      assert.equal(run('archivers/unrle', 'clean').status, 0);
      pkg('delete', '-q', '-y', '-f', 'colors');
      assert.equal(run('sysutils/loglint', '-DNO_DEPENDS', 'package').status, 0);
      assert.equal(pkg('query', '-F', join(directory, 'packages/All/loglint-1.2.pkg'), '%dn'), 'wordfreq\n');
      assert.equal(run('misc/colors', 'install').status, 0);
      assert.equal(pkg('query', '%n-%v', 'misc/colors'), 'colors-2023.05\n');
      assert.equal(run('misc/colors', 'clean').status, 0);
      assert.equal(existsSync(join(directory, 'work', directory, 'ports/misc/colors/work')), false);
    },
  );
});

test('a folder with other things in it is left alone', async (context) => {
  const directory = temporaryDirectory(context);
  writeFileSync(join(directory, 'letter'), 'dear all');
  const made = await initSandbox({directory, runner, ports: 1});
  assert.equal(made.ok, false);
  assert.equal(made.failures.length, 1);
  assert.equal(made.failures[0]?.kind, 'invalid-usage');
  assert.equal(readFileSync(join(directory, 'letter'), 'utf8'), 'dear all');
});

test('a path that make cannot have is refused, and so is a make that is not there', async (context) => {
  const directory = temporaryDirectory(context);
  const blank = await initSandbox({directory: join(directory, 'with blank'), runner, ports: 1});
  assert.ok(!blank.ok);
  assert.equal(blank.failures[0]?.kind, 'invalid-usage');
  const toolless = await initSandbox({
    directory: join(directory, 'x'),
    runner,
    ports: 1,
    make: 'no-such-make',
  });
  assert.ok(!toolless.ok);
  assert.equal(toolless.failures[0]?.kind, 'tool-missing');
  assert.equal(existsSync(join(directory, 'x')), false);
});

test('a sandbox can be made anew in its place', async (context) => {
  const {directory} = await makeSandbox(context, {ports: 1});
  writeFileSync(join(directory, 'prefix/stray'), '');
  const again = await initSandbox({directory, runner, ports: 1, seed: 2});
  assert.ok(again.ok, JSON.stringify(again));
  assert.equal(existsSync(join(directory, 'prefix/stray')), false);
});

test('clean and build in one call of make build anew what an interrupted build left behind', async (context) => {
  const {directory} = await makeSandbox(context, {ports: 3, seed: 2});
  const [line = ''] = inSandbox(directory, join(directory, 'bin/pkg'), ['query', '-a', '%o']).stdout.split(
    '\n',
  );
  const port = join(directory, 'ports', line);
  assert.equal(inSandbox(directory, make, ['-C', port, '-DNO_DEPENDS', 'configure']).status, 0);
  const built = inSandbox(directory, make, ['-C', port, '-DNO_DEPENDS', 'clean', 'build']);
  assert.equal(built.status, 0, built.stdout + built.stderr);
  assert.match(built.stdout, /Extracting for/);
});
