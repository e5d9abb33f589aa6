import type {PortOrigin} from './origin.js';
import type {LeftOutReason} from './plan.js';

/**
 * Where an installed port stands among the others. root: needs nothing and nothing needs it; trunk: needs nothing, is
 * needed; branch: needs and is needed; leaf: needs, is not needed. Trunk and branch together are the middle.
 */
export type PackageClass = 'root' | 'trunk' | 'branch' | 'leaf';

/** One line of `-l` and `-L`. */
export interface ListedPackage {
  readonly name: string;
  readonly version: string;
  readonly origin: PortOrigin;
  readonly class: PackageClass;
  readonly automatic: boolean;
  readonly locked: boolean;
  /** `-L` only: what an upgrade would change, where there is something newer in the tree. */
  readonly upgrade?: {readonly version: string; readonly name: string; readonly origin: PortOrigin};
  /** `-L` only: why it cannot be upgraded, or why nothing is known of it. */
  readonly problem?: LeftOutReason;
  /** `-L` only: the port's own announcement that it will go (DEPRECATED, EXPIRATION_DATE). */
  readonly deprecated?: {readonly text: string; readonly expires?: string};
  /** `-L` only: the installed version is newer than the tree's. */
  readonly newerThanTree?: string;
}
