import type {TextSink} from '../../src/logging/sink.js';

/** Keeps what is written; width, height and terminal are what the test says. */
export class MemorySink implements TextSink {
  readonly isTerminal: boolean;
  columns: number;
  rows: number | undefined;
  readonly writes: string[] = [];

  constructor({
    isTerminal = false,
    columns = 80,
    rows,
  }: {isTerminal?: boolean; columns?: number; rows?: number} = {}) {
    this.isTerminal = isTerminal;
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string): void {
    this.writes.push(text);
  }

  get text(): string {
    return this.writes.join('');
  }
}
