import type {PhaseEstimate} from '../model/estimate.js';

/** The share of a build's processor time that is taken to be serial where it was only ever seen with one job. */
const assumedSerialShare = 0.2;

/**
 * How long a phase takes with another number of jobs than it was measured with, in milliseconds: Amdahl's law, with the
 * serial share told from how many processors it kept busy on average. What shows no gain from many jobs has none.
 */
export function durationWith(expected: PhaseEstimate, jobs: number): number {
  const {ms, cpuMs} = expected;
  if (jobs === expected.jobs || ms <= 0 || cpuMs <= 0) return ms;
  if (expected.jobs === 1) {
    const work = Math.min(cpuMs, ms);
    return ms - work + amdahl(work, assumedSerialShare, jobs);
  }
  if (cpuMs <= ms) return ms;
  const serialShare = clamp01((ms / cpuMs - 1 / expected.jobs) / (1 - 1 / expected.jobs));
  return amdahl(cpuMs, serialShare, jobs);
}

function amdahl(workMs: number, serialShare: number, jobs: number): number {
  return workMs * (serialShare + (1 - serialShare) / jobs);
}

function clamp01(value: number): number {
  return Math.min(1, Math.max(0, value));
}
