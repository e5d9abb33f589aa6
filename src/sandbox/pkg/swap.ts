import {chmodSync, lstatSync, lutimesSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {ok} from '../../model/result.js';
import type {Packages, Writer} from './database.js';
import type {Installed, Manifest} from './manifest.js';
import type {PackageFile} from './package-file.js';
import {problem, type Attempt} from './problem.js';
import {staysInside, unsafePath} from './safe-path.js';
import {messageFor, runScript} from './scripts.js';
import {label, type Session} from './session.js';
import {checksumOnDisk} from './staged-files.js';

/** How a package is to be put in place. */
export interface SwapOptions {
  readonly automatic: boolean;
  readonly scripts: boolean;
  /** Remove files that only the replaced version had: `pkg install` does, `pkg add` does not. */
  readonly removeOld: boolean;
  /** Take over files that belong to other packages. */
  readonly overwrite: boolean;
  /** Stands before the line that tells of unpacking; undefined for no such line. */
  readonly progress: string | undefined;
}

/** The first file that another package already owns, and that package. */
function conflict(packages: Packages, manifest: Manifest): {path: string; owner: Installed} | undefined {
  const mine = new Set(Object.keys(manifest.files));
  for (const owner of packages) {
    if (owner.name === manifest.name) continue;
    for (const path of Object.keys(owner.files)) if (mine.has(path)) return {path, owner};
  }
  return undefined;
}

/** Folders between a file and its prefix, which may be left empty. */
export function foldersAbove(paths: Iterable<string>, prefix: string): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (
      let above = dirname(path);
      above.length > prefix.length && !folders.has(above);
      above = dirname(above)
    ) {
      folders.add(above);
    }
  }
  return folders;
}

/**
 * Puts a package in the place of the version that is installed, or into an empty place: conflict check, pre-install
 * script, then files and database in one step, then the post-install script. Gives the text for the user. Everything that
 * can fail does so before anything has changed; only the post-install script comes after, and its failure is just told.
 */
export function swapIn(
  session: Session,
  writer: Writer,
  {manifest, contents}: PackageFile,
  options: SwapOptions,
): Attempt<string> {
  const {output, settings} = session;
  const unsafe = unsafePath(manifest, settings.root);
  if (unsafe !== undefined) return problem(`${label(manifest)} is refused: ${unsafe}`);
  const escaping = Object.keys(manifest.files).find((path) => !staysInside(path, manifest.prefix));
  if (escaping !== undefined)
    return problem(`${label(manifest)} is refused: ${escaping} is outside ${manifest.prefix}`);

  const found = conflict(writer.packages, manifest);
  if (found !== undefined) {
    const text = `${label(manifest)} conflicts with ${label(found.owner)} (installs files into the same place).  Problematic file: ${found.path}`;
    if (!options.overwrite) return problem(text, 3);
    output.warn(`${text} ignored by forced mode`);
  }
  const others = writer.packages.filter((one) => one.name !== manifest.name);
  const old = writer.packages.find((one) => one.name === manifest.name);
  const upgrade = old !== undefined;
  if (options.scripts && !runScript(session, manifest, 'pre-install', upgrade))
    return {ok: false, failures: [{lines: [], status: 3}]};

  const files = Object.entries(manifest.files);
  if (options.progress !== undefined) {
    output.print(
      `${options.progress}Extracting ${label(manifest)}: ${'.'.repeat(Math.min(10, files.length))} done\n`,
    );
  }
  const oldPaths = Object.keys(old?.files ?? {});
  const gone = options.removeOld ? oldPaths.filter((path) => !Object.hasOwn(manifest.files, path)) : [];
  const theirs = new Set(found === undefined ? [] : ownedPaths(others));
  const owned = new Set([...oldPaths, ...theirs]);
  const installed: Installed = {
    ...manifest,
    // A file that was taken over by force still belongs to the other package, as in pkg(8).
    files: Object.fromEntries(files.filter(([path]) => !theirs.has(path))),
    automatic: options.automatic,
    locked: false,
    vital: old?.vital ?? false,
    time: Math.floor(Date.now() / 1000),
  };
  writer.apply(
    [...others, installed],
    {
      place: files.map(([target, file]) => ({
        target,
        save: !owned.has(target) && existsLink(target) && checksumOnDisk(target) !== file.sum,
        write: (staged) => {
          writeStaged(staged, file, contents.get(target));
        },
      })),
      remove: gone,
      emptyDirectories: [...foldersAbove(gone, manifest.prefix)],
      keepDirectories: Object.keys(manifest.directories),
    },
    () => {
      if (old === undefined) return;
      for (const path of gone) if (!existsLink(path)) output.complain(`${label(old)}: missing file ${path}`);
      if (options.scripts && options.removeOld) runScript(session, old, 'pre-deinstall', true);
    },
  );
  if (options.scripts) runScript(session, manifest, 'post-install', upgrade);
  return ok(messageFor(manifest, upgrade && options.removeOld ? 'upgrade' : 'install'));
}

const ownedPaths = (packages: Packages): string[] => packages.flatMap((one) => Object.keys(one.files));
const existsLink = (path: string): boolean => lstatSync(path, {throwIfNoEntry: false}) !== undefined;

function writeStaged(staged: string, file: Installed['files'][string], content: Buffer | undefined): void {
  if (file.symlink_target !== undefined) {
    symlinkSync(file.symlink_target, staged);
    lutimesSync(staged, file.mtime, file.mtime);
    return;
  }
  writeFileSync(staged, content ?? Buffer.alloc(0));
  chmodSync(staged, parseInt(file.perm, 8) & 0o7777);
  utimesSync(staged, file.mtime, file.mtime);
}

/** Takes a package away: scripts, files, folders left empty. */
export function takeOut(
  session: Session,
  writer: Writer,
  one: Installed,
  {scripts, progress}: {readonly scripts: boolean; readonly progress: string | undefined},
): void {
  const {output} = session;
  if (scripts) runScript(session, one, 'pre-deinstall');
  if (progress !== undefined) output.print(progress);
  const others = new Set(ownedPaths(writer.packages.filter((other) => other !== one)));
  const paths = Object.keys(one.files).filter((path) => !others.has(path));
  for (const path of paths) if (!existsLink(path)) output.complain(`${label(one)}: missing file ${path}`);
  const folders = [
    ...foldersAbove(paths, one.prefix),
    ...Object.keys(one.directories),
    ...foldersAbove(Object.keys(one.directories), one.prefix),
  ];
  writer.apply(
    writer.packages.filter((other) => other !== one),
    {place: [], remove: paths, emptyDirectories: folders, keepDirectories: []},
  );
  if (scripts) runScript(session, one, 'post-deinstall');
}
