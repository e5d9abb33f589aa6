import assert from 'node:assert/strict';
import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expectRun} from '../rig/expect-run.js';
import {scenario, scenarios} from '../rig/portpar-rig.js';

const three = {
  'devel/a': {installed: '1'},
  'devel/b': {installed: '2'},
  'www/py-c': {name: 'py39-c', installed: '1'},
};

scenarios('options and settings', () => {
  scenario('-a upgrades what is out of date and nothing else', {ports: three}, async (rig) => {
    const ended = await rig.run(['-a']);
    assert.equal(ended.status, 0);
    assert.equal(ended.stderr, '');
    expectRun(rig, ended, {succeeded: ['devel/a', 'www/py-c']});
    assert.deepEqual(rig.installed, ['a-2', 'b-2', 'py39-c-2']);
    for (const port of ['devel/a', 'www/py-c']) {
      assert.match(ended.stdout, new RegExp(`^  ${port} +1 → 2 +in [\\d.]+ s$`, 'm'));
    }
  });

  scenario('-f with -a rebuilds what is up to date as well', {ports: three}, async (rig) => {
    const ended = await rig.run(['-a', '-f']);
    expectRun(rig, ended, {succeeded: ['devel/a', 'devel/b', 'www/py-c']});
    assert.match(ended.stdout, /^ {2}rebuild +devel\/b +2 +2 +forced$/m);
    assert.match(ended.stdout, /^Rebuilt:\n {2}devel\/b/m);
    assert.ok(
      rig.calls.some(({line}) => / install -y -U -f \S+b-2\.pkg$/.test(line)),
      'the same version goes in by force',
    );
  });

  scenario('-F fetches and does no more', {ports: three}, async (rig) => {
    const ended = await rig.run(['-a', '-F']);
    assert.equal(ended.status, 0);
    expectRun(rig, ended, {succeeded: ['devel/a', 'www/py-c']});
    assert.deepEqual(rig.commands.started.sort(), ['checksum devel/a', 'checksum www/py-c']);
    assert.match(ended.stdout, /^Plan: 2 to fetch$/m);
    assert.match(ended.stdout, /^Fetched:$/m);
    assert.deepEqual(rig.installed, ['a-1', 'b-2', 'py39-c-1']);
  });

  scenario(
    '-x leaves matching ports alone, by origin or by name, and says so',
    {ports: three},
    async (rig) => {
      const ended = await rig.run(['-a', '-x', 'py39-*', '-x', 'devel/a']);
      assert.equal(ended.status, 0);
      assert.equal(rig.runs.length, 0);
      assert.match(ended.stdout, /devel\/a \(a-1, a-2 in the tree\): excluded by -x 'devel\/a'/);
      assert.match(ended.stdout, /www\/py-c \(py39-c-1, py39-c-2 in the tree\): excluded by -x 'py39-\*'/);
    },
  );

  scenario('-C and -K leave out the cleaning before and after', {ports: three}, async (rig) => {
    const ended = await rig.run(['devel/a', '-C', '-K']);
    expectRun(rig, ended, {succeeded: ['devel/a']});
    const makes = rig.calls.filter(({line}) => /^make .* (build|package)/.test(line)).map(({line}) => line);
    assert.equal(makes.length, 2);
    for (const line of makes) assert.doesNotMatch(line, / clean( |$)/);
  });

  scenario('-m gives its words to every call of make, questions included', {ports: three}, async (rig) => {
    const ended = await rig.run(['devel/a', '-m', '  WITH_X=1   -DWITHOUT_Y ']);
    expectRun(rig, ended, {succeeded: ['devel/a']});
    const makes = rig.calls.filter(({line}) => line.startsWith('make -C'));
    assert.ok(makes.length >= 4);
    for (const {line} of makes) assert.match(line, / WITH_X=1 -DWITHOUT_Y( |$)/);
  });

  scenario('-v shows every command with its process and how it ended', {ports: three}, async (rig) => {
    const ended = await rig.run(['devel/a', '-v']);
    expectRun(rig, ended, {succeeded: ['devel/a']});
    assert.match(
      ended.stdout,
      /command devel\/a \(a-2\): build runs as process \d+: make -C \S+ .*clean build$/m,
    );
    assert.match(ended.stdout, /command devel\/a \(a-2\): build ended with exit status 0$/m);
  });

  scenario('-j takes a whole number from 1 to 1024', {ports: three}, async (rig) => {
    for (const value of ['0', '1025', 'two', '-1', '1.5']) {
      const ended = await rig.run(['-a', '-j', value]);
      assert.equal(ended.status, 64, value);
      assert.match(
        ended.stderr,
        /^portpar: .*It takes a whole number from 1 to 1024\.\n.*--help lists the options\.\n$/,
      );
    }
  });

  scenario('--json gives one event a line, and those are the journal', {ports: three}, async (rig) => {
    const ended = await rig.run(['-a', '--json']);
    assert.equal(ended.status, 0);
    expectRun(rig, ended, {succeeded: ['devel/a', 'www/py-c'], withoutText: true});
    const events = ended.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(events, rig.journal);
  });

  scenario(
    'a port that is asked for by name is installed with what it needs, which becomes automatic',
    {
      ports: {
        'devel/new': {needs: {run: ['devel/helper'], build: ['devel/tool']}},
        'devel/helper': {},
        'devel/tool': {},
      },
    },
    async (rig) => {
      const ended = await rig.run(['devel/new']);
      expectRun(rig, ended, {succeeded: ['devel/helper', 'devel/new', 'devel/tool']});
      assert.match(ended.stdout, /^ {2}install +devel\/helper +- +2 +needed by devel\/new at run time$/m);
      assert.deepEqual(rig.world.packages.map(({name, automatic}) => `${name} ${automatic}`).sort(), [
        'helper true',
        'new false',
        'tool true',
      ]);
    },
  );

  scenario(
    'operands may be names, globs, directories and the directory one stands in',
    {ports: three},
    async (rig) => {
      const plan = async (operand: string, cwd?: string): Promise<string[]> => {
        const ended = await rig.run(['-n', '--json', operand], cwd === undefined ? {} : {cwd});
        const {steps} = JSON.parse(ended.stdout) as {steps: {origin: string}[]};
        return steps.map(({origin}) => origin).sort();
      };
      const tree = rig.world.ports;
      assert.deepEqual(
        await Promise.all([
          plan('py39-c'),
          plan('py39-c-1'),
          plan('devel/*'),
          plan(join(tree, 'devel/a')),
          plan('.', join(tree, 'devel/b')),
          plan('www/py-c/'),
        ]),
        [['www/py-c'], ['www/py-c'], ['devel/a', 'devel/b'], ['devel/a'], ['devel/b'], ['www/py-c']],
      );
    },
  );

  scenario(
    'the config file sets what flags set, and flags stand above it',
    {ports: three, config: 'builders = 7\nexclude = ["py39-*"]\nverbose = true'},
    async (rig) => {
      const ended = await rig.run(['-a', '-j', '3']);
      expectRun(rig, ended, {succeeded: ['devel/a']});
      const [first] = rig.journal;
      assert.equal(first?.kind === 'run-started' && first.builders, 3);
      assert.match(ended.stdout, /runs as process/);
    },
  );

  scenario(
    'a config file gives commands an environment',
    {ports: three, config: '[environment]\nMAKE_CONF_EXTRA = "a b"'},
    async (rig) => {
      rig.commands.hold('build');
      const portpar = rig.start(['devel/a']);
      const build = await rig.nextInvocation('build');
      assert.equal(build.environment['MAKE_CONF_EXTRA'], 'a b');
      await build.succeed();
      assert.equal((await portpar.ended).status, 0);
    },
  );

  scenario(
    "without --config the user's own file counts, and PORTSDIR stands above it",
    {ports: three},
    async (rig) => {
      const home = join(rig.world.root, 'home');
      mkdirSync(join(home, '.config', 'portpar'), {recursive: true});
      writeFileSync(
        join(home, '.config', 'portpar', 'portpar.toml'),
        `state_dir = "${rig.world.state}"\nports_dir = "/nowhere"\n`,
      );
      const options = {withoutConfig: true, env: {PORTSDIR: rig.world.ports}};
      const ended = await rig.run(['devel/a'], options);
      expectRun(rig, ended, {succeeded: ['devel/a']});
      const elsewhere = await rig.run(['-n', '-a'], {withoutConfig: true});
      assert.equal(elsewhere.status, 69);
      assert.match(elsewhere.stderr, /^portpar: There is no ports tree in \/nowhere\.$/m);
    },
  );

  scenario(
    'what is wrong in a config file is told with its line, all of it at once',
    {
      ports: three,
      config: 'bulders = 4\nfetchers = 0\nverbose = "yes"',
    },
    async (rig) => {
      const before = rig.snapshot();
      const ended = await rig.run(['-a']);
      assert.equal(ended.status, 78);
      assert.equal(ended.stdout, '');
      const file = rig.world.configFile;
      assert.equal(
        ended.stderr,
        [
          `portpar: ${file}:3: bulders is not a setting of portpar.`,
          '  Did you mean builders?',
          `portpar: ${file}:4: fetchers takes a whole number from 1 to 1024.`,
          `portpar: ${file}:5: verbose takes true or false.`,
          '',
        ].join('\n'),
      );
      assert.deepEqual(rig.snapshot(), before);
    },
  );

  scenario('a config file that is no TOML, and one that is not there', {ports: three}, async (rig) => {
    writeFileSync(rig.world.configFile, 'builders = \n');
    const torn = await rig.run(['-a']);
    assert.equal(torn.status, 78);
    assert.match(torn.stderr, new RegExp(`^portpar: ${rig.world.configFile}:1: .+\n$`));
    const missing = await rig.run(['--config', '/no/such/file', '-a'], {withoutConfig: true});
    assert.equal(missing.status, 78);
    assert.equal(missing.stderr, 'portpar: /no/such/file: there is no such file.\n');
    assert.ok(!existsSync(rig.world.state));
  });

  scenario('--help and --version go to stdout and end with 0', {}, async (rig) => {
    const [help, version] = await Promise.all([rig.run(['--help']), rig.run(['--version'])]);
    assert.deepEqual([help.status, version.status], [0, 0]);
    assert.match(help.stdout, /^Usage: portpar \[options\] \[port \.\.\.\]/);
    assert.match(help.stdout, /64 usage {3}69 /);
    assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
    assert.equal(help.stderr + version.stderr, '');
  });

  scenario('usage errors: one line of what is wrong, one of what to do', {}, async (rig) => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /nothing to do: give -a, -l, -L, or ports/],
      [['--nonsense'], /unknown option '--nonsense'/],
      [['-l', '-a'], /-l and -L list all installed ports/],
      [['-L', 'devel/a'], /-l and -L list all installed ports/],
      [['-b', '-B', '-a'], /-b keeps backup packages and -B makes none/],
      [['-j'], /argument missing/],
      [['-x'], /argument missing/],
    ];
    const ends = await Promise.all(cases.map(([args]) => rig.run(args)));
    ends.forEach(({status, stdout, stderr}, index) => {
      const [args = [], pattern = /$/] = cases[index] ?? [];
      assert.equal(status, 64, args.join(' '));
      assert.equal(stdout, '');
      assert.match(stderr, pattern);
      assert.match(stderr, /^portpar: [^\n]+\n {2}portpar --help lists the options\.\n$/);
    });
  });
});
