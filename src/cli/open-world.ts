import {readFile, stat} from 'node:fs/promises';
import {homedir} from 'node:os';
import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import type {Config, PartialConfig} from '../config/config.js';
import {resolveConfig} from '../config/resolve-config.js';
import type {Failure} from '../model/failure.js';
import {fail, ok, type Result} from '../model/result.js';
import type {World} from '../model/world.js';
import {succeeded} from '../model/command.js';
import type {CommandRunner} from '../system/command.js';

/** Puts the configuration together from flags, files and environment. */
export async function openConfig(
  flags: PartialConfig,
  configFile: string | undefined,
): Promise<Result<Config>> {
  const surroundings = {
    environment: process.env,
    isRoot: process.getuid?.() === 0,
    home: homedir(),
    cores: availableParallelism(),
  };
  return resolveConfig(flags, configFile, surroundings, readText);
}

async function readText(path: string): Promise<Result<string | undefined>> {
  try {
    return ok(await readFile(path, 'utf8'));
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return ok(undefined);
    return fail<Failure>({kind: 'invalid-config', file: path, message: `cannot be read: ${message}`});
  }
}

/** Where the world is. Asks which make to use only when the configuration does not say. */
export async function openWorld(config: Config, runner: CommandRunner): Promise<World> {
  return worldOf(config, config.make ?? (await findMake(config, runner)));
}

/** Where the world is for those who do not use make. */
export function openWorldWithoutMake(config: Config): World {
  return worldOf(config, config.make ?? 'make');
}

function worldOf(config: Config, make: string): World {
  return {
    portsDirectory: config.portsDirectory,
    make,
    pkg: config.pkg,
    environment: {...config.environment, PORTSDIR: config.portsDirectory},
    makeArguments: config.makeArguments,
    stateDirectory: config.stateDirectory,
    portSettings: config.portSettings,
    ...(config.tmpfsDirectory === undefined ? {} : {tmpfsDirectory: config.tmpfsDirectory}),
    cores: availableParallelism(),
  };
}

/** `make` on BSD and wherever else it is a BSD make (it knows `-V`), otherwise `bmake`. */
async function findMake(config: Config, runner: CommandRunner): Promise<string> {
  if (process.platform !== 'linux' && process.platform !== 'darwin') return 'make';
  const probe = {program: 'make', args: ['-f', '/dev/null', '-V', 'MAKE'], env: config.environment};
  return succeeded((await runner.capture(probe)).outcome) ? 'make' : 'bmake';
}

/** Looks whether there is a ports tree at all, before each port is found missing one by one. */
export async function checkPortsTree({portsDirectory}: World): Promise<Result<undefined>> {
  try {
    await stat(join(portsDirectory, 'Mk', 'bsd.port.mk'));
    return ok(undefined);
  } catch {
    return fail({
      kind: 'no-ports-tree',
      directory: portsDirectory,
      hint: 'Fetch one (`git clone https://git.FreeBSD.org/ports.git`), name its place with PORTSDIR or `ports_dir` in the config file, or try portpar in a sandbox: `portpar sandbox init DIR`.',
    });
  }
}
