import type {HistoryRecord} from '../model/history.js';
import {median} from './median.js';

/** What the earlier runs of one phase of one origin tell together. */
export interface PastRuns {
  readonly ms: number;
  readonly cpuMs: number;
  readonly jobs: number;
  readonly memoryBytes: number | undefined;
  readonly workBytes: number | undefined;
  readonly distfileBytes: number | undefined;
  /** When the newest of them ended. */
  readonly at: number;
}

/** So many of the newest runs count: a port changes, and so does the machine. */
const counted = 3;

/**
 * Sums up the runs of one phase of one origin; undefined when none succeeded. Times are medians of the last three that
 * succeeded with as many jobs as the newest did, so that one run on a busy machine does not count, and runs of different
 * kinds are not mixed. Sizes are what has to fit, and so the greatest of the last three; memory also of those that
 * failed or were stopped since, which needed no less. Versions do not matter. The order of the records does not either.
 */
export function sumUpRuns(records: readonly HistoryRecord[]): PastRuns | undefined {
  const newestFirst = [...records].sort(byTime);
  const succeeded = newestFirst.filter(({outcome}) => outcome === 'succeeded');
  const [newest] = succeeded;
  if (newest === undefined) return undefined;
  const last = succeeded.slice(0, counted);
  const alike = succeeded.filter(({jobs}) => jobs === newest.jobs).slice(0, counted);
  const ms = median(alike.map((run) => run.ms)) ?? newest.ms;
  return {
    ms,
    cpuMs: median(valuesOf(alike, 'cpuMs')) ?? median(valuesOf(last, 'cpuMs')) ?? ms,
    jobs: newest.jobs,
    memoryBytes: greatestPeak(newestFirst),
    workBytes: greatest(valuesOf(last, 'workBytes')),
    distfileBytes: valuesOf(succeeded, 'distfileBytes')[0],
    at: newest.at,
  };
}

/** The greatest memory that the last runs needed, whatever became of them; a bound from below where none succeeded. */
export function greatestPeak(records: readonly HistoryRecord[]): number | undefined {
  const newestFirst = [...records].sort(byTime);
  const succeeded = newestFirst.filter(({outcome}) => outcome === 'succeeded').slice(0, counted);
  const since = succeeded.at(-1)?.at ?? 0;
  const others = newestFirst.filter(({outcome, at}) => outcome !== 'succeeded' && at >= since);
  return greatest(valuesOf([...succeeded, ...others.slice(0, counted)], 'peakBytes'));
}

function valuesOf(
  records: readonly HistoryRecord[],
  name: 'cpuMs' | 'peakBytes' | 'workBytes' | 'distfileBytes',
): number[] {
  return records.flatMap((record) => record[name] ?? []);
}

function greatest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values);
}

const tieBreakers = ['ms', 'jobs', 'cpuMs', 'peakBytes', 'workBytes', 'distfileBytes'] as const;

/** Newest first; what ended at the same moment in an order that does not depend on where it stands. */
function byTime(a: HistoryRecord, b: HistoryRecord): number {
  if (a.at !== b.at) return b.at - a.at;
  for (const name of tieBreakers) {
    const difference = (a[name] ?? -1) - (b[name] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
