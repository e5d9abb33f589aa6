import {createReadStream} from 'node:fs';
import {fileSize, readTail} from './files.js';

/** What is added to a log from some moment on; nothing where the log cannot be read. */
export class LogPart {
  readonly #path: string;
  readonly #start: number;

  private constructor(path: string, start: number) {
    this.#path = path;
    this.#start = start;
  }

  /** The part that begins at the log's end of now. */
  static async fromNow(path: string): Promise<LogPart> {
    return new LogPart(path, (await fileSize(path)) ?? 0);
  }

  /** Its last lines, at most `bytes` long. */
  async tail(bytes?: number): Promise<string> {
    const length = ((await fileSize(this.#path)) ?? 0) - this.#start;
    return length <= 0 ? '' : readTail(this.#path, Math.min(length, bytes ?? length, mostTail));
  }

  /** Whether a text is anywhere in it, however long it is. */
  async has(text: string): Promise<boolean> {
    const wanted = Buffer.from(text);
    let rest = Buffer.alloc(0);
    const stream = createReadStream(this.#path, {start: this.#start, highWaterMark: 1 << 20});
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        const piece = Buffer.concat([rest, chunk]);
        if (piece.includes(wanted)) return true;
        rest = piece.subarray(Math.max(0, piece.length - wanted.length + 1));
      }
    } catch {
      return false;
    }
    return false;
  }
}

const mostTail = 65_536;
