/** Which workers of a lane are at work, and for how long they were. Workers are numbered from 1. */
export class LaneUse {
  /** Most workers at work at one moment. */
  most = 0;
  /** Time at work, added up over all workers, in milliseconds. */
  busyMs = 0;
  readonly #since: (number | undefined)[];

  constructor(workers: number) {
    this.#since = new Array<number | undefined>(workers).fill(undefined);
  }

  get running(): number {
    return this.#since.filter((since) => since !== undefined).length;
  }

  get hasRoom(): boolean {
    return this.#since.includes(undefined);
  }

  /** Takes the free worker of the lowest number and returns the number. */
  enter(now: number): number {
    const index = this.#since.indexOf(undefined);
    if (index < 0) throw new Error('Internal error: a phase was started without room for it');
    this.#since[index] = now;
    this.most = Math.max(this.most, this.running);
    return index + 1;
  }

  leave(worker: number, now: number): void {
    const since = this.#since[worker - 1];
    if (since === undefined) throw new Error(`Internal error: worker ${worker} was not at work`);
    this.busyMs += now - since;
    this.#since[worker - 1] = undefined;
  }
}
