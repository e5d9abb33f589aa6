import type {PhaseMeasurement} from './measurement.js';
import type {PortOrigin} from './origin.js';
import type {Phase} from './plan.js';

/** How one phase of one port went, kept from run to run. */
export interface HistoryRecord extends PhaseMeasurement {
  /** With its flavor. */
  readonly origin: PortOrigin;
  readonly version: string;
  readonly phase: Phase;
  readonly outcome: 'succeeded' | 'failed' | 'stopped';
  /** When it ended, in milliseconds since 1970. */
  readonly at: number;
  /** Wall time in milliseconds. */
  readonly ms: number;
  /** Processor cores of the machine. */
  readonly cores: number;
  /** Size of the port's distfiles, in bytes. */
  readonly distfileBytes?: number;
  /** How many other builds and packages ran meanwhile, on average over its time. */
  readonly beside?: number;
}
