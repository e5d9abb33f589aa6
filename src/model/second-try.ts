/**
 * Under which conditions a failed phase is tried once more: a build that failed in parallel make with one job, one that died
 * for lack of memory with no other build beside it, a fetch with another site first.
 */
export type SecondTry = 'one-job' | 'alone' | 'other-site';
