import type {HistoryRecord} from '../../src/model/history.js';
import {origin} from './builders.js';

/** A build of a minute with one job that ended well, at the start of 2026; `more` says what is otherwise. */
export function record(of: string, more: Partial<Omit<HistoryRecord, 'origin'>> = {}): HistoryRecord {
  return {
    origin: origin(of),
    version: '1',
    phase: 'build',
    outcome: 'succeeded',
    at: Date.UTC(2026, 0, 1),
    ms: 60_000,
    jobs: 1,
    cores: 4,
    ...more,
  };
}
