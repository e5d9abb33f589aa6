import type {HistoryRecord} from '../model/history.js';
import {parseOrigin} from '../model/origin.js';
import {phases} from '../model/plan.js';

/** How every line begins: what is behind a torn line is found by it. */
const start = '{"origin":';

/** A record as one line, without the line break. */
export function formatRecord({origin, ...rest}: HistoryRecord): string {
  return JSON.stringify({origin, ...rest});
}

/**
 * The records of a history file, each once: a line may have been appended twice. Lines that are no records are passed over:
 * garbage, a last line that was cut off, one of a later version that leaves out what this one needs. A record that was
 * appended behind a cut-off line is found. Fields that are unknown, or that are no numbers, are left out.
 */
export function parseRecords(text: string): HistoryRecord[] {
  const records: HistoryRecord[] = [];
  for (const line of new Set(text.split('\n'))) {
    const record = line === '' ? undefined : (parseLine(line) ?? parseBehindTorn(line));
    if (record !== undefined) records.push(record);
  }
  return records;
}

function parseBehindTorn(line: string): HistoryRecord | undefined {
  const behind = line.lastIndexOf(start);
  return behind > 0 ? parseLine(line.slice(behind)) : undefined;
}

const outcomes = ['succeeded', 'failed', 'stopped'] as const;

function parseLine(line: string): HistoryRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const origin = typeof fields['origin'] === 'string' ? parseOrigin(fields['origin']) : undefined;
  const phase = phases.find((name) => name === fields['phase']);
  const outcome = outcomes.find((name) => name === fields['outcome']);
  const version = fields['version'];
  const [at, ms, jobs, cores] = ['at', 'ms', 'jobs', 'cores'].map((name) => amount(fields[name]));
  if (origin === undefined || phase === undefined || outcome === undefined) return undefined;
  if (typeof version !== 'string' || at === undefined || ms === undefined) return undefined;
  if (jobs === undefined || jobs < 1 || cores === undefined || cores < 1) return undefined;
  const record: {-readonly [Name in keyof HistoryRecord]: HistoryRecord[Name]} = {
    origin,
    version,
    phase,
    outcome,
    at,
    ms,
    jobs,
    cores,
  };
  for (const name of optional) {
    const given = amount(fields[name]);
    if (given !== undefined) record[name] = given;
  }
  return record;
}

const optional = ['cpuMs', 'peakBytes', 'workBytes', 'distfileBytes', 'beside'] as const;

/** A number that can be a time, a size or a count. Beyond exact whole numbers nothing was measured: sums would have no end. */
function amount(value: unknown): number | undefined {
  const isAmount = typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
  return isAmount ? value : undefined;
}
