import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import {unreachable} from '../../model/unreachable.js';

/**
 * A change of the disk that is done as a whole or not at all.
 *
 *     staging ──▶ committed ──▶ (no intention file)
 *        │            └─ the next call finishes it
 *        └─ the next call takes back what was staged
 *
 * New files wait beside their places under other names; the new database waits beside the old one. Up to the moment when
 * the intention file says `committed` nothing of the old state has been touched; from then on all that is left to do are
 * renames and removals, each of which may be done twice.
 */
interface Intention {
  readonly state: 'staging' | 'committed';
  /** Files to be moved to their places; `save` keeps what stands there and belongs to nobody as `NAME.pkgsave`. */
  readonly place: readonly {readonly staged: string; readonly target: string; readonly save: boolean}[];
  readonly remove: readonly string[];
  /** Removed where they are empty, the deepest first. */
  readonly emptyDirectories: readonly string[];
  /** Made for the staged files, the deepest first. */
  readonly madeDirectories: readonly string[];
}

/** A change as its author thinks of it. */
export interface Change {
  readonly place: readonly {
    readonly target: string;
    readonly save: boolean;
    /** Puts the file under the name it is given. */
    readonly write: (staged: string) => void;
  }[];
  readonly remove: readonly string[];
  /** Folders that are to go when the change has left them empty. */
  readonly emptyDirectories: readonly string[];
  /** Folders that are to be there even when nothing is in them. */
  readonly keepDirectories: readonly string[];
}

const intentionFile = (directory: string): string => join(directory, 'intention.json');
/** The database that takes effect with the change. */
const nextDatabase = (database: string): string => `${database}.next`;

/** True when a call died in the middle of a change. */
export function hasIntention(directory: string): boolean {
  return existsSync(intentionFile(directory));
}

/**
 * Carries a change out together with a new database text. `beforeCommit` runs when everything is staged and nothing of the
 * old state is touched yet. Throws what the file system throws, after taking back what was staged.
 */
export function carryOut(
  directory: string,
  database: string,
  text: string,
  change: Change,
  beforeCommit: () => void = () => undefined,
): void {
  const intention: Intention = {
    state: 'staging',
    place: change.place.map(({target, save}) => ({staged: stagedName(target), target, save})),
    remove: change.remove,
    emptyDirectories: deepestFirst(change.emptyDirectories),
    madeDirectories: deepestFirst(missingDirectories(change)),
  };
  writeIntention(directory, intention);
  try {
    for (const made of intention.madeDirectories.toReversed()) mkdirSync(made, {recursive: true});
    for (const {target, write} of change.place) write(stagedName(target));
    writeFileSync(nextDatabase(database), text, {flush: true});
    beforeCommit();
  } catch (error) {
    takeBack(directory, database, intention);
    throw error;
  }
  const committed: Intention = {...intention, state: 'committed'};
  writeIntention(directory, committed);
  finish(directory, database, committed);
}

/** Finishes or takes back what a dead call left; to be called under the write lock. */
export function recover(directory: string, database: string): void {
  const intention = readIntention(directory);
  if (intention === undefined) return;
  switch (intention.state) {
    case 'staging':
      takeBack(directory, database, intention);
      return;
    case 'committed':
      finish(directory, database, intention);
      return;
    default:
      unreachable(intention.state);
  }
}

const stagedName = (target: string): string => `${target}.pkgstaged`;
const deepestFirst = (paths: Iterable<string>): string[] =>
  [...new Set(paths)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));

function missingDirectories(change: Change): string[] {
  const missing = new Set<string>();
  const wanted = [...change.keepDirectories, ...change.place.map(({target}) => dirname(target))];
  for (const start of wanted) {
    for (let path = start; !missing.has(path) && !existsSync(path); path = dirname(path)) missing.add(path);
  }
  return [...missing];
}

function writeIntention(directory: string, intention: Intention): void {
  const path = intentionFile(directory);
  writeFileSync(`${path}.next`, JSON.stringify(intention), {flush: true});
  renameSync(`${path}.next`, path);
}

function readIntention(directory: string): Intention | undefined {
  try {
    return JSON.parse(readFileSync(intentionFile(directory), 'utf8')) as Intention;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function takeBack(directory: string, database: string, intention: Intention): void {
  for (const {staged} of intention.place) rmSync(staged, {force: true});
  rmSync(nextDatabase(database), {force: true});
  for (const made of intention.madeDirectories) removeIfEmpty(made);
  rmSync(intentionFile(directory), {force: true});
}

function finish(directory: string, database: string, intention: Intention): void {
  // Removals come first: a folder of the old version may have to make room for a file of the new one.
  for (const path of intention.remove) removeFile(path);
  for (const {staged, target, save} of intention.place) {
    if (!exists(staged)) continue; // placed before the call died
    if (isDirectory(target)) removeIfEmpty(target);
    if (isDirectory(target) || (save && exists(target))) renameSync(target, freeName(`${target}.pkgsave`));
    renameSync(staged, target);
  }
  for (const path of intention.emptyDirectories) removeIfEmpty(path);
  if (existsSync(nextDatabase(database))) renameSync(nextDatabase(database), database);
  rmSync(intentionFile(directory), {force: true});
}

/** `name`, or with a number behind it when there is such a thing already. */
function freeName(name: string): string {
  let free = name;
  for (let number = 1; exists(free); number += 1) free = `${name}.${number}`;
  return free;
}

const isDirectory = (path: string): boolean =>
  lstatSync(path, {throwIfNoEntry: false})?.isDirectory() === true;

function exists(path: string): boolean {
  return lstatSync(path, {throwIfNoEntry: false}) !== undefined;
}

/** A path whose folder has become a file is gone as well. */
function removeFile(path: string): void {
  try {
    rmSync(path, {force: true});
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') throw error;
  }
}

function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(code)) throw error;
  }
}
