import {constants} from 'node:fs';
import {access} from 'node:fs/promises';
import {dirname} from 'node:path';
import type {Config} from '../config/config.js';
import {fail, ok, type Result} from '../model/result.js';
import type {World} from '../model/world.js';

/** Looks before anything is done whether this user may write where the run has to write. */
export async function checkPermissions(world: World, config: Config): Promise<Result<undefined>> {
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
  return ok(undefined);
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
