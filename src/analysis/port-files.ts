import {createHash} from 'node:crypto';
import {statSync} from 'node:fs';
import {readdir, readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {PortAnswers} from './make-variables.js';

/** The folders that a port is made of: its own and, where it has one, its master's (Mk/bsd.port.mk, MASTERDIR). */
export function foldersOf(answers: PortAnswers, directory: string): string[] {
  return [...new Set([directory, answers.MASTERDIR === '' ? directory : answers.MASTERDIR])];
}

/** Hashes make's answers (by their digest) and the name, size and time of every file of the port and of its master port. */
export async function fingerprintOf(digest: string, folders: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(digest);
  for (const directory of folders) {
    for (const folder of [directory, join(directory, 'files')]) {
      for (const line of await describeFiles(folder)) hash.update(line);
    }
  }
  return hash.digest('hex');
}

async function describeFiles(folder: string): Promise<string[]> {
  let names: string[];
  try {
    names = (await readdir(folder, {withFileTypes: true}))
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name);
  } catch {
    return []; // Most ports have no `files` folder.
  }
  return Promise.all(
    names.sort().map(async (name) => {
      const {size, mtimeMs} = await stat(join(folder, name));
      return `${name} ${size} ${mtimeMs}\n`;
    }),
  );
}

/**
 * The sizes that distinfo gives for these files, added up, in bytes; undefined when it has none of them. Lines are
 * `SIZE (name) = bytes`; a name has DIST_SUBDIR before it (Mk/Scripts/makesum.sh).
 */
export async function distfileBytes(
  distinfoFile: string,
  distfiles: readonly string[],
): Promise<number | undefined> {
  let text: string;
  try {
    text = await readFile(distinfoFile, 'utf8');
  } catch {
    return undefined; // Ports without distfiles have none.
  }
  const wanted = new Set(distfiles);
  let total: number | undefined;
  for (const [, name = '', size] of text.matchAll(/^SIZE \((.+)\) = (\d+)$/gm)) {
    if (wanted.delete(name)) total = (total ?? 0) + Number(size);
  }
  return total;
}

/** A file that cannot be looked at (a circle of links, a folder without permission) counts as none. */
export function isFile(path: string): boolean {
  try {
    return statSync(path, {throwIfNoEntry: false})?.isFile() === true;
  } catch {
    return false;
  }
}
