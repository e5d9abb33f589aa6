import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {parseConfigFile} from '../../../src/config/config-file.js';
import {configKeys} from '../../../src/config/config-keys.js';
import type {Failure} from '../../../src/model/failure.js';

const file = '/etc/portpar.toml';

function failuresOf(text: string): (Failure & {kind: 'invalid-config'})[] {
  const parsed = parseConfigFile(file, text);
  assert.ok(!parsed.ok, 'the file was taken');
  return parsed.failures.map((failure) => {
    assert.equal(failure.kind, 'invalid-config');
    assert.equal(failure.file, file);
    return failure;
  });
}

describe('a config file', () => {
  test('may set everything', () => {
    const text = `
      ports_dir = "/usr/ports"
      state_dir = "/var/db/portpar"
      make = "bmake"
      pkg = "/usr/sbin/pkg"
      builders = 8
      fetchers = 3
      tmpfs_dir = "/tmp/portpar"
      jobs_total = 12
      memory_limit = "8G"
      load_limit = 7.5
      disk_reserve = 1048576
      second_try = false
      exclude = ["chromium", "lang/rust*"]
      force = true
      fetch_only = true
      dry_run = true
      keep_packages = true
      keep_backups = true
      backup = false
      clean_before = false
      clean_after = false
      make_arguments = ["-DWITH_X"]
      verbose = true
      yes = true
      fail_fast = true
      json = true
      [environment]
      CC = "clang"
      [port."lang/rust"]
      jobs = 2
      memory = "1.5G"
      exclusive = "huge"
      priority = -5
      environment = { CC = "gcc13" }
      make_arguments = ["-DX"]
      tmpfs = true
      nice = 20
      [port."12"]
      nice = 0
    `;
    const parsed = parseConfigFile(file, text);
    assert.deepEqual(parsed, {
      ok: true,
      value: {
        portsDirectory: '/usr/ports',
        stateDirectory: '/var/db/portpar',
        make: 'bmake',
        pkg: '/usr/sbin/pkg',
        builders: 8,
        fetchers: 3,
        tmpfsDirectory: '/tmp/portpar',
        jobsTotal: 12,
        memoryLimit: 8 * 1024 ** 3,
        loadLimit: 7.5,
        diskReserve: 1024 ** 2,
        secondTry: false,
        exclude: ['chromium', 'lang/rust*'],
        force: true,
        fetchOnly: true,
        dryRun: true,
        keepPackages: true,
        keepBackups: true,
        backup: false,
        cleanBefore: false,
        cleanAfter: false,
        makeArguments: ['-DWITH_X'],
        verbose: true,
        yes: true,
        failFast: true,
        json: true,
        environment: {CC: 'clang'},
        portSettings: [
          {
            glob: 'lang/rust',
            settings: {
              jobs: 2,
              memoryBytes: 1.5 * 1024 ** 3,
              exclusiveGroup: 'huge',
              priority: -5,
              environment: {CC: 'gcc13'},
              makeArguments: ['-DX'],
              tmpfs: true,
              nice: 20,
            },
          },
          {glob: '12', settings: {nice: 0}},
        ],
      },
    });
    assert.ok(parsed.ok);
    assert.equal(Object.keys(parsed.value).length, Object.keys(configKeys).length);
  });

  test('may be empty, or all comments', () => {
    for (const text of ['', '\n\n', '# nothing here\n']) {
      assert.deepEqual(parseConfigFile(file, text), {ok: true, value: {}});
    }
  });

  test('with an unknown key is refused with line and the nearest key', () => {
    assert.deepEqual(failuresOf('yes = true\nbuilder = 2\n'), [
      {
        kind: 'invalid-config',
        file,
        line: 2,
        message: 'builder is not a setting of portpar',
        hint: 'Did you mean builders?',
      },
    ]);
  });

  test('with a key like nothing known is refused without a guess', () => {
    const [failure] = failuresOf('colour_of_the_sky = "blue"');
    assert.equal(failure?.hint, undefined);
  });

  test('knows no keys that only an object has', () => {
    for (const key of ['constructor', 'toString', 'hasOwnProperty']) {
      assert.match(failuresOf(`${key} = 1`)[0]?.message ?? '', /is not a setting/);
    }
  });

  for (const [line, why] of [
    ['ports_dir = "ports"', /full path/],
    ['ports_dir = 1', /full path/],
    ['make = ""', /name or path of a program/],
    ['builders = 0', /whole number from 1 to 1024/],
    ['builders = 1025', /whole number from 1 to 1024/],
    ['builders = 2.5', /whole number/],
    ['builders = "2"', /whole number/],
    ['builders = inf', /whole number/],
    ['force = "yes"', /true or false/],
    ['force = 1', /true or false/],
    ['exclude = "chromium"', /list of texts/],
    ['exclude = ["a", 1]', /list of texts/],
    ['environment = "CC=cc"', /table of texts/],
    ['environment = { CC = 1 }', /table of texts/],
    ['environment = { "A B" = "x" }', /table of texts/],
    ['environment = 1979-05-27', /table of texts/],
    ['jobs_total = 0', /whole number from 1 to 1024/],
    ['memory_limit = "0"', /size above 0/],
    ['memory_limit = "8 gigs"', /size above 0/],
    ['memory_limit = -1', /size above 0/],
    ['disk_reserve = "-1G"', /takes a size/],
    ['load_limit = 0', /number above 0/],
    ['load_limit = nan', /number above 0/],
    ['load_limit = inf', /number above 0/],
    ['load_limit = "4"', /number above 0/],
    ['tmpfs_dir = "tmp"', /full path/],
    ['second_try = "no"', /true or false/],
    ['port = 1', /takes a table for each glob/],
    ['port = []', /takes a table for each glob/],
    ['[[port]]', /takes a table for each glob/],
    ['port.jobs = 2', /takes a table for each glob/],
    ['port."a/b".jobs = 0', /^port\."a\/b": jobs takes a whole number from 1 to 1024/],
    ['port."a/b".jobs = 1.5', /whole number/],
    ['port."a/b".memory = "lots"', /memory takes a size above 0/],
    ['port."a/b".exclusive = ""', /exclusive takes a text/],
    ['port."a/b".exclusive = true', /exclusive takes a text/],
    ['port."a/b".priority = 0.5', /priority takes a whole number/],
    ['port."a/b".priority = "first"', /priority takes a whole number/],
    ['port."a/b".environment = "A=b"', /environment takes a table of texts/],
    ['port."a/b".environment = { A = 1 }', /environment takes a table of texts/],
    ['port."a/b".make_arguments = "-DX"', /make_arguments takes a list of texts/],
    ['port."a/b".tmpfs = 1', /tmpfs takes true or false/],
    ['port."a/b".nice = 21', /nice takes a whole number from 0 to 20/],
    ['port."a/b".nice = -1', /nice takes a whole number from 0 to 20/],
    ['port."".nice = 1', /glob that is not empty/],
    ['port.a.__proto__ = 1', /__proto__ is not a setting of a port/],
  ] as const) {
    test(`with \`${line}\` is refused with its line`, () => {
      const [failure] = failuresOf(`# first line\n\n${line}\n`);
      assert.equal(failure?.line, 3);
      assert.match(failure.message, why);
    });
  }

  test('with several things wrong tells of all of them at once', () => {
    const failures = failuresOf('bulders = 1\nforce = 2\nyes = true\n[enviroment]\nA = "b"\n');
    assert.deepEqual(
      failures.map(({line, message}) => `${line}: ${message}`),
      [
        '1: bulders is not a setting of portpar',
        '2: force takes true or false',
        '4: enviroment is not a setting of portpar',
      ],
    );
  });

  test('with several things wrong in the tables of ports tells each with its own line', () => {
    const failures = failuresOf(
      '[port."lang/*"]\njob = 1\nnice = 30\n\n[port."www/*"]\ncolour = "red"\n\n[port."www/x".environment]\nA = 1\n',
    );
    assert.deepEqual(
      failures.map(({line, message, hint}) => [line, message, hint]),
      [
        [2, 'port."lang/*": job is not a setting of a port', 'Did you mean jobs?'],
        [3, 'port."lang/*": nice takes a whole number from 0 to 20', undefined],
        [6, 'port."www/*": colour is not a setting of a port', undefined],
        [8, 'port."www/x": environment takes a table of texts, as NAME = "value"', undefined],
      ],
    );
  });

  test('keeps the rules for ports in their order, however they are written', () => {
    const text = `
      port."zzz/*".nice = 1
      port."7" = { nice = 2 }
      [port."aaa/*"]
      nice = 3
      [port."3"]
      [port."bbb/*".environment]
      A = "b"
    `;
    assert.deepEqual(parseConfigFile(file, text), {
      ok: true,
      value: {
        portSettings: [
          {glob: 'zzz/*', settings: {nice: 1}},
          {glob: '7', settings: {nice: 2}},
          {glob: 'aaa/*', settings: {nice: 3}},
          {glob: '3', settings: {}},
          {glob: 'bbb/*', settings: {environment: {A: 'b'}}},
        ],
      },
    });
  });

  for (const [what, text, line] of [
    ['a value missing', 'yes = true\nforce =\n', 2],
    ['an unclosed text', 'yes = true\n\npkg = "pkg\n', 3],
    ['the same key twice', 'yes = true\nyes = false\n', 2],
    ['no TOML at all', 'yes: true\n', 1],
  ] as const) {
    test(`with ${what} is refused with the line`, () => {
      const [failure, ...more] = failuresOf(text);
      assert.deepEqual(more, []);
      assert.equal(failure?.line, line);
      assert.ok(failure.message.length > 0);
    });
  }
});
