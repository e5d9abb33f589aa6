import {createHash} from 'node:crypto';
import {lstatSync, readFileSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';
import {ok} from '../../model/result.js';
import type {DirectoryRecord, FileRecord} from './manifest.js';
import type {Plist} from './plist.js';
import {problem, type Attempt} from './problem.js';

/** pkg(8)'s spelling of a SHA-256. */
export function checksum(content: Buffer | string): string {
  return `1$${createHash('sha256').update(content).digest('hex')}`;
}

/** The checksum of what is on the disk; a symbolic link's is that of its target text. Undefined when nothing is there. */
export function checksumOnDisk(path: string): string | undefined {
  const state = lstatSync(path, {throwIfNoEntry: false});
  if (state === undefined) return undefined;
  if (state.isSymbolicLink()) return checksum(readlinkSync(path));
  return state.isFile() ? checksum(readFileSync(path)) : '';
}

/** Files read from the disk for a new package, in the order of their paths. */
export interface StagedFiles {
  readonly files: Readonly<Record<string, FileRecord>>;
  readonly directories: Readonly<Record<string, DirectoryRecord>>;
  readonly contents: ReadonlyMap<string, Buffer>;
  readonly flatsize: number;
}

/** Reads the files of a packing list from below `root`. Modes given in the list outrank those on the disk. */
export function readStagedFiles(plist: Plist, root: string): Attempt<StagedFiles> {
  const files: [string, FileRecord][] = [];
  const contents = new Map<string, Buffer>();
  let flatsize = 0;
  for (const item of plist.files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const onDisk = join(root, item.path);
    const state = lstatSync(onDisk, {throwIfNoEntry: false});
    if (state === undefined) return problem(`Unable to access file ${onDisk}:No such file or directory`);
    const owner = {
      uname: item.uname ?? 'root',
      gname: item.gname ?? 'wheel',
      mtime: Math.floor(state.mtimeMs / 1000),
    };
    if (state.isSymbolicLink()) {
      const target = readlinkSync(onDisk);
      files.push([item.path, {sum: checksum(target), ...owner, perm: '0777', symlink_target: target}]);
    } else if (state.isFile()) {
      const content = readFileSync(onDisk);
      const perm = item.perm ?? `0${(state.mode & 0o7777).toString(8)}`;
      files.push([item.path, {sum: checksum(content), ...owner, perm}]);
      contents.set(item.path, content);
      flatsize += content.length;
    } else return problem(`${onDisk} is neither a file nor a symbolic link`);
  }
  const directories = plist.directories.map(
    (path) => [path, {uname: 'root', gname: 'wheel', perm: '0755'}] as const,
  );
  return ok({
    files: Object.fromEntries(files),
    directories: Object.fromEntries(directories),
    contents,
    flatsize,
  });
}
