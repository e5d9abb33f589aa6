import {closeSync, mkdirSync, openSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import type {RunEvent} from '../model/event.js';

/** The folder of one run: its journal, and a log for each phase of each port. */
export class RunFolder {
  readonly id: string;
  readonly directory: string;
  readonly logDirectory: string;
  readonly journalPath: string;
  /** Made when the first backup is. */
  readonly backupDirectory: string;
  readonly #journal: number;

  /** Makes the folder; throws the file system's error where that is not possible. */
  constructor(stateDirectory: string, id: string) {
    const folder = join(stateDirectory, 'runs', id);
    this.id = id;
    this.directory = folder;
    this.logDirectory = join(folder, 'logs');
    this.backupDirectory = join(folder, 'backups');
    this.journalPath = join(folder, 'journal.jsonl');
    mkdirSync(this.logDirectory, {recursive: true});
    this.#journal = openSync(this.journalPath, 'a', 0o644);
  }

  /** Appends an event as one line of JSON. Returns only when the line is with the system: what it tells may then be done. */
  append(event: RunEvent): void {
    const line = Buffer.from(`${JSON.stringify(event)}\n`);
    // A disk that fills up takes a part of the line first, and complains only of the rest.
    for (let written = 0; written < line.length;) written += writeSync(this.#journal, line, written);
  }

  close(): void {
    closeSync(this.#journal);
  }
}

/** A run's name: its start in local time and its process, so that names sort by time and never clash. */
export function runIdAt(milliseconds: number, processId: number): string {
  const date = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  const time = `${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
  return `${day}-${time}-${processId}`;
}
