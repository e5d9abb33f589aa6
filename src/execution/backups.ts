import {mkdir, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {succeeded, type CommandOutcome, type CommandSpec} from '../model/command.js';
import {packageLabel} from '../model/package.js';
import {removeFile} from '../system/files.js';
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
    const stem = `${packageLabel(item)}.`;
    const names = await readdir(this.directory).catch(() => []);
    const name = names.find(
      (candidate) => candidate.startsWith(stem) && /^[a-z]+$/.test(candidate.slice(stem.length)),
    );
    return name === undefined ? undefined : join(this.directory, name);
  }

  /** Makes a backup with `run`; undefined when it did not come to be. */
  async make(
    item: {readonly name: string; readonly version: string},
    run: (spec: CommandSpec) => Promise<CommandOutcome>,
  ): Promise<string | undefined> {
    await mkdir(this.directory, {recursive: true});
    const stale = await this.find(item);
    if (stale !== undefined) await removeFile(stale);
    const outcome = await run(this.#pkg.backup(item.name, this.directory));
    return succeeded(outcome) ? this.find(item) : undefined;
  }
}
