import type {PortOrigin} from './origin.js';

/**
 * The kinds of dependency lines, named as the framework names them (Mk/bsd.port.mk, `_UNIFIED_DEPENDS`). TEST_DEPENDS is
 * not among them: an upgrade runs no tests.
 */
export const dependencyKinds = ['pkg', 'fetch', 'extract', 'patch', 'build', 'lib', 'run'] as const;
export type DependencyKind = (typeof dependencyKinds)[number];

/** Kinds that have to be there before a port is fetched; pkg(8) itself plays no part in that. */
export const fetchKinds: ReadonlySet<DependencyKind> = new Set(['fetch']);
/** Kinds that have to be there before a port is extracted and built. */
export const buildKinds: ReadonlySet<DependencyKind> = new Set([
  'pkg',
  'fetch',
  'extract',
  'patch',
  'build',
  'lib',
]);
/** Kinds that an installed package goes on needing. */
export const runKinds: ReadonlySet<DependencyKind> = new Set(['lib', 'run']);

/** One dependency line, `pattern:origin[@flavor][:target]`. */
export interface Dependency {
  readonly kind: DependencyKind;
  /** A path, a program, a library, or `name>=version`. */
  readonly pattern: string;
  /** The port that the line names, as the tree knows it today (MOVED followed, default flavor filled in). */
  readonly origin: PortOrigin;
  /**
   * The third part of the line: the make target the other port has to reach, where that is not an installation. Nothing is
   * installed for it; the target is made just before the build (Mk/Scripts/do-depends.sh).
   */
  readonly target?: string;
}

/** What the ports tree says of one port in one flavor. */
export interface Port {
  /** Carries its flavor whenever the port has flavors, the default one included. */
  readonly origin: PortOrigin;
  readonly name: string;
  readonly version: string;
  readonly flavors: readonly string[];
  readonly dependencies: readonly Dependency[];
  /** The port's own texts, empty when it has none. */
  readonly ignore?: string;
  readonly broken?: string;
  readonly forbidden?: string;
  readonly deprecated?: string;
  readonly expires?: string;
  readonly workDirectory: string;
  /** Paths below DISTDIR of all files it fetches. */
  readonly distfiles: readonly string[];
  /** `${PKG_SUFX}`, for instance `.pkg`. */
  /** Sizes of these files added up, in bytes, where distinfo tells. */
  readonly distfileBytes?: number;
  /**
   * How its build runs processes side by side: not at all (`MAKE_JOBS_UNSAFE`, `DISABLE_MAKE_JOBS`), through GNU make, or
   * through something that only takes a number (ninja, cargo, BSD make).
   */
  readonly parallel: 'none' | 'gnu-make' | 'other';
  readonly packageSuffix: string;
  /** Changes whenever the port's answers or its own files change: a package made under another one is not reused. */
  readonly fingerprint: string;
}
