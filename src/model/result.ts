import type {Failure} from './failure.js';

/** What an operation that can fail in an expected way returns. Exceptions are kept for bugs. */
export type Result<T, F = Failure> =
  {readonly ok: true; readonly value: T} | {readonly ok: false; readonly failures: readonly F[]};

/** A success carrying `value`. */
export function ok<T>(value: T): {readonly ok: true; readonly value: T} {
  return {ok: true, value};
}

/** One or several failures, all of which the user may want to see at once. */
export function fail<F>(...failures: readonly F[]): {readonly ok: false; readonly failures: readonly F[]} {
  return {ok: false, failures};
}
