/** What the answers to a question depend on. */
export interface Watched {
  /** Files and folders that count by size, time and identity; one that is absent has to stay absent. */
  readonly files: ReadonlySet<string>;
  /** Paths of which only counts whether they are there. */
  readonly probes: ReadonlySet<string>;
  /** Those probes that are known to have been absent when the question was answered. */
  readonly absent: ReadonlySet<string>;
  /** Folders of which the names in them count. */
  readonly listings: ReadonlySet<string>;
  /**
   * The answers depend on what is installed in a way that no file tells: on everything, or on the names and origins of
   * packages, whatever their versions.
   */
  readonly onPackages: 'all' | 'names' | undefined;
}

/** Keeps answers from one portpar to the next. A find that is no longer true is a bug; a miss costs a call of make. */
export interface AnswerCache {
  /** The answers kept under a key, if nothing that they depend on has changed. */
  find(key: string): readonly string[] | undefined;
  /**
   * Keeps the answers to a question asked at `askedAtMs`, unless something that they depend on may have changed since:
   * then they are good for this once.
   */
  keep(key: string, answers: readonly string[], watched: Watched, askedAtMs: number): void;
}

/** Remembers nothing. */
export const withoutCache: AnswerCache = {find: () => undefined, keep: () => undefined};
