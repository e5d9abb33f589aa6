import {copyFile, link, mkdir, open, readFile, rename, rm, stat} from 'node:fs/promises';
import {dirname} from 'node:path';

/** The size of a file, or undefined when there is none or it cannot be looked at. */
export async function fileSize(path: string): Promise<number | undefined> {
  try {
    const info = await stat(path);
    return info.isFile() ? info.size : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Writes a whole file or nothing, with the folders above it: under another name first, then renamed. Durable files are on
 * the disk before they get their name, so that a crash leaves the old content or the new.
 */
export async function writeWhole(
  path: string,
  content: string | Buffer,
  {mode = 0o644, durable = true}: {readonly mode?: number; readonly durable?: boolean} = {},
): Promise<void> {
  await mkdir(dirname(path), {recursive: true});
  const partial = `${path}.${process.pid}.part`;
  const file = await open(partial, 'w', mode);
  try {
    await file.writeFile(content);
    if (durable) await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
}

/** Puts the same file in a second place, as a link where that is possible; a reader there never sees half a file. */
export async function placeCopy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), {recursive: true});
  const partial = `${to}.${process.pid}.part`;
  await rm(partial, {force: true});
  try {
    await link(from, partial);
  } catch {
    await copyFile(from, partial); // Another file system.
  }
  await rename(partial, to);
  // Where `to` was that same file already, rename(2) leaves both names as they are.
  await rm(partial, {force: true});
}

/** Removes a file; that it is not there is no error. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, {force: true});
}

/** The last part of a text file, at most `bytes` long, cut at a line; '' when it cannot be read. */
export async function readTail(path: string, bytes = 65_536): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const {size} = await file.stat();
      const start = Math.max(0, size - bytes);
      const buffer = Buffer.alloc(size - start);
      await file.read(buffer, 0, buffer.length, start);
      const text = buffer.toString('utf8');
      return start === 0 ? text : text.slice(text.indexOf('\n') + 1);
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}

/** A text file, or undefined when it is not there. Other trouble is thrown. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
