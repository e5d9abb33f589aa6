import type {PortOrigin} from './origin.js';
import type {InstalledPackage} from './package.js';
import type {DependencyKind, Port} from './port.js';

/** A port that was asked for and has no `Port`, with what is known of why. */
export interface MissingPort {
  readonly origin: PortOrigin;
  readonly why:
    | {readonly kind: 'not-in-tree'}
    | {readonly kind: 'removed'; readonly date: string; readonly text: string}
    | {readonly kind: 'moved-loop'; readonly path: readonly PortOrigin[]}
    | {readonly kind: 'no-such-flavor'; readonly flavors: readonly string[]}
    | {readonly kind: 'unreadable'; readonly text: string};
}

/** A rename in MOVED that ended at a port of today's tree. */
export interface Move {
  readonly from: PortOrigin;
  readonly to: PortOrigin;
  readonly date: string;
  readonly text: string;
}

/** A package file left by an earlier run, finished but not installed. */
export interface FinishedPackage {
  readonly origin: PortOrigin;
  readonly file: string;
  readonly fingerprint: string;
  /** `origin=version` of each port that was installed for its build, sorted. */
  readonly builtWith: readonly string[];
}

/** All that planning knows of the world. */
export interface Facts {
  readonly packages: readonly InstalledPackage[];
  readonly ports: readonly Port[];
  readonly missing: readonly MissingPort[];
  readonly moves: readonly Move[];
  /** The port that each installed package follows today (MOVED followed, flavor filled in), by package name. */
  readonly follows: Readonly<Record<string, PortOrigin>>;
  /**
   * What meets a dependency line (`patternKey`) in place of the port it names: the name of an installed package, '' for a file
   * that no package owns (the base system), or null where nothing does. Lines met by the named port have no entry.
   */
  readonly providers: Readonly<Record<string, string | null>>;
  readonly finished: readonly FinishedPackage[];
}

/** The key of a dependency line in `Facts.providers`: libraries are looked for in other places than programs. */
export function patternKey(line: {
  readonly kind: DependencyKind;
  readonly pattern: string;
  readonly origin: PortOrigin;
}): string {
  return `${line.kind === 'lib' ? 'library ' : ''}${line.pattern} from ${line.origin}`;
}
