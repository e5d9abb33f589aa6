import type {PhaseEstimate} from '../model/estimate.js';
import {median, quantile} from './median.js';
import type {PastRuns} from './past-runs.js';

/** One measure of all ports whose phase is known: its middle, its quartiles, and what it is for each byte of distfiles. */
class Measure {
  readonly middle: number;
  readonly #low: number;
  readonly #high: number;
  readonly #perByte: number | undefined;

  constructor(ports: readonly PastRuns[], of: (runs: PastRuns) => number | undefined) {
    const values = ports.flatMap((runs) => of(runs) ?? []);
    this.middle = median(values) ?? 0;
    this.#low = quantile(values, 0.25) ?? 0;
    this.#high = quantile(values, 0.75) ?? 0;
    this.#perByte = median(
      ports.flatMap((runs) => {
        const value = of(runs);
        const {distfileBytes = 0} = runs;
        return value === undefined || distfileBytes < 1 ? [] : value / distfileBytes;
      }),
    );
  }

  /** In proportion to the distfiles, and yet no less and no more than is usual: a fonts port is large and quick. */
  at(bytes: number): number | undefined {
    return this.#perByte === undefined
      ? undefined
      : Math.min(this.#high, Math.max(this.#low, this.#perByte * bytes));
  }
}

/**
 * What is usual for a phase, as far as it is known: each port counts once. Times are for one job. That of a run with several
 * is not less than its processor time.
 */
export class PhaseMedians {
  readonly #count: number;
  readonly #ms: Measure;
  readonly #cpuMs: Measure;
  readonly #memoryBytes: Measure;
  readonly #workBytes: Measure;

  constructor(ports: readonly PastRuns[]) {
    this.#count = ports.length;
    this.#ms = new Measure(ports, ({ms, cpuMs, jobs}) => (jobs === 1 ? ms : Math.max(ms, cpuMs)));
    this.#cpuMs = new Measure(ports, ({cpuMs}) => cpuMs);
    this.#memoryBytes = new Measure(ports, ({memoryBytes}) => memoryBytes);
    this.#workBytes = new Measure(ports, ({workBytes}) => workBytes);
  }

  /** For a port that is known by the size of its distfiles only; undefined when that tells nothing. */
  bySize(distfileBytes: number): PhaseEstimate | undefined {
    const ms = distfileBytes >= 1 ? this.#ms.at(distfileBytes) : undefined;
    if (ms === undefined) return undefined;
    return {
      ms: Math.max(1, ms),
      cpuMs: Math.max(1, this.#cpuMs.at(distfileBytes) ?? this.#cpuMs.middle),
      jobs: 1,
      memoryBytes: this.#memoryBytes.middle,
      workBytes: this.#workBytes.at(distfileBytes) ?? this.#workBytes.middle,
      basis: 'distfiles',
    };
  }

  /** For a port of which nothing is known; undefined when nothing is known of any. */
  middle(): PhaseEstimate | undefined {
    if (this.#count === 0) return undefined;
    return {
      ms: Math.max(1, this.#ms.middle),
      cpuMs: Math.max(1, this.#cpuMs.middle),
      jobs: 1,
      memoryBytes: this.#memoryBytes.middle,
      workBytes: this.#workBytes.middle,
      basis: 'median',
    };
  }
}
