/** A program to run, never through a shell. */
export interface CommandSpec {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Added to portpar's own environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** How a command ended. */
export type CommandOutcome =
  | {readonly kind: 'exited'; readonly status: number}
  | {readonly kind: 'signalled'; readonly signal: string}
  /** The program could not be started: `code` is the errno name, such as ENOENT. */
  | {readonly kind: 'not-started'; readonly code: string}
  /** portpar ended it, with its whole process group. */
  | {readonly kind: 'stopped'};

/** True when the command did what it was asked to. */
export function succeeded(outcome: CommandOutcome): boolean {
  return outcome.kind === 'exited' && outcome.status === 0;
}
