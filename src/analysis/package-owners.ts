const ownership = /^(.*) was installed by package (\S+)$/;

/**
 * Reads the answer of `pkg which PATH…` (pkg-which(8)): package names by path. `names` gives the package name for each
 * `name-version`; paths that no package owns have no entry.
 */
export function parseOwners(output: string, names: ReadonlyMap<string, string>): Map<string, string> {
  const owners = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [, path, label] = ownership.exec(line) ?? [];
    const name = label === undefined ? undefined : names.get(label);
    if (path !== undefined && name !== undefined) owners.set(path, name);
  }
  return owners;
}
