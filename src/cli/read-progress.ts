import type {TextSink} from '../logging/sink.js';

/** Shows how many ports have been read, on a terminal that can take it away again; silent everywhere else. */
export class ReadProgress {
  readonly #sink: TextSink;
  #shown = false;

  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  update(read: number, known: number): void {
    if (!this.#sink.isTerminal || process.env['TERM'] === 'dumb') return;
    this.#shown = true;
    this.#sink.write(`\rReading ports ${read}/${Math.max(read, known)} `);
  }

  /** Takes the line away again. */
  clear(): void {
    if (this.#shown) this.#sink.write('\r\u001B[K');
    this.#shown = false;
  }
}
