import {mkdir, mkdtemp, readdir, rename, rm} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {succeeded, type CommandOutcome, type CommandSpec} from '../model/command.js';
import {packageLabel} from '../model/package.js';
import type {PkgClient} from './pkg-client.js';

/** Packages of what is about to be replaced, made from the installed files. */
export class Backups {
  readonly directory: string;
  readonly #pkg: PkgClient;

  constructor(directory: string, pkg: PkgClient) {
    this.directory = directory;
    this.#pkg = pkg;
  }

  /** The backup of a package, if one was made. Its suffix is pkg(8)'s choice (PKG_CREATE's format). */
  async find(item: {readonly name: string; readonly version: string}): Promise<string | undefined> {
    return findIn(this.directory, item);
  }

  /**
   * Makes a backup with `run`; undefined when it did not come to be. It is made in a folder of its own and moved when it is
   * whole: a `pkg create` that fails or is killed leaves half a file under the final name.
   */
  async make(
    item: {readonly name: string; readonly version: string},
    run: (spec: CommandSpec) => Promise<CommandOutcome>,
  ): Promise<string | undefined> {
    await mkdir(this.directory, {recursive: true});
    const workshop = await mkdtemp(join(this.directory, 'new-'));
    try {
      if (!succeeded(await run(this.#pkg.backup(item.name, workshop)))) return undefined;
      const made = await findIn(workshop, item);
      if (made === undefined) return undefined;
      const kept = join(this.directory, basename(made));
      await rename(made, kept);
      return kept;
    } finally {
      await rm(workshop, {recursive: true, force: true});
    }
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
