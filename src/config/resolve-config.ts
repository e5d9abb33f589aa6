import {join} from 'node:path';
import {fail, ok, type Result} from '../model/result.js';
import {defaultConfig, type Config, type PartialConfig, type Surroundings} from './config.js';
import {parseConfigFile} from './config-file.js';

export const systemConfigFile = '/usr/local/etc/portpar.toml';

/** Reads a text file: its text, undefined when there is none, or the reason why it cannot be read. */
export type ReadText = (path: string) => Promise<Result<string | undefined>>;

/**
 * Puts the configuration together: flags, then the file named with `--config`, then the environment, then the user's file,
 * then the system's, then defaults. A file named by hand is as good as a flag: it stands above the environment, and the
 * other files are not read.
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
    return ok(withFlags({...defaults, ...fromEnvironment, ...named.value}, flags));
  }
  const system = await readConfig(systemConfigFile, readText);
  const user = await readConfig(userConfigFile(surroundings), readText);
  if (!system.ok || !user.ok) {
    return fail(...(system.ok ? [] : system.failures), ...(user.ok ? [] : user.failures));
  }
  return ok(withFlags({...defaults, ...system.value, ...user.value, ...fromEnvironment}, flags));
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

async function readConfig(file: string, readText: ReadText): Promise<Result<PartialConfig | undefined>> {
  const text = await readText(file);
  if (!text.ok) return text;
  return text.value === undefined ? ok(undefined) : parseConfigFile(file, text.value);
}

function environmentConfig({environment}: Surroundings): PartialConfig {
  const portsDirectory = environment['PORTSDIR'];
  return portsDirectory === undefined || portsDirectory === '' ? {} : {portsDirectory};
}
