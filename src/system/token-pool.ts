import type {CommandRunner} from './command.js';
import {returnDescriptor, takeDescriptor, TokenPipes} from './token-pool-pipes.js';
import type {JobTokens, TokenLease, TokenWish} from './token-pool-types.js';

/** More tokens than this are never made: they have to fit into a pipe on every system. */
const mostTokens = 4096;

/** A build that has its first token or waits for it. */
interface Share {
  readonly wish: TokenWish;
  /** Tokens it holds: one for a build that shares, since each GNU make has one job slot of its own. */
  held: number;
  /** Tokens it still lacks. */
  lacks: number;
  /** Set while it waits for its first token. */
  start?: () => void;
}

/**
 * The one pool of job tokens of a run: a GNU make jobserver that portpar owns. Each token stands for one running process.
 *
 *     total = held by builds (portpar's own count) + out (in the pipe, or taken by some GNU make)
 *
 * A build driven by GNU make holds one token, for the job slot that every GNU make has of its own, and takes the others from
 * the pipe as it needs them. Any other build holds as many as it runs processes; it starts with one, and the rest is kept
 * back for it as tokens return, so that until the jobs of other builds that run at that moment have ended there may be more
 * processes than tokens. A token that returns goes first to builds that wait for their first one, then to those that lack
 * some, then back into the pipe.
 *
 * No build waits for its first token where none can return before another build has ended: with more builds than tokens,
 * each runs one process.
 *
 * Tokens that a killed GNU make had taken never return. Whenever no build shares the pool, what is out is counted anew.
 * After a build was killed beside others that share, no further build shares the pool until that has happened; it gets a
 * plain number.
 */
export class TokenPool implements JobTokens {
  #total: number;
  /** Tokens in the pipe or taken by GNU make, lost ones included. */
  #out = 0;
  #lostSome = false;
  #pipes: TokenPipes | undefined;
  readonly #shares = new Set<Share>();

  private constructor(total: number) {
    this.#total = limited(total);
  }

  /** Makes a pool of so many tokens, or says why there can be none. */
  static async create(
    total: number,
    runner: CommandRunner,
    folder?: string,
  ): Promise<TokenPool | {readonly trouble: string}> {
    const pool = new TokenPool(total);
    const pipes = await TokenPipes.make(
      runner,
      (count) => {
        pool.#returned(count);
      },
      folder,
    );
    if ('trouble' in pipes) return pipes;
    pool.#pipes = pipes;
    pool.#settle();
    return pool;
  }

  /** All tokens, those that builds hold, and those in the pipe or taken by GNU make. */
  get counts(): {readonly total: number; readonly held: number; readonly out: number} {
    let held = 0;
    for (const share of this.#shares) held += share.held;
    return {total: this.#total, held, out: this.#out};
  }

  async acquire(wish: TokenWish, stop?: AbortSignal): Promise<TokenLease | undefined> {
    if (stop?.aborted === true) return undefined;
    const shares = wish.shares && !this.#lostSome && this.#pipes !== undefined;
    const share: Share = {
      wish: {...wish, shares},
      held: 0,
      lacks: shares ? 1 : Math.min(Math.max(1, wish.jobs), this.#total),
    };
    const started = new Promise<boolean>((resolve) => {
      const onStop = (): void => {
        this.#shares.delete(share);
        resolve(false);
      };
      share.start = () => {
        stop?.removeEventListener('abort', onStop);
        resolve(true);
      };
      stop?.addEventListener('abort', onStop, {once: true});
    });
    this.#shares.add(share);
    this.#settle();
    return (await started) ? this.#lease(share) : undefined;
  }

  /** Changes the number of tokens. Fewer: processes that run go on, and no new ones take their place. */
  resize(total: number): void {
    this.#total = limited(total);
    this.#settle();
  }

  /** To be called when no build runs any more; builds that start later get plain numbers. */
  close(): void {
    this.#pipes?.close();
    this.#pipes = undefined;
    this.#out = 0;
  }

  #lease(share: Share): TokenLease {
    const {shares} = share.wish;
    return {
      shares,
      makeFlags: shares ? `-j --jobserver-auth=${takeDescriptor},${returnDescriptor}` : '',
      descriptors: shares ? (this.#pipes?.descriptors ?? {}) : {},
      release: ({killed} = {killed: false}) => {
        if (!this.#shares.delete(share)) return;
        if (shares && killed) this.#lostSome = true;
        if (shares && !this.#isShared()) this.#recount();
        this.#settle();
      },
    };
  }

  #isShared(): boolean {
    for (const {wish, held} of this.#shares) if (wish.shares && held > 0) return true;
    return false;
  }

  /** To be called when no GNU make is left that could hold a token: empties both pipes, and knows again what is out. */
  #recount(): void {
    this.#pipes?.collectReturned();
    while ((this.#pipes?.takeBack(mostTokens) ?? 0) > 0);
    this.#out = 0;
    this.#lostSome = false;
  }

  #returned(count: number): void {
    // With nobody sharing, all that is out lies in the pipe: such a token comes too late, and was replaced already.
    if (!this.#isShared()) return;
    this.#out = Math.max(0, this.#out - count);
    this.#settle();
  }

  #settle(): void {
    let held = 0;
    let lacking = 0;
    for (const share of this.#shares) {
      held += share.held;
      lacking += share.lacks;
    }
    let free = this.#total - held - this.#out;
    if (free < lacking) {
      const back = this.#pipes?.takeBack(lacking - free) ?? 0;
      this.#out -= back;
      free += back;
    }
    free = this.#startWaiting(free);
    for (const share of this.#shares) {
      if (share.start !== undefined) continue;
      const given = Math.max(0, Math.min(free, share.lacks));
      share.held += given;
      share.lacks -= given;
      free -= given;
    }
    if (free > 0 && this.#pipes !== undefined) {
      this.#out += this.#pipes.put(free);
    }
  }

  /** Gives first tokens, to those that waited longest; gives how many are free then, less than none after an overdraft. */
  #startWaiting(free: number): number {
    let left = free;
    for (const share of this.#shares) {
      if (share.start === undefined) continue;
      // What is out may come back any moment, unless it is lost.
      if (left <= 0 && this.#out > 0 && !this.#lostSome) break;
      share.held += 1;
      share.lacks -= 1;
      left -= 1;
      share.start();
      delete share.start;
    }
    return left;
  }
}

function limited(total: number): number {
  return Math.min(Math.max(1, Math.floor(total)), mostTokens);
}
