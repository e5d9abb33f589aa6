import {writeSync} from 'node:fs';

/** Where a pkg command writes. Output is kept until `flush`, so that a query of many packages is one write. */
export class Output {
  #pending = '';

  /** Adds text to stdout, as it is. */
  print(text: string): void {
    this.#pending += text;
  }

  /** Writes one line to stderr behind `pkg: `, after everything printed so far. */
  warn(line: string): void {
    this.complain(`pkg: ${line}`);
  }

  /** Writes one line to stderr as it is, after everything printed so far. */
  complain(line: string): void {
    this.flush();
    writeAll(2, `${line}\n`);
  }

  /** Hands everything to stdout; to be called before a child process writes there too, and at the end. */
  flush(): void {
    const text = this.#pending;
    this.#pending = '';
    if (text !== '') writeAll(1, text);
  }
}

const clockTick = new Int32Array(new SharedArrayBuffer(4));

/** Writes it all; a reader that has gone away ends the output without a complaint, as it does for any filter. */
function writeAll(descriptor: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(clockTick, 0, 0, 1); // a non-blocking pipe that is full
    }
  }
}
