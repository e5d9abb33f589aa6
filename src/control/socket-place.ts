import {mkdir, mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';

/**
 * A socket's address holds 104 bytes on FreeBSD and 108 on Linux, the final zero included (unix(4), unix(7)). A longer one
 * would be cut off by some systems without a word.
 */
const longestPath = 103;

/** The folder in a run's folder that only the run's user (and root) can look into. */
const folderName = 'control';
const socketName = 'socket';
/** Holds the path of the socket where that had to be put somewhere else. */
const pointerName = 'elsewhere';

/** Where a run listens. */
export interface SocketPlace {
  readonly path: string;
  /** Takes all of it away again. */
  remove(): Promise<void>;
}

/**
 * Makes the place of a run's socket: in a folder of its own that is closed to others from its first moment, so that nobody can
 * reach the socket before its permissions are set. Where the path would be too long, that is a new folder below the
 * system's temporary directory, and the run's folder says where. Throws the file system's errors; undefined where every
 * path would be too long.
 */
export async function makeSocketPlace(
  runDirectory: string,
  temporaryDirectory = tmpdir(),
): Promise<SocketPlace | undefined> {
  const folder = join(runDirectory, folderName);
  await mkdir(folder, {mode: 0o700});
  const path = join(folder, socketName);
  if (fits(path)) return {path, remove: () => removeFolders(folder)};
  // `mkdtemp` adds six characters and makes a folder that is closed to others.
  if (!fits(join(temporaryDirectory, 'portpar-XXXXXX', socketName))) {
    await removeFolders(folder);
    return undefined;
  }
  const elsewhere = await mkdtemp(join(temporaryDirectory, 'portpar-'));
  const short = join(elsewhere, socketName);
  await writeFile(join(folder, pointerName), short, {mode: 0o600});
  return {path: short, remove: () => removeFolders(folder, elsewhere)};
}

/** Where a run listens, or once listened; undefined for a run without a socket. Throws what else the file system says. */
export async function readSocketPlace(runDirectory: string): Promise<string | undefined> {
  const folder = join(runDirectory, folderName);
  try {
    const path = await readFile(join(folder, pointerName), 'utf8');
    // After a crash the folder elsewhere may be gone, and somebody else's by now.
    const [own, elsewhere] = await Promise.all([stat(folder), stat(dirname(path))]);
    return own.uid === elsewhere.uid ? path : undefined;
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  const path = join(folder, socketName);
  return fits(path) ? path : undefined;
}

/** True where a file system's error says that there is nothing of that name. */
export function isAbsent(error: unknown): boolean {
  const {code} = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= longestPath;
}

async function removeFolders(...folders: readonly string[]): Promise<void> {
  for (const folder of folders) await rm(folder, {recursive: true, force: true});
}
