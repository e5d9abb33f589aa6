import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {parseCommandLine, type Invocation} from '../../../src/cli/program.js';
import type {PartialConfig} from '../../../src/config/config.js';

function parse(...argv: readonly string[]): Invocation {
  const parsed = parseCommandLine(argv, '1.2.3');
  assert.ok(parsed.ok, parsed.ok ? '' : JSON.stringify(parsed.failures));
  return parsed.value;
}

function usage(...argv: readonly string[]): string {
  const parsed = parseCommandLine(argv, '1.2.3');
  assert.ok(!parsed.ok, JSON.stringify(parsed));
  const [failure] = parsed.failures;
  assert.equal(failure?.kind, 'invalid-usage');
  return failure.message;
}

function flagsOf(...argv: readonly string[]): PartialConfig {
  const parsed = parse('-a', ...argv);
  assert.ok(parsed.kind === 'upgrade');
  return parsed.flags;
}

describe('an option', () => {
  const options: readonly [readonly (readonly string[])[], PartialConfig][] = [
    [[['-n'], ['--dry-run']], {dryRun: true}],
    [[['-f'], ['--force']], {force: true}],
    [[['-F'], ['--fetch-only']], {fetchOnly: true}],
    [[['-j', '4'], ['-j4'], ['--jobs', '4'], ['--jobs=4']], {builders: 4}],
    [[['-x', 'a*'], ['-xa*'], ['--exclude', 'a*'], ['--exclude=a*']], {exclude: ['a*']}],
    [
      [
        ['-x', 'a', '-x', 'b'],
        ['-xa', '--exclude=b'],
      ],
      {exclude: ['a', 'b']},
    ],
    [[['-g'], ['--package']], {keepPackages: true}],
    [[['-b'], ['--keep-backup']], {backup: true, keepBackups: true}],
    [[['-B'], ['--no-backup-package']], {backup: false}],
    [[['-C'], ['--no-clean-before']], {cleanBefore: false}],
    [[['-K'], ['--no-clean-after']], {cleanAfter: false}],
    [
      [['-m', '-DX  Y=z '], ['--make-args', '-DX Y=z'], ['--make-args=-DX Y=z']],
      {makeArguments: ['-DX', 'Y=z']},
    ],
    [[['-v'], ['--verbose']], {verbose: true}],
    [[['-y'], ['--yes'], ['--no-confirm']], {yes: true}],
    [[['-G'], ['-H'], ['-D'], ['-GHD']], {}],
    [[['--fail-fast']], {failFast: true}],
    [[['--jobs-total', '12'], ['--jobs-total=12']], {jobsTotal: 12}],
    [[['--no-second-try']], {secondTry: false}],
    [[['--json']], {json: true}],
    [[[]], {}],
    [[['-nvy'], ['-vny'], ['-n', '-v', '-y']], {dryRun: true, verbose: true, yes: true}],
    [
      [['-BCKg'], ['-B', '-C', '-K', '-g']],
      {backup: false, cleanBefore: false, cleanAfter: false, keepPackages: true},
    ],
    [[['-fyj3']], {force: true, yes: true, builders: 3}],
  ];
  for (const [spellings, flags] of options) {
    test(`${spellings.map((words) => words.join(' ') || 'left away').join(', ')}: sets ${JSON.stringify(flags)}`, () => {
      for (const words of spellings) assert.deepEqual(flagsOf(...words), flags, words.join(' '));
    });
  }

  test('may stand before and behind the ports', () => {
    const expected = {
      kind: 'upgrade',
      all: false,
      operands: ['www/a', 'www/b'],
      flags: {dryRun: true, force: true},
    };
    assert.deepEqual(parse('-n', 'www/a', '-f', 'www/b'), expected);
    assert.deepEqual(parse('www/a', 'www/b', '-nf'), expected);
  });

  test('--config names a file', () => {
    for (const words of [['--config', '/x.toml'], ['--config=/x.toml']]) {
      const parsed = parse('-a', ...words);
      assert.ok(parsed.kind === 'upgrade');
      assert.equal(parsed.configFile, '/x.toml');
    }
  });

  for (const bad of ['0', '-1', '1.5', 'x', '', '1e3', ' 2', '1025', '99999999999999999999', '0x10']) {
    test(`-j takes no ${JSON.stringify(bad)}`, () => {
      assert.match(usage('-a', `--jobs=${bad}`), /whole number from 1 to 1024/);
    });
  }

  test('-j, -x, -m and --config take something', () => {
    for (const option of ['-j', '-x', '-m', '--config'])
      assert.match(usage('-a', option), /argument missing/);
  });

  test('that nobody knows is refused, with the nearest', () => {
    assert.match(usage('-a', '--dry-rum'), /unknown option '--dry-rum'[\s\S]*--dry-run/);
    assert.match(usage('-a', '-Q'), /unknown option '-Q'/);
    assert.match(usage('-nQ'), /unknown option/);
  });
});

describe('what is asked for', () => {
  test('is everything with -a or --all, together with ports or without', () => {
    for (const all of ['-a', '--all']) {
      assert.deepEqual(parse(all), {kind: 'upgrade', all: true, operands: [], flags: {}});
      assert.deepEqual(parse(all, 'www/a'), {kind: 'upgrade', all: true, operands: ['www/a'], flags: {}});
    }
  });

  test('is a list with -l, --list, -L, --list-versions, and with versions where both are given', () => {
    for (const [words, withVersions] of [
      [['-l'], false],
      [['--list'], false],
      [['-L'], true],
      [['--list-versions'], true],
      [['-l', '-L'], true],
    ] as const) {
      assert.deepEqual(parse(...words), {kind: 'list', withVersions, flags: {}});
    }
    assert.deepEqual(parse('-l', '--json', '--config', '/x'), {
      kind: 'list',
      withVersions: false,
      flags: {json: true},
      configFile: '/x',
    });
  });

  test('cannot be a list and ports at once', () => {
    for (const words of [
      ['-l', 'www/a'],
      ['-L', '-a'],
      ['-lL', 'x'],
    ]) {
      assert.match(usage(...words), /they take no operands, and no -a/);
    }
  });

  test('cannot be backups and no backups at once', () => {
    assert.match(usage('-a', '-b', '-B'), /give one of them/);
    assert.match(usage('-a', '-bB'), /give one of them/);
  });

  test('is nothing where neither ports nor -a are given', () => {
    assert.match(usage(), /nothing to do/);
    assert.match(usage('-n'), /nothing to do/);
  });

  test('may be a port that looks like an option, behind --', () => {
    assert.deepEqual(parse('--', '-a'), {kind: 'upgrade', all: false, operands: ['-a'], flags: {}});
  });

  test('is help as text, with every option, the exit codes and examples', () => {
    for (const option of ['-h', '--help']) {
      const parsed = parse(option);
      assert.ok(parsed.kind === 'text');
      for (const word of [
        'Usage: portpar',
        '-a, --all',
        '--fail-fast',
        'Examples:',
        'Exit status:',
        'sandbox',
      ]) {
        assert.ok(parsed.text.includes(word), word);
      }
    }
  });

  test('is the version as text', () => {
    assert.deepEqual(parse('--version'), {kind: 'text', text: '1.2.3\n'});
  });

  test('is a sandbox with sandbox init', () => {
    assert.deepEqual(parse('sandbox', 'init', '/tmp/x'), {kind: 'sandbox-init', directory: '/tmp/x'});
    assert.deepEqual(parse('sandbox', 'init', 'x', '--ports', '300', '--seed=7'), {
      kind: 'sandbox-init',
      directory: 'x',
      ports: 300,
      seed: 7,
    });
  });

  test('is the status of a run, with options before and behind', () => {
    assert.deepEqual(parse('status'), {kind: 'status', follow: false, flags: {}});
    const whole = {kind: 'status', follow: true, run: 'r', flags: {json: true}, configFile: '/x'};
    assert.deepEqual(parse('status', '-w', '--run', 'r', '--json', '--config', '/x'), whole);
    assert.deepEqual(parse('--config=/x', '--json', 'status', '--follow', '--run=r'), whole);
  });

  test('is a change of a run with ctl', () => {
    const request = (...words: readonly string[]): unknown => {
      const parsed = parse('ctl', ...words);
      assert.ok(parsed.kind === 'ctl');
      return parsed.request;
    };
    assert.deepEqual(request('workers', '4'), {command: 'workers', change: 'to', count: 4});
    assert.deepEqual(request('workers', '+2'), {command: 'workers', change: 'by', count: 2});
    assert.deepEqual(request('workers', '-1'), {command: 'workers', change: 'by', count: -1});
    assert.deepEqual(request('push', 'www/a'), {command: 'push', port: 'www/a'});
    for (const command of ['pause', 'resume', 'stop']) assert.deepEqual(request(command), {command});
    assert.deepEqual(parse('--config', '/x', 'ctl', 'workers', '-1', '--run', 'r'), {
      kind: 'ctl',
      request: {command: 'workers', change: 'by', count: -1},
      run: 'r',
      flags: {},
      configFile: '/x',
    });
  });

  test('is no change of a run with nonsense, or with the options of another job', () => {
    assert.match(usage('ctl'), /portpar ctl takes a command/);
    assert.match(usage('sandbox'), /portpar sandbox takes a command/);
    for (const count of ['0', '+0', '-0', '1025', '1.5', 'x', '++1', '']) {
      assert.match(usage('ctl', 'workers', count), /takes N, \+N or -N/, count);
    }
    assert.match(usage('ctl', 'push'), /missing required argument/);
    assert.match(usage('ctl', 'push', ''), /push takes a port/);
    assert.match(usage('ctl', 'stop', 'now'), /too many arguments/);
    assert.match(usage('-a', 'status'), /--all is for starting a run, not for status/);
    assert.match(usage('-B', 'ctl', 'pause'), /--no-backup-package is for starting a run, not for pause/);
    assert.match(usage('-j', '4', 'ctl', 'workers', '4'), /--jobs is for starting a run/);
    assert.match(usage('status', '-a'), /unknown option '-a'/);
  });

  test('is no sandbox without a directory, or with numbers that are none', () => {
    assert.match(usage('sandbox', 'init'), /missing required argument/);
    assert.match(usage('sandbox', 'init', 'x', '--ports', '0'), /whole number/);
    assert.match(usage('sandbox', 'init', 'x', '--seed', '-1'), /whole number/);
    assert.match(usage('sandbox', 'init', 'x', 'y'), /too many arguments|excess/i);
  });

  test('is the help of the sandbox command where nothing more is said', () => {
    const parsed = parse('sandbox', '--help');
    assert.ok(parsed.kind === 'text' && parsed.text.includes('init'));
  });
});
