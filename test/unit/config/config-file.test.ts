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
