import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import type {PartialConfig, Surroundings} from '../../../src/config/config.js';
import {resolveConfig, systemConfigFile, userConfigFile} from '../../../src/config/resolve-config.js';
import {parseOrigin} from '../../../src/model/origin.js';
import {fail, ok} from '../../../src/model/result.js';
import {settingsOf} from '../../../src/util/port-settings.js';

const home = '/home/me';
const userFile = '/home/me/.config/portpar/portpar.toml';

interface Setting {
  readonly flags?: PartialConfig;
  readonly configFile?: string;
  readonly environment?: Record<string, string>;
  readonly isRoot?: boolean;
  /** Texts of files by path. */
  readonly files?: Record<string, string>;
}

async function resolve({flags = {}, configFile, environment = {}, isRoot = false, files = {}}: Setting) {
  const surroundings: Surroundings = {environment, isRoot, home, cores: 6};
  const read: string[] = [];
  const result = await resolveConfig(flags, configFile, surroundings, (path) => {
    read.push(path);
    return Promise.resolve(ok(files[path]));
  });
  return {result, read};
}

async function valueOf(setting: Setting) {
  const {result} = await resolve(setting);
  assert.ok(result.ok);
  return result.value;
}

describe('the configuration', () => {
  test('has defaults where nothing is set', async () => {
    const config = await valueOf({isRoot: true});
    assert.equal(config.portsDirectory, '/usr/ports');
    assert.equal(config.stateDirectory, '/var/db/portpar');
    assert.equal(config.builders, 6);
    assert.equal(config.backup, true);
    assert.equal(config.make, undefined);
    assert.equal(config.yes, false);
    assert.equal(config.jobsTotal, 6);
    assert.equal(config.memoryLimit, undefined);
    assert.equal(config.loadLimit, undefined);
    assert.equal(config.diskReserve, 0);
    assert.equal(config.secondTry, true);
    assert.deepEqual(config.portSettings, []);
  });

  test('keeps the state of others than root in their own folder', async () => {
    assert.equal((await valueOf({})).stateDirectory, '/home/me/.local/state/portpar');
    const environment = {XDG_STATE_HOME: '/state'};
    assert.equal((await valueOf({environment})).stateDirectory, '/state/portpar');
    assert.equal((await valueOf({environment, isRoot: true})).stateDirectory, '/var/db/portpar');
    assert.equal(
      (await valueOf({environment: {XDG_STATE_HOME: 'relative'}})).stateDirectory,
      '/home/me/.local/state/portpar',
    );
  });

  const sources = {
    system: {[systemConfigFile]: 'ports_dir = "/system"\nbuilders = 1\nfetchers = 1\npkg = "system-pkg"'},
    user: {[userFile]: 'ports_dir = "/user"\nbuilders = 2\nfetchers = 2'},
  };

  test('takes flags before the environment, that before the user’s file, and that before the system’s', async () => {
    const files = {...sources.system, ...sources.user};
    const environment = {PORTSDIR: '/environment'};
    const all = await valueOf({files, environment, flags: {builders: 3}});
    assert.equal(all.builders, 3);
    assert.equal(all.fetchers, 2);
    assert.equal(all.pkg, 'system-pkg');
    assert.equal(all.portsDirectory, '/environment');
    const flagged = await valueOf({files, environment, flags: {portsDirectory: '/flag'}});
    assert.equal(flagged.portsDirectory, '/flag');
    assert.equal((await valueOf({files})).portsDirectory, '/user');
    assert.equal((await valueOf({files: sources.system})).portsDirectory, '/system');
  });

  test('takes a file that is named by hand before the environment, and reads no other', async () => {
    const setting = {
      configFile: '/mine.toml',
      environment: {PORTSDIR: '/environment'},
      files: {...sources.system, ...sources.user, '/mine.toml': 'ports_dir = "/mine"\nverbose = true'},
      flags: {verbose: false},
    };
    const {result, read} = await resolve(setting);
    assert.ok(result.ok);
    assert.equal(result.value.portsDirectory, '/mine');
    assert.equal(result.value.verbose, false);
    assert.equal(result.value.pkg, 'pkg');
    assert.deepEqual(read, ['/mine.toml']);
  });

  test('adds the ports to leave alone and the arguments for make to what the files say', async () => {
    const files = {[userFile]: 'exclude = ["a"]\nmake_arguments = ["-DA"]'};
    const config = await valueOf({files, flags: {exclude: ['b'], makeArguments: ['-DB']}});
    assert.deepEqual(config.exclude, ['a', 'b']);
    assert.deepEqual(config.makeArguments, ['-DA', '-DB']);
    assert.deepEqual((await valueOf({files})).exclude, ['a']);
  });

  test('adds up the settings of single ports, the user’s above the system’s', async () => {
    const files = {
      [systemConfigFile]: '[port."lang/*"]\njobs = 1\nnice = 5',
      [userFile]: '[port."lang/rust"]\njobs = 4',
    };
    const {portSettings} = await valueOf({files});
    assert.deepEqual(
      portSettings.map(({glob}) => glob),
      ['lang/*', 'lang/rust'],
    );
    const rust = parseOrigin('lang/rust');
    assert.ok(rust !== undefined);
    assert.deepEqual(settingsOf(portSettings)(rust), {jobs: 4, nice: 5});
    const named = await valueOf({files: {...files, '/mine.toml': ''}, configFile: '/mine.toml'});
    assert.deepEqual(named.portSettings, []);
  });

  test('takes tmpfs = true only where some file names the folder', async () => {
    const rule = '\n[port."www/*"]\n[port."lang/rust"]\ntmpfs = true\n[port."a/b"]\ntmpfs = false';
    const {result} = await resolve({files: {[userFile]: rule}});
    assert.deepEqual(result, {
      ok: false,
      failures: [
        {
          kind: 'invalid-config',
          file: userFile,
          line: 4,
          message: 'port."lang/rust": tmpfs = true, and there is no tmpfs_dir',
          hint: 'Set tmpfs_dir to a folder on a memory file system.',
        },
      ],
    });
    const elsewhere = {[systemConfigFile]: 'tmpfs_dir = "/mem"', [userFile]: rule};
    assert.equal((await valueOf({files: elsewhere})).tmpfsDirectory, '/mem');
    const named = {files: {...elsewhere, '/mine.toml': rule}, configFile: '/mine.toml'};
    assert.equal((await resolve(named)).result.ok, false);
  });

  test('fails where a file that is named by hand is not there', async () => {
    const {result} = await resolve({configFile: '/none.toml'});
    assert.deepEqual(result, {
      ok: false,
      failures: [{kind: 'invalid-config', file: '/none.toml', message: 'there is no such file'}],
    });
  });

  test('fails with what is wrong in both files at once', async () => {
    const {result} = await resolve({files: {[systemConfigFile]: 'a = 1', [userFile]: 'b = 1'}});
    assert.ok(!result.ok);
    assert.deepEqual(
      result.failures.map((failure) => (failure.kind === 'invalid-config' ? failure.file : failure.kind)),
      [systemConfigFile, userFile],
    );
  });

  test('fails where a file cannot be read', async () => {
    const surroundings: Surroundings = {environment: {}, isRoot: false, home, cores: 1};
    const trouble = {kind: 'invalid-config', file: userFile, message: 'cannot be read: EACCES'} as const;
    const result = await resolveConfig({}, undefined, surroundings, (path) =>
      Promise.resolve(path === userFile ? fail(trouble) : ok(undefined)),
    );
    assert.deepEqual(result, {ok: false, failures: [trouble]});
  });

  test('is looked for in XDG_CONFIG_HOME, if that is a full path', () => {
    const at = (path: string): string =>
      userConfigFile({environment: {XDG_CONFIG_HOME: path}, isRoot: false, home, cores: 1});
    assert.equal(at('/config'), '/config/portpar/portpar.toml');
    assert.equal(at('config'), userFile);
    assert.equal(at(''), userFile);
  });

  test('takes no ports tree from an empty PORTSDIR', async () => {
    assert.equal((await valueOf({environment: {PORTSDIR: ''}})).portsDirectory, '/usr/ports');
  });
});
