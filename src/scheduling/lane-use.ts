/** Which workers of a lane are at work, and for how long they were. Workers are numbered from 1. */
export class LaneUse {
  /** Most workers at work at one moment. */
  most = 0;
  /** Time at work, added up over all workers, in milliseconds. */
  busyMs = 0;
  readonly #since: (number | undefined)[] = [];
  #running = 0;
  #workers: number;

  constructor(workers: number) {
    this.#workers = workers;
  }

  get workers(): number {
    return this.#workers;
  }

  get running(): number {
    return this.#running;
  }

  get hasRoom(): boolean {
    return this.#running < this.#workers;
  }

  /** How many more workers could go to work. */
  get room(): number {
    return Math.max(0, this.#workers - this.#running);
  }

  /** Changes the number of workers; those at work beyond it go on until they are done. */
  resize(workers: number): void {
    this.#workers = workers;
  }

  /** Takes the free worker of the lowest number and returns the number. */
  enter(now: number): number {
    if (!this.hasRoom) throw new Error('Internal error: a phase was started without room for it');
    let index = this.#since.indexOf(undefined);
    if (index < 0) index = this.#since.length;
    this.#since[index] = now;
    this.#running += 1;
    this.most = Math.max(this.most, this.#running);
    return index + 1;
  }

  leave(worker: number, now: number): void {
    const since = this.#since[worker - 1];
    if (since === undefined) throw new Error(`Internal error: worker ${worker} was not at work`);
    this.busyMs += now - since;
    this.#since[worker - 1] = undefined;
    this.#running -= 1;
  }
}
