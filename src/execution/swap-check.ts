import type {Step} from '../model/plan.js';
import {packageLabel} from '../model/package.js';
import type {PackageState} from './pkg-client.js';

/** What is known just before a swap. */
export interface SwapSituation {
  readonly step: Step;
  /** What would be replaced, as installed now. */
  readonly old: PackageState | undefined;
  /** What is installed under the new package's name, where that is another name. */
  readonly occupant: PackageState | undefined;
  /** Size of the package file. */
  readonly size: number | undefined;
  /** Packages that pkg(8) would remove on the way. */
  readonly removed: readonly string[];
  readonly packageFile: string;
}

/** Why a swap must not even begin, or undefined. */
export function swapObstacle({
  step,
  old,
  occupant,
  size,
  removed,
  packageFile,
}: SwapSituation): string | undefined {
  if (size === undefined || size === 0) return `the package file ${packageFile} is missing or empty`;
  if (old === undefined && step.replaces !== undefined) {
    // Without knowing what is there it could neither be saved nor put back.
    return `the package database does not show ${packageLabel(step.replaces)} any more, or cannot be read now`;
  }
  if (old?.locked === true) {
    return `${packageLabel(old)} was locked while the run went on (pkg unlock ${old.name} to let it be upgraded)`;
  }
  if (occupant !== undefined) {
    return `${packageLabel(occupant)} (${occupant.origin}) is installed under the name that ${old?.name ?? step.name} would get`;
  }
  return removed.length > 0 ? `pkg would remove ${removed.join(', ')} to install it` : undefined;
}

/** Reads from `pkg install -n` which packages would go, other than the one that is replaced. */
export function packagesToRemove(forecast: string, replaced: string): string[] {
  const section = /^Installed packages to be REMOVED:\n((?:\t.*\n?)*)/m.exec(forecast)?.[1] ?? '';
  return section
    .split('\n')
    .map((line) => line.trim().split(':')[0] ?? '')
    .filter((name) => name !== '' && name !== replaced);
}
