import {constants} from 'node:fs';
import {access} from 'node:fs/promises';
import {join} from 'node:path';
import type {DependencyKind} from '../model/port.js';
import {meetsPattern, parsePackagePattern} from '../model/version.js';

/** Where the framework looks for what a dependency line asks for. */
export interface SearchPlaces {
  /** LOCALBASE: its bin and sbin are searched too, whatever PATH this portpar was started with. */
  readonly localBase: string;
  /** LIB_DIRS. */
  readonly libraryDirectories: readonly string[];
  readonly path: string;
}

/** What meets a pattern: an installed package (by its name), or a file. */
export type PatternMatch =
  | {readonly kind: 'package'; readonly name: string}
  | {readonly kind: 'file'; readonly path: string}
  | {readonly kind: 'nothing'};

/**
 * Looks for a pattern as Mk/Scripts/do-depends.sh and find-lib.sh do: a package within version bounds, a path, a library
 * in LIB_DIRS, a program on the path. `installed` gives the versions of installed packages by name.
 */
export async function findPattern(
  kind: DependencyKind,
  pattern: string,
  places: SearchPlaces,
  installed: ReadonlyMap<string, string>,
): Promise<PatternMatch> {
  const bounds = kind === 'lib' ? undefined : parsePackagePattern(pattern);
  if (bounds !== undefined) {
    const version = installed.get(bounds.name);
    const met = version !== undefined && meetsPattern(bounds, version);
    return met ? {kind: 'package', name: bounds.name} : {kind: 'nothing'};
  }
  for (const path of candidates(kind, pattern, places)) {
    if (await isAccessible(path, kind !== 'lib' && !pattern.startsWith('/'))) return {kind: 'file', path};
  }
  return {kind: 'nothing'};
}

function candidates(kind: DependencyKind, pattern: string, places: SearchPlaces): string[] {
  if (pattern.startsWith('/')) return [pattern];
  const directories =
    kind === 'lib'
      ? places.libraryDirectories
      : [...places.path.split(':'), join(places.localBase, 'bin'), join(places.localBase, 'sbin')];
  return directories.filter((directory) => directory !== '').map((directory) => join(directory, pattern));
}

async function isAccessible(path: string, executable: boolean): Promise<boolean> {
  try {
    await access(path, executable ? constants.X_OK : constants.F_OK);
    return true;
  } catch {
    return false;
  }
}
