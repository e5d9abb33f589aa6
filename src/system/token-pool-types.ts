/** What a build wants: so many processes side by side, and whether GNU make can take its job slots from the pool. */
export interface TokenWish {
  readonly jobs: number;
  readonly shares: boolean;
}

/** The right to run processes, from before a build starts until none of its processes is left. */
export interface TokenLease {
  /** GNU make takes its job slots from the pool; otherwise the build is to run as many processes as it asked for. */
  readonly shares: boolean;
  /** What GNU make is to be started with; '' where the pool is not shared. */
  readonly makeFlags: string;
  /** Descriptors to hand down, for LoggedOptions. */
  readonly descriptors: Readonly<Record<number, number>>;
  /**
   * To be called once, when no process of the build is left. `killed`: a process of it was killed, and tokens that it held
   * may be gone.
   */
  release(how?: {readonly killed: boolean}): void;
}

/** Hands out the right to run processes. */
export interface JobTokens {
  /** Waits for the first token that the build needs. Gives undefined when `stop` was aborted meanwhile. */
  acquire(wish: TokenWish, stop?: AbortSignal): Promise<TokenLease | undefined>;
}

/** Without a pool: every build runs as many processes as it was told to, whatever the others do. */
export const plainNumbers: JobTokens = {
  acquire: (_wish, stop) =>
    Promise.resolve(
      stop?.aborted === true
        ? undefined
        : {shares: false, makeFlags: '', descriptors: {}, release: () => undefined},
    ),
};
