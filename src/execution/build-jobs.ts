import type {Phase, Step} from '../model/plan.js';
import type {SecondTry} from '../model/second-try.js';
import type {TokenWish} from '../system/token-pool-types.js';

/**
 * How many processes a phase may run side by side, and whether it takes them from the shared pool. Only builds run more than
 * one, and not those that forbid it (`MAKE_JOBS_UNSAFE`, `DISABLE_MAKE_JOBS`), whatever the user has set. A build for which
 * memory ran out gets half as many when it is tried alone: it may have been alone before.
 */
export function jobsOf(
  {parallel, settings}: Step,
  phase: Phase,
  chosen: number,
  again?: SecondTry,
): TokenWish {
  if (phase !== 'build' || parallel === 'none' || again === 'one-job') return {jobs: 1, shares: false};
  const jobs = settings.jobs ?? chosen;
  if (again === 'alone') return {jobs: Math.max(1, Math.floor(jobs / 2)), shares: false};
  return {jobs, shares: parallel === 'gnu-make' && settings.jobs === undefined};
}
