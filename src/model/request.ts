import type {PortOrigin} from './origin.js';

/** What the user asked for, told in terms of the plan. */
export interface UpgradeRequest {
  /** Every installed port that has something newer in the tree. */
  readonly all: boolean;
  /** Ports asked for by name: built or rebuilt, and installed where they are not. */
  readonly origins: readonly PortOrigin[];
  /** Rebuild what is up to date too (`-f`). */
  readonly force: boolean;
  /** Globs of ports that are left alone (`-x`). */
  readonly exclude: readonly string[];
  /** Only fetch (`-F`). */
  readonly fetchOnly: boolean;
}
