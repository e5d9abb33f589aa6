import type {Result} from '../../model/result.js';

/** Why a pkg command stops: lines for stderr (each printed behind `pkg: `) and the exit status. */
export interface Problem {
  readonly lines: readonly string[];
  readonly status: number;
}

/** What every fallible part of the sandbox's pkg returns. */
export type Attempt<T> = Result<T, Problem>;

/** A problem told in one line; the status is 1 unless pkg(8) has another one for it. */
export function problem(
  line: string,
  status = 1,
): {readonly ok: false; readonly failures: readonly [Problem]} {
  return {ok: false, failures: [{lines: [line], status}]};
}

/** The message of something thrown by the file system, without its stack. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A command line that makes no sense: its usage, told as it is. */
export function misuse(usage: string): {readonly ok: false; readonly failures: readonly [Problem]} {
  return {ok: false, failures: [{lines: [`usage: ${usage}`], status: 1}]};
}
