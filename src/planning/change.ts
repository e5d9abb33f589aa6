import type {PortOrigin} from '../model/origin.js';
import type {InstalledPackage} from '../model/package.js';
import type {Port} from '../model/port.js';
import {compareVersions} from '../model/version.js';

/** What the tree has for an installed package. */
export type Change =
  | {readonly kind: 'current'}
  | {readonly kind: 'newer'}
  /** The tree went back: nothing is done, and it is said. */
  | {readonly kind: 'older'}
  /** The port makes a package of another name today. */
  | {readonly kind: 'renamed'}
  /** The package's origin or flavor is another one today (MOVED). */
  | {readonly kind: 'moved'; readonly from: PortOrigin};

/** Compares an installed package with the port that it follows. `from` is the origin recorded in the package database. */
export function changeOf(installed: InstalledPackage, port: Port): Change {
  if (installed.name !== port.name) return {kind: 'renamed'};
  if (hasMoved(installed.origin, port.origin)) return {kind: 'moved', from: installed.origin};
  const order = compareVersions(installed.version, port.version);
  if (order === 0) return {kind: 'current'};
  return order < 0 ? {kind: 'newer'} : {kind: 'older'};
}

/** A package registered without a flavor is no move away from its port's flavored origin. */
function hasMoved(recorded: PortOrigin, today: PortOrigin): boolean {
  if (recorded === today) return false;
  const [oldDirectory, oldFlavor] = recorded.split('@');
  const [directory, flavor] = today.split('@');
  return (
    oldDirectory !== directory || (oldFlavor !== undefined && flavor !== undefined && oldFlavor !== flavor)
  );
}

/** True when an upgrade of everything would build the port anew. */
export function needsUpgrade(installed: InstalledPackage, port: Port): boolean {
  return isUpgrade(changeOf(installed, port));
}

/** True for the changes that an upgrade of everything acts on. */
export function isUpgrade({kind}: Change): boolean {
  return kind === 'newer' || kind === 'renamed' || kind === 'moved';
}
