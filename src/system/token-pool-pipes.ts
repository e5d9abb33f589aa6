import {closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync} from 'node:fs';
import {Socket} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {succeeded} from '../model/command.js';
import type {CommandRunner} from './command.js';

/**
 * The numbers under which GNU make finds the two pipes. Shell scripts use 3 to 9 (configure scripts 5, 6 and 7, the
 * framework's own Mk/Scripts 3), and shells put away descriptors of their own on the first free number from 10 up, so these
 * are left alone.
 */
export const takeDescriptor = 12;
export const returnDescriptor = 13;

/** What GNU make writes when it gives a token back; it looks at no token's value. */
const token = '+';

/**
 * The two pipes of a GNU make jobserver: one from which GNU make takes tokens, and one into which it gives them back. GNU
 * make is told of both as `--jobserver-auth=R,W` and never asks whether they are the same pipe. That they are two lets
 * portpar decide who gets a token that comes back; in one pipe, the GNU make that gave it back would nearly always be first
 * to take it again.
 *
 * Node has no pipe(2): these are FIFOs of a private folder whose names are gone as soon as they are open. The descriptions
 * that are handed down are not those portpar reads by, since GNU make sets O_NONBLOCK on what it inherits. They are opened
 * for reading and writing, so that a build that outlives portpar neither reads an end of file nor gets a SIGPIPE.
 */
export class TokenPipes {
  /** To be handed down to builds, by the numbers above. */
  readonly descriptors: Readonly<Record<number, number>>;
  readonly #take: number;
  readonly #returned: number;
  readonly #socket: Socket;

  private constructor(takeFifo: string, returnFifo: string, onReturned: (count: number) => void) {
    const {O_RDWR, O_RDONLY, O_NONBLOCK} = constants;
    this.descriptors = {
      [takeDescriptor]: openSync(takeFifo, O_RDWR),
      [returnDescriptor]: openSync(returnFifo, O_RDWR),
    };
    this.#take = openSync(takeFifo, O_RDWR | O_NONBLOCK);
    this.#returned = openSync(returnFifo, O_RDONLY | O_NONBLOCK);
    // Through the event loop: no thread waits, and an unreferenced socket keeps no process alive.
    const watched = openSync(returnFifo, O_RDONLY | O_NONBLOCK);
    this.#socket = new Socket({fd: watched, readable: true, writable: false});
    this.#socket.on('data', (tokens: Buffer) => {
      onReturned(tokens.length);
    });
    this.#socket.unref();
  }

  /** Makes the pipes with mkfifo(1), or says why that could not be done. */
  static async make(
    runner: CommandRunner,
    onReturned: (count: number) => void,
    parent = tmpdir(),
  ): Promise<TokenPipes | {readonly trouble: string}> {
    let folder: string;
    try {
      folder = mkdtempSync(join(parent, 'portpar-tokens-'));
    } catch (error) {
      return {trouble: (error as Error).message};
    }
    try {
      const fifos = [join(folder, 'take'), join(folder, 'return')] as const;
      const made = await runner.capture({program: 'mkfifo', args: ['-m', '600', ...fifos]});
      if (!succeeded(made.outcome)) {
        const {outcome, stderr} = made;
        const how = outcome.kind === 'not-started' ? outcome.code : stderr.trim();
        return {trouble: `mkfifo: ${how === '' ? outcome.kind : how}`};
      }
      return new TokenPipes(...fifos, onReturned);
    } catch (error) {
      return {trouble: (error as Error).message};
    } finally {
      rmSync(folder, {recursive: true, force: true});
    }
  }

  /**
   * Offers tokens to all builds that share; gives how many of them found room. Does not wait: a build that gives back what
   * it never took fills the pipe.
   */
  put(count: number): number {
    try {
      return writeSync(this.#take, token.repeat(count));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      throw error;
    }
  }

  /** Takes up to `count` of the tokens back that nobody has taken; gives how many there were. Does not wait. */
  takeBack(count: number): number {
    return readAtOnce(this.#take, count);
  }

  /** Reads all tokens that were given back and not told of yet. Does not wait. */
  collectReturned(): number {
    let count = 0;
    for (let more = -1; more !== 0; count += more) more = readAtOnce(this.#returned, chunk);
    return count;
  }

  close(): void {
    this.#socket.destroy();
    for (const descriptor of [this.#take, this.#returned, ...Object.values(this.descriptors)]) {
      closeSync(descriptor);
    }
  }
}

const chunk = 4096;

/** Reads what is there now, at most `count` bytes, and gives their number. */
function readAtOnce(descriptor: number, count: number): number {
  if (count <= 0) return 0;
  try {
    return readSync(descriptor, Buffer.alloc(count));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}
