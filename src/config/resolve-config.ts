import {join} from 'node:path';
import type {Failure} from '../model/failure.js';
import {fail, ok, type Result} from '../model/result.js';
import {defaultConfig, type Config, type PartialConfig, type Surroundings} from './config.js';
import {lineOfKey, parseConfigFile} from './config-file.js';

export const systemConfigFile = '/usr/local/etc/portpar.toml';

/** Reads a text file: its text, undefined when there is none, or the reason why it cannot be read. */
export type ReadText = (path: string) => Promise<Result<string | undefined>>;

/**
 * Puts the configuration together: flags, then the file named with `--config`, then the environment, then the user's file,
 * then the system's, then defaults. A file named by hand is as good as a flag: it stands above the environment, and the
 * other files are not read. Settings of single ports add up: the system's rules apply first, the user's above them.
 */
export async function resolveConfig(
  flags: PartialConfig,
  configFile: string | undefined,
  surroundings: Surroundings,
  readText: ReadText,
): Promise<Result<Config>> {
  const fromEnvironment = environmentConfig(surroundings);
  const defaults = defaultConfig(surroundings);
  if (configFile !== undefined) {
    const named = await readConfig(configFile, readText);
    if (!named.ok) return named;
    if (named.value === undefined) {
      return fail({kind: 'invalid-config', file: configFile, message: 'there is no such file'});
    }
    const config = {...defaults, ...fromEnvironment, ...named.value.config};
    return withoutTmpfsTrouble(withFlags(config, flags), [named.value]);
  }
  const system = await readConfig(systemConfigFile, readText);
  const user = await readConfig(userConfigFile(surroundings), readText);
  if (!system.ok || !user.ok) {
    return fail(...(system.ok ? [] : system.failures), ...(user.ok ? [] : user.failures));
  }
  const files = [system.value, user.value].filter((file) => file !== undefined);
  const config = {
    ...defaults,
    ...system.value?.config,
    ...user.value?.config,
    ...fromEnvironment,
    portSettings: files.flatMap((file) => file.config.portSettings ?? []),
  };
  return withoutTmpfsTrouble(withFlags(config, flags), files);
}

/** A config file that is there. */
interface ReadFile {
  readonly file: string;
  readonly text: string;
  readonly config: PartialConfig;
}

/** The configuration, unless it wants work directories in a folder that nothing names: told with file and line. */
function withoutTmpfsTrouble(config: Config, files: readonly ReadFile[]): Result<Config> {
  if (config.tmpfsDirectory !== undefined) return ok(config);
  const failures = files.flatMap(({file, text, config: {portSettings = []}}) =>
    portSettings
      .filter(({settings}) => settings.tmpfs === true)
      .map(({glob}): Failure => {
        const line = lineOfKey(text, ['port', glob, 'tmpfs']);
        return {
          kind: 'invalid-config',
          file,
          ...(line === undefined ? {} : {line}),
          message: `port."${glob}": tmpfs = true, and there is no tmpfs_dir`,
          hint: 'Set tmpfs_dir to a folder on a memory file system.',
        };
      }),
  );
  return failures.length > 0 ? fail(...failures) : ok(config);
}

/** Flags go above everything else; ports to leave alone and arguments for make add to what the files say. */
function withFlags(config: Config, flags: PartialConfig): Config {
  return {
    ...config,
    ...flags,
    exclude: [...config.exclude, ...(flags.exclude ?? [])],
    makeArguments: [...config.makeArguments, ...(flags.makeArguments ?? [])],
  };
}

/** `$XDG_CONFIG_HOME/portpar/portpar.toml`, or the same below `~/.config`. */
export function userConfigFile({environment, home}: Surroundings): string {
  const configHome = environment['XDG_CONFIG_HOME'];
  const base = configHome !== undefined && configHome.startsWith('/') ? configHome : join(home, '.config');
  return join(base, 'portpar', 'portpar.toml');
}

async function readConfig(file: string, readText: ReadText): Promise<Result<ReadFile | undefined>> {
  const text = await readText(file);
  if (!text.ok) return text;
  if (text.value === undefined) return ok(undefined);
  const config = parseConfigFile(file, text.value);
  return config.ok ? ok({file, text: text.value, config: config.value}) : config;
}

function environmentConfig({environment}: Surroundings): PartialConfig {
  const portsDirectory = environment['PORTSDIR'];
  return portsDirectory === undefined || portsDirectory === '' ? {} : {portsDirectory};
}
