import type {PhaseEstimate} from './estimate.js';
import type {PortOrigin} from './origin.js';
import type {Phase} from './phase.js';
import type {Port} from './port.js';
import type {PortSettings} from './port-settings.js';

export {phases, type Phase} from './phase.js';

export type StepAction = 'install' | 'upgrade' | 'rebuild' | 'replace';

/** Why a step is in the plan. */
export type Reason =
  | {readonly kind: 'newer-version'; readonly from: string; readonly to: string}
  | {readonly kind: 'moved'; readonly from: PortOrigin; readonly text: string}
  | {readonly kind: 'renamed'; readonly from: string; readonly to: string}
  | {readonly kind: 'requested'}
  /** The tree went back to an older version, and the port was asked for by name. */
  | {readonly kind: 'older-in-tree'; readonly from: string; readonly to: string}
  | {readonly kind: 'forced'}
  | {
      readonly kind: 'needed';
      readonly by: PortOrigin;
      readonly how: 'build' | 'run';
      readonly pattern: string;
    }
  /** Installed and up to date, and yet without what another port looks for in it. */
  | {readonly kind: 'lacking'; readonly by: PortOrigin; readonly pattern: string}
  | {readonly kind: 'interrupted-run'; readonly file: string};

/** One port that the run will bring up to date. */
export interface Step {
  readonly origin: PortOrigin;
  readonly action: StepAction;
  readonly name: string;
  readonly version: string;
  /** The installed package that is replaced. */
  readonly replaces?: {
    readonly name: string;
    readonly version: string;
    readonly origin: PortOrigin;
    readonly automatic: boolean;
  };
  /** Never empty; the first is the one that put it there. */
  readonly reasons: readonly Reason[];
  /** The phases that are still to do; a finished package of an earlier run leaves only `install`. */
  readonly phases: readonly Phase[];
  /** A package file made by an earlier run under the same fingerprint. */
  readonly finishedPackage?: string;
  /** Make targets of other ports that the build starts from (the third part of a dependency line). */
  readonly sources: readonly {readonly origin: PortOrigin; readonly target: string}[];
  /** The port's fingerprint and what it will be built with: a later run compares both before it uses a finished package. */
  readonly fingerprint: string;
  readonly builtWith: readonly string[];
  readonly packageSuffix: string;
  readonly parallel: Port['parallel'];
  readonly workDirectory: string;
  readonly settings: PortSettings;
  /** New packages that nobody asked for by name are registered as automatic, as portmaster and pkg(8) do. */
  readonly automatic: boolean;
}

/** `phase origin`: the key of one scheduled unit. */
export type PhaseId = string & {readonly __brand: 'PhaseId'};

/** The name of a phase of a port: `build www/nginx`. */
export function phaseId(phase: Phase, origin: PortOrigin): PhaseId {
  return `${phase} ${origin}` as PhaseId;
}

/** One scheduled unit and what has to be done before it. */
export interface PhaseNode {
  readonly id: PhaseId;
  readonly phase: Phase;
  readonly origin: PortOrigin;
  /** What has to have ended well. */
  readonly waitsFor: readonly PhaseId[];
  /** What merely goes first: should it fail, this one starts all the same. */
  readonly after: readonly PhaseId[];
  /** Own expected time plus that of the heaviest chain of what waits for it, in milliseconds. */
  readonly weight: number;
  /** What this phase alone is expected to take. */
  readonly expected: PhaseEstimate;
  /** Processes side by side, where the port or the user leave no choice. */
  readonly jobs?: number;
  /** Set by the user: goes before all phases of lower priority. */
  readonly priority: number;
  /** Things of which only one phase at a time may hold each: distfiles, work directories, groups. */
  readonly exclusive: readonly string[];
}

/** Why an installed or requested port is not in the plan. */
export type LeftOutReason =
  | {readonly kind: 'locked'}
  | {readonly kind: 'excluded'; readonly glob: string}
  /** Rebuilding it would be a step back; it has to be asked for by name. */
  | {readonly kind: 'newer-than-tree'; readonly installed: string; readonly tree: string}
  | {readonly kind: 'ignored'; readonly text: string}
  | {readonly kind: 'broken'; readonly text: string}
  | {readonly kind: 'forbidden'; readonly text: string}
  | {readonly kind: 'not-in-tree'; readonly text: string}
  | {readonly kind: 'removed'; readonly date: string; readonly text: string}
  | {readonly kind: 'unreadable'; readonly text: string}
  | {
      readonly kind: 'unmet-dependency';
      readonly pattern: string;
      readonly on: PortOrigin;
      readonly because: string;
    }
  | {readonly kind: 'cycle'; readonly path: readonly PortOrigin[]}
  | {readonly kind: 'needs-left-out'; readonly on: PortOrigin; readonly because: LeftOutReason}
  | {readonly kind: 'name-taken'; readonly by: PortOrigin; readonly name: string};

export interface LeftOut {
  readonly origin: PortOrigin;
  readonly installed?: {readonly name: string; readonly version: string};
  /** What the tree has, where it could be read. */
  readonly available?: string;
  readonly reason: LeftOutReason;
}

/** Everything that a run will do. Built from facts alone: the same facts in any order give the same bytes as JSON. */
export interface Plan {
  /** In an order in which they could be done one after another. */
  readonly steps: readonly Step[];
  readonly nodes: readonly PhaseNode[];
  readonly leftOut: readonly LeftOut[];
  /** Order edges dropped because they would have closed a circle through a port that is up to date. */
  readonly relaxed: readonly {readonly waiting: PortOrigin; readonly on: PortOrigin}[];
}
