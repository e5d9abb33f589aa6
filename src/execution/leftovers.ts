import {createHash} from 'node:crypto';
import {lstat, readFile, unlink} from 'node:fs/promises';
import type {PkgClient} from './pkg-client.js';

/** Files of an old package that are still there, though the new one does not own them. */
export interface Leftovers {
  readonly removed: readonly string[];
  /** Changed since they were installed: somebody's work, not ours to remove. */
  readonly kept: readonly string[];
}

/**
 * Removes what an upgrade left behind. Releases of pkg(8) differ: some take the files that only the old version had away
 * (2.8), some leave them on the disk, owned by nobody (1.21). A file goes only if no package owns it and its content is
 * still what the old package installed. `before` and `now` give the files of the old and the new package with their
 * checksums (`%Fp`, `%Fs`).
 */
export async function removeLeftovers(
  pkg: PkgClient,
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string> | undefined,
): Promise<Leftovers> {
  // Where pkg(8) does not tell what the new package owns, anything may be its own.
  if (now === undefined) return {removed: [], kept: []};
  const candidates: string[] = [];
  for (const path of before.keys()) if (!now.has(path) && (await exists(path))) candidates.push(path);
  const unowned = candidates.length === 0 ? new Set<string>() : await pkg.unowned(candidates);
  const removed: string[] = [];
  const kept: string[] = [];
  for (const path of candidates) {
    if (!unowned.has(path)) continue;
    if (await isUnchanged(path, before.get(path) ?? '')) {
      await unlink(path);
      removed.push(path);
    } else kept.push(path);
  }
  return {removed, kept};
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}

/** pkg(8) writes checksums as `1$HEX` (a file's SHA256) or `-` where it has none, as for some links. */
async function isUnchanged(path: string, checksum: string): Promise<boolean> {
  const info = await lstat(path);
  if (info.isSymbolicLink()) return true;
  if (!info.isFile()) return false;
  const [, expected] = /^1\$([0-9a-f]{64})$/.exec(checksum) ?? [];
  return (
    expected !== undefined &&
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex') === expected
  );
}
