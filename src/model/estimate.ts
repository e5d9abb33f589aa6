import type {PortOrigin} from './origin.js';
import type {Phase} from './phase.js';

/** What an estimate is told from, the best first. */
export type EstimateBasis =
  /** Earlier runs of this phase for this origin and flavor, of whatever version. */
  | 'measured'
  /** Earlier runs for another flavor of the same port. */
  | 'other-flavor'
  /** The size of the distfiles, by what other ports needed for theirs. */
  | 'distfiles'
  /** The median of all ports that were measured. */
  | 'median'
  /** Nothing was ever measured here. */
  | 'guess';

/** What one phase of one port is expected to take. */
export interface PhaseEstimate {
  /** Wall time in milliseconds, with `jobs` processes side by side. */
  readonly ms: number;
  /** Processor time of all its processes, in milliseconds. */
  readonly cpuMs: number;
  readonly jobs: number;
  /** Greatest resident memory of all its processes together; 0 where nothing is known. */
  readonly memoryBytes: number;
  /** Size of the work directory at its end; 0 where nothing is known. */
  readonly workBytes: number;
  readonly basis: EstimateBasis;
}

/** Gives the estimate for a phase of a port; asked only for phases that are in the plan. */
export type EstimateOf = (origin: PortOrigin, phase: Phase) => PhaseEstimate;
