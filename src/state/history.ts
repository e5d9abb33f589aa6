import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import {readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {HistoryRecord} from '../model/history.js';
import {fail, ok, type Result} from '../model/result.js';
import {formatRecord, parseRecords} from './history-line.js';

/** Beyond this size it is looked whether much of the history is old. */
const largeBytes = 4 * 1024 * 1024;
/** How many records of each origin, phase and outcome outlive a compaction. */
const keptRecords = 5;

/**
 * `STATE/history.jsonl`: a line for each phase that any run has finished. Several portpars append to it at once: a line is one
 * write(2) to a file opened with O_APPEND, so that lines never mix.
 */
export class History {
  readonly path: string;
  readonly #directory: string;
  readonly #largeBytes: number;

  constructor(stateDirectory: string, options: {readonly largeBytes?: number} = {}) {
    this.#directory = stateDirectory;
    this.path = join(stateDirectory, 'history.jsonl');
    this.#largeBytes = options.largeBytes ?? largeBytes;
  }

  /** All that can be read, in the order of the file; nothing where there is no history, or none that this user may see. */
  async read(): Promise<HistoryRecord[]> {
    try {
      return parseRecords(await readFile(this.path, 'utf8'));
    } catch {
      return []; // Estimates are guesses then; a run without them is as right as any, only less well ordered.
    }
  }

  /**
   * Appends a record; throws the file system's error where that is not possible. Should another portpar have put a shorter
   * history in the place of the one that was written to, the line goes to the new one as well: readers count it once.
   */
  append(record: HistoryRecord): void {
    const line = Buffer.from(`${formatRecord(record)}\n`);
    // Not without end: a file system whose answers do not agree with each other must not stop a run.
    for (let isThere = false, tries = 0; !isThere && tries < 3; tries += 1) {
      const file = this.#open();
      try {
        // Cut short on a full disk: readers pass over what is there of it, and find what is appended behind.
        writeSync(file, line);
        isThere = isFileAt(this.path, file);
      } finally {
        closeSync(file);
      }
    }
  }

  #open(): number {
    try {
      return openSync(this.path, 'a', 0o644);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      mkdirSync(this.#directory, {recursive: true});
      return openSync(this.path, 'a', 0o644);
    }
  }

  /**
   * Once the history is large and half of it or more is old, keeps the last few records of each origin, phase and outcome.
   * Gives true when that was done.
   *
   * The new file takes the place of the old one at once, or not at all. What others append meanwhile is carried over, be it
   * before or right after the exchange. Only when two portpars compact within the same instant, what is appended between
   * their two exchanges is lost.
   */
  async compactIfLarge(): Promise<Result<boolean>> {
    const info = await stat(this.path).catch(() => undefined);
    if (info === undefined || info.size <= this.#largeBytes) return ok(false);
    try {
      return ok(this.#compact());
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return fail({kind: 'file-trouble', action: 'shorten the history', path: this.path, message});
    }
  }

  #compact(): boolean {
    const old = openSync(this.path, 'r');
    const draft = `${this.path}.${process.pid}.part`;
    try {
      const first = readFrom(old, 0);
      const kept = lastOfEach(parseRecords(first.toString('utf8')));
      const content = Buffer.from(kept.map((record) => `${formatRecord(record)}\n`).join(''));
      if (content.length * 2 > first.length) return false;
      rmSync(draft, {force: true}); // Left by a crash of a process of the same number.
      // For appending, since after the exchange it is no longer this process's alone.
      const file = openSync(draft, 'ax', 0o644);
      try {
        writeAll(file, content);
        const second = readFrom(old, first.length);
        writeAll(file, second);
        fsyncSync(file);
        // Somebody else has compacted meanwhile: the name is another file's, and this draft is out of date.
        if (!isFileAt(this.path, old)) return false;
        renameSync(draft, this.path);
        writeAll(file, readFrom(old, first.length + second.length));
        return true;
      } finally {
        closeSync(file);
      }
    } finally {
      closeSync(old);
      rmSync(draft, {force: true});
    }
  }
}

/** The last few of each origin, phase and outcome, by time, in the order in which they were. */
function lastOfEach(records: readonly HistoryRecord[]): HistoryRecord[] {
  const groups = new Map<string, HistoryRecord[]>();
  for (const record of records) {
    const key = `${record.origin} ${record.phase} ${record.outcome}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  const kept = new Set<HistoryRecord>();
  for (const group of groups.values()) {
    for (const record of group.sort((a, b) => b.at - a.at).slice(0, keptRecords)) kept.add(record);
  }
  return records.filter((record) => kept.has(record));
}

/** Everything from `start` to the end of a file that may be growing. */
function readFrom(file: number, start: number): Buffer {
  const buffer = Buffer.alloc(Math.max(0, fstatSync(file).size - start));
  let length = 0;
  while (length < buffer.length) {
    const count = readSync(file, buffer, length, buffer.length - length, start + length);
    if (count === 0) break;
    length += count;
  }
  return buffer.subarray(0, length);
}

function writeAll(file: number, content: Buffer): void {
  for (let written = 0; written < content.length;) written += writeSync(file, content, written);
}

/** True while the name still is that of the open file. */
function isFileAt(path: string, file: number): boolean {
  const there = statSync(path, {throwIfNoEntry: false});
  const {ino, dev} = fstatSync(file);
  return there?.ino === ino && there.dev === dev;
}
