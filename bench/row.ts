/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly bound: string;
  /** Left out where there is no bound, or nothing was measured. */
  readonly met?: boolean;
  /** How it was measured, and what to know of it. */
  readonly note: string;
  /** The numbers behind it, with their units in their names. */
  readonly values?: Readonly<Record<string, number>>;
}

/** Measures something; gives a row for each thing that it measured. */
export type Benchmark = () => Promise<readonly Row[]>;

/** A row that could not be measured here. */
export function skipped(what: string, bound: string, why: string): Row {
  return {what, measured: 'skipped', bound, note: why};
}
