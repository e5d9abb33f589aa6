const ownership = /^(.*) was installed by package (\S+)$/;

/** Reads the answer of `pkg which PATH…` (pkg-which(8)): `name-version` by path. Paths that no package owns have no entry. */
export function parseOwners(output: string): Map<string, string> {
  const owners = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [, path, label] = ownership.exec(line) ?? [];
    if (path !== undefined && label !== undefined) owners.set(path, label);
  }
  return owners;
}

/** The paths of which the same answer says that they belong to no package. */
export function parseUnowned(output: string): string[] {
  return output.split('\n').flatMap((line) => /^(.*) was not found in the database$/.exec(line)?.[1] ?? []);
}
