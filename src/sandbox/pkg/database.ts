import {existsSync, mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {ok} from '../../model/result.js';
import {isHeld, lockFile, releaseLock, takeLock} from './database-lock.js';
import {carryOut, hasIntention, recover, type Change} from './intention.js';
import type {Installed} from './manifest.js';
import {problem, reasonOf, type Attempt} from './problem.js';

/** The installed packages in the order of their names. */
export type Packages = readonly Installed[];

/** The file with the whole database: JSON with one package on each line, replaced by rename. */
export function databaseFile(directory: string): string {
  return join(directory, 'packages.json');
}

/** True when there is a database at all, even an empty one. */
export function databaseExists(directory: string): boolean {
  return existsSync(databaseFile(directory)) || hasIntention(directory);
}

function formatDatabase(packages: Packages): string {
  const lines = sorted(packages).map((one) => `  ${JSON.stringify(one)}`);
  return `{"format": 1, "packages": [\n${lines.join(',\n')}\n]}\n`;
}

const byName = (a: Installed, b: Installed): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
const sorted = (packages: Packages): Packages => packages.toSorted(byName);

function isInstalled(value: unknown): value is Installed {
  if (typeof value !== 'object' || value === null) return false;
  const {name, version, files, deps} = value as Partial<Record<string, unknown>>;
  const isRecord = (field: unknown): boolean => typeof field === 'object' && field !== null;
  return typeof name === 'string' && typeof version === 'string' && isRecord(files) && isRecord(deps);
}

function load(directory: string): Attempt<Packages> {
  const path = databaseFile(directory);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ok([]);
    return problem(`cannot read the package database: ${reasonOf(error)}`);
  }
  const damaged = problem(`the package database ${path} is damaged`);
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content !== 'object' || content === null || !('packages' in content)) return damaged;
    const {packages} = content;
    if (!Array.isArray(packages)) return damaged;
    const list: readonly unknown[] = packages;
    return list.every(isInstalled) ? ok(list) : damaged;
  } catch {
    return damaged;
  }
}

/**
 * The installed packages, without a lock: the file is only ever replaced as a whole. A change that a dead call left
 * unfinished is finished or taken back first.
 */
export function readPackages(directory: string): Attempt<Packages> {
  if (hasIntention(directory) && !isHeld(directory)) {
    const settled = withLock(directory, () => ok(undefined));
    if (!settled.ok) return settled;
  }
  return load(directory);
}

/** What a writer may do while it holds the lock. */
export interface Writer {
  packages: Packages;
  /** Replaces the database alone. */
  save(packages: Packages): void;
  /** Replaces the database together with files on the disk, as a whole or not at all. */
  apply(packages: Packages, change: Change, beforeCommit?: () => void): void;
}

/** Runs `work` as the only writer. `kind` is the word in pkg(8)'s complaint when another process does not let go. */
export function withWriter<T>(
  directory: string,
  kind: 'advisory' | 'exclusive',
  work: (writer: Writer) => Attempt<T>,
): Attempt<T> {
  return withLock(
    directory,
    () => {
      const loaded = load(directory);
      if (!loaded.ok) return loaded;
      const database = databaseFile(directory);
      const writer: Writer = {
        packages: loaded.value,
        save(packages) {
          writeFileSync(`${database}.new`, formatDatabase(packages), {flush: true});
          renameSync(`${database}.new`, database);
          writer.packages = sorted(packages);
        },
        apply(packages, change, beforeCommit) {
          carryOut(directory, database, formatDatabase(packages), change, beforeCommit);
          writer.packages = sorted(packages);
        },
      };
      return work(writer);
    },
    kind,
  );
}

function withLock<T>(
  directory: string,
  work: () => Attempt<T>,
  kind: 'advisory' | 'exclusive' = 'exclusive',
): Attempt<T> {
  try {
    mkdirSync(directory, {recursive: true});
    if (!takeLock(directory)) {
      const article = kind === 'advisory' ? 'an advisory' : 'an exclusive';
      return problem(`Cannot get ${article} lock on a database, it is locked by another process`);
    }
  } catch (error) {
    return problem(`cannot lock ${lockFile(directory)}: ${reasonOf(error)}`);
  }
  try {
    recover(directory, databaseFile(directory));
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return problem(reasonOf(error));
  } finally {
    releaseLock(directory);
  }
}
