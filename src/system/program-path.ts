import {accessSync, constants, statSync} from 'node:fs';
import {resolve} from 'node:path';
import type {CommandSpec} from '../model/command.js';

/** Where execvp(3) looks when there is no PATH. */
const defaultPath = '/usr/bin:/bin';

/**
 * Why a program cannot be started, as the errno name that execvp(3) would give; undefined when it can. For programs that are
 * started through another one, which could not tell that apart from what they return. Whether the interpreter of a script
 * is there is not looked at.
 */
export function cannotStart({program, cwd = '.', env}: CommandSpec): string | undefined {
  if (program.includes('/')) return cannotRun(resolve(cwd, program));
  const path = {...process.env, ...env}['PATH'] ?? defaultPath;
  const reasons = path.split(':').map((directory) => cannotRun(resolve(cwd, directory, program)));
  if (program !== '' && reasons.includes(undefined)) return undefined;
  return reasons.includes('EACCES') ? 'EACCES' : 'ENOENT';
}

function cannotRun(file: string): string | undefined {
  try {
    if (!statSync(file).isFile()) return 'EACCES';
    accessSync(file, constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
