import {mkdir, mkdtemp, readdir, rename, rm} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {succeeded, type CommandOutcome, type CommandSpec} from '../model/command.js';
import {packageLabel} from '../model/package.js';
import type {PkgClient} from './pkg-client.js';

/**
 * Packages of what is about to be replaced, made from the installed files. They belong to one run: what an earlier one saved
 * may be of the same version and yet not be what is installed now.
 */
export class Backups {
  readonly #directory: string;
  readonly #keptIn: string;
  readonly #pkg: PkgClient;
  /** Backups of packages with files that somebody had changed: their checksums never agree again. */
  readonly #edited = new Set<string>();

  /** `directory` is the run's own; `keptIn` is where backups go that outlive it (`-b`). */
  constructor(directory: string, keptIn: string, pkg: PkgClient) {
    this.#directory = directory;
    this.#keptIn = keptIn;
    this.#pkg = pkg;
  }

  /** The backup of a package, if this run made one. Its suffix is pkg(8)'s choice (PKG_CREATE's format). */
  async find(item: {readonly name: string; readonly version: string}): Promise<string | undefined> {
    return findIn(this.#directory, item);
  }

  /**
   * Makes a backup with `run`; undefined when it did not come to be. It is made in a folder of its own and moved when it is
   * whole: a `pkg create` that fails or is killed leaves half a file under the final name.
   */
  async make(
    item: {readonly name: string; readonly version: string},
    run: (spec: CommandSpec) => Promise<CommandOutcome>,
  ): Promise<string | undefined> {
    await mkdir(this.#directory, {recursive: true});
    const isWhole = await this.#pkg.isWhole(item.name);
    const workshop = await mkdtemp(join(this.#directory, 'new-'));
    try {
      if (!succeeded(await run(this.#pkg.backup(item.name, workshop)))) return undefined;
      const made = await findIn(workshop, item);
      if (made === undefined) return undefined;
      const kept = join(this.#directory, basename(made));
      await rename(made, kept);
      if (!isWhole) this.#edited.add(kept);
      return kept;
    } finally {
      await rm(workshop, {recursive: true, force: true});
    }
  }

  /** True when all files of the package were as installed when the backup was made. */
  isOfWhole(backup: string): boolean {
    return !this.#edited.has(backup);
  }

  /** After a swap that went well: keeps the backup, or removes it. */
  async settle(backup: string, keep: boolean): Promise<void> {
    if (!keep) {
      await rm(backup, {force: true});
      return;
    }
    await mkdir(this.#keptIn, {recursive: true});
    await rename(backup, join(this.#keptIn, basename(backup)));
  }

  /** At the end of the run: removes what was saved and then not replaced. Backups that somebody still needs stay. */
  async clear(needed: ReadonlySet<string>): Promise<void> {
    const names = await readdir(this.#directory).catch(() => []);
    const paths = names.map((name) => join(this.#directory, name));
    for (const path of paths) if (!needed.has(path)) await rm(path, {recursive: true, force: true});
    if (paths.every((path) => !needed.has(path))) await rm(this.#directory, {recursive: true, force: true});
  }
}

async function findIn(
  directory: string,
  item: {readonly name: string; readonly version: string},
): Promise<string | undefined> {
  const stem = `${packageLabel(item)}.`;
  const names = await readdir(directory).catch(() => []);
  const name = names.find(
    (candidate) => candidate.startsWith(stem) && /^[a-z]+$/.test(candidate.slice(stem.length)),
  );
  return name === undefined ? undefined : join(directory, name);
}
