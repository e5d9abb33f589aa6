import {randomBytes} from 'node:crypto';
import {mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {gunzipSync, gzipSync} from 'node:zlib';
import type {HeaderData} from 'tar/header';
import {Parser} from 'tar/parse';
import {ok} from '../../model/result.js';
import {tarEnd, tarEntry} from '../tar-entry.js';
import {formatManifest, parseManifest, type Manifest} from './manifest.js';
import {problem, reasonOf, type Attempt} from './problem.js';

/** The contents of a package file: its manifest, and for each regular file what is in it. */
export interface PackageFile {
  readonly manifest: Manifest;
  readonly contents: ReadonlyMap<string, Buffer>;
}

/**
 * Writes a package: tar and gzip, the two manifests in front. It appears under its name only when it is whole.
 * Throws what the file system throws.
 */
export function writePackageFile(path: string, {manifest, contents}: PackageFile): void {
  const parts: Buffer[] = [];
  const add = (data: HeaderData, content: Buffer): void => {
    parts.push(...tarEntry({uname: 'root', gname: 'wheel', ...data}, content));
  };
  const epoch = new Date(0);
  const meta = {type: 'File', mode: 0o644, mtime: epoch} as const;
  add({...meta, path: '+COMPACT_MANIFEST'}, Buffer.from(formatManifest(manifest, true)));
  add({...meta, path: '+MANIFEST'}, Buffer.from(formatManifest(manifest)));
  const nothing = Buffer.alloc(0);
  for (const [name, file] of Object.entries(manifest.files)) {
    const data = {
      path: name,
      mode: parseInt(file.perm, 8),
      mtime: new Date(file.mtime * 1000),
      uname: file.uname,
      gname: file.gname,
    };
    if (file.symlink_target === undefined) add({...data, type: 'File'}, contents.get(name) ?? nothing);
    else add({...data, type: 'SymbolicLink', linkpath: file.symlink_target}, nothing);
  }
  for (const [name, directory] of Object.entries(manifest.directories)) {
    add({path: `${name}/`, type: 'Directory', mode: parseInt(directory.perm, 8), mtime: epoch}, nothing);
  }
  parts.push(tarEnd);
  mkdirSync(dirname(path), {recursive: true});
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(temporary, gzipSync(Buffer.concat(parts), {level: 1}), {flush: true});
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, {force: true});
  }
}

/** Reads a package file. One that is cut short, is no package, or lacks a file that its manifest lists is a problem. */
export function readPackageFile(path: string): Attempt<PackageFile> {
  let archive: Buffer;
  try {
    archive = unpack(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return problem(`archive_read_open_filename(${path}): Failed to open '${path}'`);
    }
    return problem(`${path} is not a valid package: ${reasonOf(error)}`);
  }
  const entries = readEntries(archive);
  if (!entries.ok) return problem(`${path} is not a valid package: ${entries.failures[0]?.lines[0] ?? ''}`);
  const source = entries.value.get('+MANIFEST');
  if (source === undefined) return problem(`${path} is not a valid package: no manifest found`);
  const manifest = parseManifest(source.toString('utf8'), path);
  if (!manifest.ok) return manifest;
  for (const [name, file] of Object.entries(manifest.value.files)) {
    if (file.symlink_target === undefined && !entries.value.has(name)) {
      return problem(`${path} is not a valid package: ${name} is not in it`);
    }
  }
  return ok({manifest: manifest.value, contents: entries.value});
}

const gzipMagic = Buffer.from([0x1f, 0x8b]);
const unpack = (raw: Buffer): Buffer => (raw.subarray(0, 2).equals(gzipMagic) ? gunzipSync(raw) : raw);

function readEntries(archive: Buffer): Attempt<ReadonlyMap<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  let trouble: string | undefined;
  const parser = new Parser({strict: true});
  parser.on('error', (error: Error) => {
    trouble ??= error.message;
  });
  parser.on(
    'entry',
    (one: {path: string; type: string; linkpath?: string; on: Listen; resume: () => void}) => {
      const chunks: Buffer[] = [];
      one.on('data', (chunk: Buffer) => chunks.push(chunk));
      one.on('end', () => {
        if (one.type === 'File' || one.type === 'OldFile') contents.set(one.path, Buffer.concat(chunks));
        const original = one.type === 'Link' ? contents.get(one.linkpath ?? '') : undefined;
        if (original !== undefined) contents.set(one.path, original);
      });
      one.resume();
    },
  );
  parser.write(archive);
  parser.end();
  return trouble === undefined ? ok(contents) : problem(trouble);
}

interface Listen {
  (event: 'data', listener: (chunk: Buffer) => void): unknown;
  (event: 'end', listener: () => void): unknown;
}
