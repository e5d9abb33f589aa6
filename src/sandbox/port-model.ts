import type {DependencyKind} from '../model/port.js';

/** One dependency line of a sandbox port. */
export interface SandboxDependency {
  readonly kind: DependencyKind;
  /** `pattern:origin[@flavor]`, with `LOCALBASE` standing for the make variable. */
  readonly line: string;
}

/** A port of the sandbox in one generation. */
export interface SandboxPort {
  /** `category/name`. */
  readonly origin: string;
  readonly name: string;
  readonly version: string;
  readonly revision?: number;
  readonly epoch?: number;
  readonly comment: string;
  readonly dependencies: readonly SandboxDependency[];
  /** The default one first; each may have a suffix for the package's name, further dependencies, and arguments for make. */
  readonly flavors?: readonly SandboxFlavor[];
  /** Further lines of the Makefile, such as `IGNORE=\t…`. */
  readonly makefile?: readonly string[];
  /** Text of pkg-message. */
  readonly message?: string;
  readonly distSubdirectory?: string;
  /** What is in its distribution file, by path; the folder `name-version` is put in front. */
  readonly sources: Readonly<Record<string, string>>;
}

export interface SandboxFlavor {
  readonly name: string;
  readonly suffix: string;
  readonly dependencies: readonly SandboxDependency[];
  readonly makeArguments?: string;
}

/** One state of a ports tree. */
export interface Generation {
  readonly ports: readonly SandboxPort[];
  /** Lines of MOVED, without its head. */
  readonly moved: readonly string[];
}

/** A ports tree before and after an update. */
export interface SandboxTree {
  readonly old: Generation;
  readonly new: Generation;
  /** Ports of the old generation to be installed by name of their own, not only because others need them. */
  readonly wanted: readonly string[];
}

/** The version of its package. */
export function packageVersion({version, revision, epoch}: SandboxPort): string {
  return `${version}${revision ? `_${revision}` : ''}${epoch ? `,${epoch}` : ''}`;
}

/** The name of its package in a flavor, or without one. */
export function packageName(port: SandboxPort, flavor?: SandboxFlavor): string {
  return `${port.name}${flavor?.suffix ?? ''}`;
}
