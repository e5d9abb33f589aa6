import type {WriteStream} from 'node:tty';
import type {Writable} from 'node:stream';
import type {Palette} from './palette.js';

/** Where text goes. */
export interface TextSink {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width in characters, as it is now: asked each time, since windows are resized. */
  readonly columns: number;
  /** Height in lines, as it is now, where it is known. */
  readonly rows?: number | undefined;
}

/** How a text is to be laid out: without `columns` nothing is wrapped or shortened, as pipes and files want it. */
export interface Page {
  readonly palette: Palette;
  readonly columns?: number | undefined;
}

/** The page that fits a sink as it is now. */
export function pageFor(sink: TextSink, palette: Palette): Page {
  return sink.isTerminal ? {palette, columns: sink.columns} : {palette};
}

/**
 * A process's stdout or stderr. When the reader goes away in the middle (`portpar -a | head`) the sink goes quiet and the run
 * goes on; `brokenBy` then tells why.
 */
export class StreamSink implements TextSink {
  readonly #stream: Writable & Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'rows'>>;
  brokenBy: Error | undefined;

  constructor(stream: Writable & Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'rows'>>) {
    this.#stream = stream;
    stream.on('error', (error: Error) => {
      this.brokenBy ??= error;
    });
  }

  write(text: string): void {
    if (this.brokenBy === undefined) this.#stream.write(text);
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  /** 80 where the width is unknown or reported as 0, as some serial consoles do. */
  get columns(): number {
    const columns = this.#stream.columns ?? 0;
    return columns > 0 ? columns : 80;
  }

  get rows(): number | undefined {
    const rows = this.#stream.rows ?? 0;
    return rows > 0 ? rows : undefined;
  }
}
