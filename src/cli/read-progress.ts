import type {TextSink} from '../logging/sink.js';
import type {InfoSignal} from './info-signal.js';

/**
 * Shows how many ports have been read, on a terminal that can take it away again. Everywhere else it is silent until somebody
 * asks with the information signal.
 */
export class ReadProgress {
  readonly #sink: TextSink;
  readonly #hide: () => void;
  #shown = false;
  #read = 0;
  #known = 0;

  constructor(sink: TextSink, info: InfoSignal) {
    this.#sink = sink;
    this.#hide = info.show(() => {
      this.#erase();
      sink.write(`portpar: ${this.#text}\n`);
    });
  }

  update(read: number, known: number): void {
    this.#read = read;
    this.#known = Math.max(read, known);
    if (!this.#sink.isTerminal || process.env['TERM'] === 'dumb') return;
    this.#shown = true;
    this.#sink.write(`\r${this.#text} `);
  }

  /** Takes the line away again. */
  clear(): void {
    this.#hide();
    this.#erase();
  }

  get #text(): string {
    return `Reading ports ${this.#read}/${this.#known}`;
  }

  #erase(): void {
    if (this.#shown) this.#sink.write('\r\u001B[K');
    this.#shown = false;
  }
}
