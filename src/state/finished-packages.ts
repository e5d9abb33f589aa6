import {mkdir, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {FinishedPackage} from '../model/facts.js';
import {originFileName, parseOrigin, type PortOrigin} from '../model/origin.js';
import {fileSize, readIfThere, removeFile, writeWhole} from '../system/files.js';

/**
 * The packages that have been made and not yet installed, each with a note of what it was made from. They outlive a run:
 * the next one installs them without building again, if nothing has changed.
 */
export class FinishedPackages {
  /** PACKAGES for the framework. */
  readonly directory: string;
  readonly #notes: string;

  constructor(stateDirectory: string) {
    this.directory = join(stateDirectory, 'packages');
    this.#notes = join(this.directory, 'notes');
  }

  /** Makes the folders; the framework uses PACKAGES only where it exists. */
  async prepare(): Promise<void> {
    await mkdir(join(this.directory, 'All'), {recursive: true});
    await mkdir(this.#notes, {recursive: true});
  }

  /** All notes whose package file is there in the size noted. A note that cannot be read counts as none. */
  async list(): Promise<FinishedPackage[]> {
    let names: string[];
    try {
      names = await readdir(this.#notes);
    } catch (error) {
      const {code} = error as NodeJS.ErrnoException;
      // Nothing there, or nothing that this user may see: then nothing is there to be used.
      if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR') return [];
      throw error;
    }
    const found = await Promise.all(
      names.filter((name) => name.endsWith('.json')).map((name) => this.#read(join(this.#notes, name))),
    );
    return found.filter((item) => item !== undefined);
  }

  /** Notes a finished package. The note is written last: without it the package file counts for nothing. */
  async add(item: FinishedPackage): Promise<void> {
    const size = await fileSize(item.file);
    await writeWhole(this.#noteOf(item.origin), `${JSON.stringify({...item, size})}\n`);
  }

  /** Forgets a package and removes its file. */
  async remove(origin: PortOrigin, file: string): Promise<void> {
    await removeFile(this.#noteOf(origin));
    await removeFile(file);
  }

  #noteOf(origin: PortOrigin): string {
    return join(this.#notes, `${originFileName(origin)}.json`);
  }

  async #read(path: string): Promise<FinishedPackage | undefined> {
    const text = await readIfThere(path);
    const note = text === undefined ? undefined : parseNote(text);
    if (note === undefined || (await fileSize(note.file)) !== note.size) return undefined;
    return {origin: note.origin, file: note.file, fingerprint: note.fingerprint, builtWith: note.builtWith};
  }
}

function parseNote(text: string): (FinishedPackage & {readonly size: number}) | undefined {
  let note: unknown;
  try {
    note = JSON.parse(text);
  } catch {
    return undefined; // Torn by a crash: the package is simply made again.
  }
  if (typeof note !== 'object' || note === null) return undefined;
  const {origin, file, fingerprint, builtWith, size} = note as Record<string, unknown>;
  const parsed = typeof origin === 'string' ? parseOrigin(origin) : undefined;
  if (parsed === undefined || typeof file !== 'string' || typeof fingerprint !== 'string') return undefined;
  if (!Array.isArray(builtWith) || typeof size !== 'number') return undefined;
  return {origin: parsed, file, fingerprint, builtWith: builtWith.map(String), size};
}
