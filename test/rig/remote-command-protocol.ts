/** What a stand-in tells the test, one JSON text a line. */
export type Report =
  | {
      readonly kind: 'called';
      readonly program: string;
      readonly argv: readonly string[];
      readonly pid: number;
      readonly cwd: string;
      readonly environment: Readonly<Record<string, string | undefined>>;
    }
  /** The last instruction has been carried out; `pid` is that of a process it started. */
  | {readonly kind: 'done'; readonly pid?: number}
  /** A signal came that the test had asked to be told of. */
  | {readonly kind: 'signal'; readonly signal: NodeJS.Signals};

/** What the test tells a stand-in, one JSON text a line. Each but `exit` is answered with `done`. */
export type Instruction =
  | {readonly kind: 'print'; readonly to: 'stdout' | 'stderr'; readonly text: string}
  /** Do what the program would do; the variant names a way of failing at it. */
  | {readonly kind: 'work'; readonly variant: string}
  /** Do not end at this signal, and tell of it. */
  | {readonly kind: 'catch'; readonly signal: NodeJS.Signals}
  | {readonly kind: 'spawn'; readonly ignores: readonly NodeJS.Signals[]}
  | {readonly kind: 'exit'; readonly status: number};
