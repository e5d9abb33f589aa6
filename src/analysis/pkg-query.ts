import {parseOrigin, portDirectory, withFlavor} from '../model/origin.js';
import type {InstalledPackage} from '../model/package.js';

/** The queries that together describe all installed packages; each gives one tab-separated line per row (pkg-query(8)). */
export const packageQueries = {
  packages: '%n\t%v\t%o\t%a\t%k',
  annotations: '%n\t%At\t%Av',
  dependencies: '%n\t%dn',
  shlibsProvided: '%n\t%b',
  shlibsRequired: '%n\t%B',
} as const;

export type PackageAnswers = Readonly<Record<keyof typeof packageQueries, string>>;

/** Lines of a query as fields; lines with another number of fields (a value with a line break in it) are passed over. */
function rows(output: string, fields: number): string[][] {
  return output
    .split('\n')
    .map((line) => line.split('\t'))
    .filter((row) => row.length === fields);
}

function grouped(output: string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name = '', value = ''] of rows(output, 2)) {
    if (value === '') continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [value]);
    else group.push(value);
  }
  return groups;
}

/**
 * Reads pkg(8)'s answers to `packageQueries`. Packages of the base system (`base/…`) and packages that no port made (their
 * origin is not `category/name`) are not ports and are left out.
 */
export function parseInstalledPackages(answers: PackageAnswers): InstalledPackage[] {
  const flavors = new Map<string, string>();
  for (const [name = '', tag, value = ''] of rows(answers.annotations, 3)) {
    if (tag === 'flavor') flavors.set(name, value);
  }
  const dependencies = grouped(answers.dependencies);
  const provided = grouped(answers.shlibsProvided);
  const required = grouped(answers.shlibsRequired);

  const packages: InstalledPackage[] = [];
  for (const [name = '', version = '', origin = '', automatic, locked] of rows(answers.packages, 5)) {
    const parsed = parseOrigin(origin);
    if (parsed === undefined || parsed.startsWith('base/')) continue;
    packages.push({
      name,
      version,
      origin: flavored(parsed, flavors.get(name)),
      automatic: automatic === '1',
      locked: locked === '1',
      dependencies: dependencies.get(name) ?? [],
      shlibsProvided: provided.get(name) ?? [],
      shlibsRequired: required.get(name) ?? [],
    });
  }
  return packages;
}

/** An annotation that is no flavor (anybody can write one) is left aside. */
function flavored(
  origin: InstalledPackage['origin'],
  flavor: string | undefined,
): InstalledPackage['origin'] {
  if (flavor === undefined || parseOrigin(`${portDirectory(origin)}@${flavor}`) === undefined) return origin;
  return withFlavor(origin, flavor);
}
