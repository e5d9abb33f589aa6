import {unlimited, type Budget} from '../scheduling/admission.js';
import type {Resources} from '../system/resources.js';
import type {Plan} from '../model/plan.js';
import {everyUnreferenced, type Every} from '../util/every.js';
import type {BudgetWatch} from './executor-options.js';

/** What the user has set, sizes in bytes; what is missing is not limited. */
export interface MachineLimits {
  readonly memoryLimit?: number;
  readonly loadLimit?: number;
  readonly diskReserve: number;
}

export interface MachineWatchOptions {
  readonly resources: Resources;
  readonly limits: MachineLimits;
  /** A folder on the file system of the work directories; it need not exist yet. */
  readonly workDirectory: string;
  /** Memory that builds hold now, in bytes. */
  readonly usedMemory: () => number;
  readonly every?: Every;
}

/** How often the machine is looked at, in milliseconds. */
const intervalMs = 2000;

/**
 * Knows what builds may use of the machine: memory that is available or theirs already, as far as the user's limit allows;
 * disk space less what is to be kept free; and the load. What cannot be told is not limited.
 */
export class MachineWatch implements BudgetWatch {
  readonly #options: MachineWatchOptions;
  readonly #waiting: (() => void)[] = [];
  readonly #stop: () => void;
  #budget: Budget = unlimited;
  #isLooking = false;

  private constructor(options: MachineWatchOptions) {
    this.#options = options;
    this.#stop = (options.every ?? everyUnreferenced)(intervalMs, () => void this.#lookAgain());
  }

  /** Looks at the machine once, and then again every other second until `close`. */
  static async start(options: MachineWatchOptions): Promise<MachineWatch> {
    const watch = new MachineWatch(options);
    await watch.#look();
    return watch;
  }

  budget(): Budget {
    return {...this.#budget, usedMemoryBytes: this.#options.usedMemory()};
  }

  whenChanged(callback: () => void): void {
    this.#waiting.push(callback);
  }

  close(): void {
    this.#stop();
  }

  async #lookAgain(): Promise<void> {
    // A machine that answers slower than it is asked is not asked more often for that.
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#look();
    } catch {
      // No file descriptor to be had for a moment: what was seen last has to do until the next look.
    } finally {
      this.#isLooking = false;
    }
    for (const callback of this.#waiting.splice(0)) callback();
  }

  async #look(): Promise<void> {
    const {resources, limits, workDirectory, usedMemory} = this.#options;
    const [available, free] = await Promise.all([
      resources.availableMemory(),
      resources.freeBytes(workDirectory),
    ]);
    this.#budget = {
      memoryBytes: Math.min(limits.memoryLimit ?? Infinity, available + usedMemory()),
      usedMemoryBytes: usedMemory(),
      diskBytes: free === undefined ? Infinity : Math.max(0, free - limits.diskReserve),
      load: resources.load(),
      loadLimit: limits.loadLimit ?? Infinity,
    };
  }
}

/** A folder on the disk that the work directories of a plan go to: those that are made in memory take nothing of it. */
export function workFolderOf({steps}: Pick<Plan, 'steps'>): string | undefined {
  return steps.find(({settings}) => settings.tmpfs !== true)?.workDirectory;
}
