import {constants} from 'node:fs';
import {access} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {Config} from '../config/config.js';
import type {Plan} from '../model/plan.js';
import {fail, ok, type Result} from '../model/result.js';
import type {World} from '../model/world.js';

/** Looks before anything is done whether this user may write where the run has to write, and whether all of that is there. */
export async function checkPermissions(plan: Plan, world: World, config: Config): Promise<Result<undefined>> {
  const hint = 'Run portpar as root (sudo, doas), or look first with -n.';
  const stateTrouble = await notWritable(world.stateDirectory);
  if (stateTrouble) {
    return fail({kind: 'not-permitted', action: 'write to', path: world.stateDirectory, hint});
  }
  if (config.fetchOnly) return ok(undefined);
  const database = world.environment['PKG_DBDIR'] ?? process.env['PKG_DBDIR'] ?? '/var/db/pkg';
  if (await notWritable(database)) {
    return fail({kind: 'not-permitted', action: 'write to', path: database, hint});
  }
  return checkTmpfs(plan, world);
}

/** The framework would make a missing folder, on whatever disk is there, and build in it as if that were memory. */
async function checkTmpfs(plan: Plan, {tmpfsDirectory}: World): Promise<Result<undefined>> {
  const port = plan.steps.find(({settings}) => settings.tmpfs === true);
  if (port === undefined || tmpfsDirectory === undefined) return ok(undefined);
  try {
    await access(join(tmpfsDirectory, '.'), constants.W_OK);
    return ok(undefined);
  } catch (error) {
    const {message} = error as Error;
    const hint = `Mount a memory file system there, or take tmpfs away from the settings of ${port.origin}.`;
    return fail({kind: 'file-trouble', action: 'build in tmpfs_dir', path: tmpfsDirectory, message, hint});
  }
}

/** A folder that is not there yet is judged by the nearest one above it that is. */
async function notWritable(path: string): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      await access(folder, constants.W_OK);
      return false;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || folder === dirname(folder)) return true;
    }
  }
}
