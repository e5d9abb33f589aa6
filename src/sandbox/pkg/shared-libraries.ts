import {readdirSync, type Dirent} from 'node:fs';
import {join} from 'node:path';
import {readElfLibraries} from './elf.js';

/** The libraries that a package brings, and those it needs from elsewhere; both sorted. */
export interface SharedLibraries {
  readonly provided: readonly string[];
  readonly required: readonly string[];
}

/**
 * Finds them in a package's regular files, as pkg(8) does (libpkg, `analyse_elf`): only names that begin with `lib`
 * count, needed libraries given as a path do not, and neither do those that the package has itself, be it as a soname or
 * as a file of that name. The base system's libraries are among the required ones; `pkg check -d` knows them.
 */
export function findSharedLibraries(
  files: Iterable<{readonly path: string; readonly content: Buffer}>,
  allPaths: readonly string[],
): SharedLibraries {
  const provided = new Set<string>();
  const required = new Set<string>();
  for (const {content} of files) {
    const libraries = readElfLibraries(content);
    if (libraries === undefined) continue;
    if (libraries.soname?.startsWith('lib') === true) provided.add(libraries.soname);
    for (const name of libraries.needed) if (name.startsWith('lib')) required.add(name);
  }
  const own = new Set(allPaths.map((path) => path.slice(path.lastIndexOf('/') + 1)));
  return {
    provided: [...provided].sort(),
    required: [...required].filter((name) => !provided.has(name) && !own.has(name)).sort(),
  };
}

const libraryFile = /^lib.+\.so(?:\.[0-9.]*)?$/;

/** The base system's libraries: those in `/lib` and `/usr/lib`, and in the folders for one machine that Linux has there. */
export function systemLibraries(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const directory of ['/lib', '/usr/lib', '/lib64', '/usr/lib64']) {
    for (const entry of entriesOf(directory)) {
      if (libraryFile.test(entry.name)) found.add(entry.name);
      else if (entry.isDirectory() && /^[a-z0-9_]+-linux-/.test(entry.name)) {
        for (const inner of entriesOf(join(directory, entry.name))) {
          if (libraryFile.test(inner.name)) found.add(inner.name);
        }
      }
    }
  }
  return found;
}

function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, {withFileTypes: true});
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
