import {realpathSync} from 'node:fs';
import {dirname, isAbsolute, normalize, relative} from 'node:path';
import type {Manifest} from './manifest.js';

/** True when `path` is `directory` or below it; both absolute and without `..`. */
export function isBelow(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}

/**
 * Says why a package must not be unpacked, or nothing when it may be. Its prefix has to be a real folder name below
 * `root` (where there is one) and every path below the prefix, written without detours, and not leading through one of
 * the package's own symbolic links.
 */
export function unsafePath(manifest: Manifest, root: string): string | undefined {
  const {prefix} = manifest;
  if (!isPlain(prefix) || prefix === '/') return `its prefix ${prefix} is not acceptable`;
  if (root !== '' && !isBelow(prefix, root)) return `its prefix ${prefix} is outside ${root}`;
  const links = new Set(
    Object.entries(manifest.files).flatMap(([path, file]) =>
      file.symlink_target === undefined ? [] : [path],
    ),
  );
  for (const path of [...Object.keys(manifest.files), ...Object.keys(manifest.directories)]) {
    if (!isPlain(path) || path === prefix || !isBelow(path, prefix)) return `${path} is outside ${prefix}`;
    for (let above = dirname(path); above !== prefix; above = dirname(above)) {
      if (links.has(above)) return `${path} leads through the symbolic link ${above}`;
    }
  }
  return undefined;
}

const isPlain = (path: string): boolean =>
  isAbsolute(path) &&
  normalize(path) === path &&
  !path.includes('\0') &&
  (path === '/' || !path.endsWith('/'));

/**
 * True when a file's folder, as far as it is there, really is below the prefix: a link that someone put into the prefix
 * may lead elsewhere.
 */
export function staysInside(path: string, prefix: string): boolean {
  const real = (start: string): string => {
    try {
      return realpathSync(start);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return real(dirname(start));
      throw error;
    }
  };
  const folder = real(dirname(path));
  const home = real(prefix);
  return isBelow(folder, home) || isBelow(home, folder);
}
