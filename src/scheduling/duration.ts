import type {PhaseEstimate} from '../model/estimate.js';

/** The share of a build's processor time that is taken to be serial where it was only ever seen with one job. */
const assumedSerialShare = 0.2;

/**
 * How long a phase takes with another number of jobs than it was measured with, in milliseconds: Amdahl's law, with the
 * serial share told from how many processors it kept busy on average. What shows no gain from many jobs has none. A build may
 * have kept more processors busy than it had jobs, by tokens of the shared pool or because it does not heed their number:
 * then it is no faster than those and its new jobs allow, and no slower with more jobs than it was.
 */
export function durationWith(expected: PhaseEstimate, jobs: number): number {
  const {ms, cpuMs} = expected;
  if (jobs === expected.jobs || ms <= 0 || cpuMs <= 0) return ms;
  if (expected.jobs === 1) {
    const work = Math.min(cpuMs, ms);
    const processors = Math.max(jobs, cpuMs / ms);
    return Math.max(ms - work + amdahl(work, assumedSerialShare, jobs), cpuMs / processors);
  }
  if (cpuMs <= ms) return ms;
  const serialShare = clamp01((ms / cpuMs - 1 / expected.jobs) / (1 - 1 / expected.jobs));
  const told = amdahl(cpuMs, serialShare, jobs);
  return jobs > expected.jobs ? Math.min(ms, told) : told;
}

function amdahl(workMs: number, serialShare: number, jobs: number): number {
  return workMs * (serialShare + (1 - serialShare) / jobs);
}

function clamp01(value: number): number {
  return Math.min(1, Math.max(0, value));
}
