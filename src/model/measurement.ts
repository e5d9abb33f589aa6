/** What a phase really took, as far as it could be measured. */
export interface PhaseMeasurement {
  /** How many processes side by side it was given. */
  readonly jobs: number;
  /** User and system time of all its processes, in milliseconds. */
  readonly cpuMs?: number;
  /** Greatest resident memory of all its processes together, in bytes. */
  readonly peakBytes?: number;
  /** Size of the work directory when the build was done, in bytes. */
  readonly workBytes?: number;
}
