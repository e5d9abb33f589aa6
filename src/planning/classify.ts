import type {ListedPackage, PackageClass} from '../model/listing.js';
import type {InstalledPackage} from '../model/package.js';
import {sortedBy} from './world-view.js';

/**
 * Sorts installed ports into root, trunk, branch and leaf, from the dependencies in the package database alone. A
 * dependency on a package that is not a port, or not installed, counts all the same: the port does depend on something.
 */
export function classifyPackages(packages: readonly InstalledPackage[]): ListedPackage[] {
  const dependedOn = new Set(packages.flatMap(({dependencies}) => dependencies));
  return sortedBy(packages, ({name}) => name).map((item) => ({
    name: item.name,
    version: item.version,
    origin: item.origin,
    class: classOf(item.dependencies.length > 0, dependedOn.has(item.name)),
    automatic: item.automatic,
    locked: item.locked,
  }));
}

function classOf(depends: boolean, isDependedOn: boolean): PackageClass {
  if (depends) return isDependedOn ? 'branch' : 'leaf';
  return isDependedOn ? 'trunk' : 'root';
}
