import type {PortOrigin} from './origin.js';

/** What the package database says of one installed package (pkg-query(8)). */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** With the flavor recorded in the `flavor` annotation, where there is one. */
  readonly origin: PortOrigin;
  /** Installed only because something else needed it (`%a`). */
  readonly automatic: boolean;
  /** Protected by pkg-lock(8) (`%k`). */
  readonly locked: boolean;
  /** Names of the packages it needs at run time (`%dn`). */
  readonly dependencies: readonly string[];
  readonly shlibsProvided: readonly string[];
  readonly shlibsRequired: readonly string[];
}

/** `name-version`, as pkg(8) prints it. */
export function packageLabel(item: {readonly name: string; readonly version: string}): string {
  return `${item.name}-${item.version}`;
}
