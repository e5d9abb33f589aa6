import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {everyUnreferenced, type Every} from '../util/every.js';

/** Resident memory of each process group in bytes, by group id; undefined when it cannot be told. */
export type GroupSample = () => Promise<ReadonlyMap<number, number> | undefined>;

/** ps(1) takes about 10 ms, in a process of its own; reading all of /proc takes portpar's own time, and is on Linux only. */
const samplePs: GroupSample = async () => {
  try {
    const {stdout} = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,rss='], {
      maxBuffer: 64 * 1024 * 1024,
    });
    return readGroupSizes(stdout);
  } catch {
    return undefined; // No ps(1), or no process to be had: then nothing is known.
  }
};

/** Adds up `pgid rss` lines, where rss is in units of 1024 bytes on FreeBSD and in procps alike. */
export function readGroupSizes(lines: string): Map<number, number> {
  const sizes = new Map<number, number>();
  for (const line of lines.split('\n')) {
    const [group = '', kibibytes = ''] = line.trim().split(/\s+/);
    if (!/^\d+$/.test(group) || !/^\d+$/.test(kibibytes)) continue;
    sizes.set(Number(group), (sizes.get(Number(group)) ?? 0) + Number(kibibytes) * 1024);
  }
  return sizes;
}

export interface GroupMemoryOptions {
  readonly sample?: GroupSample;
  readonly every?: Every;
  readonly intervalMs?: number;
}

/**
 * Watches how much memory process groups hold: one sample a second for all of them, and none while there are none. Resident
 * memory is added up, so pages that processes share count more than once; a peak between two samples is not seen, and of a
 * command that ends before the first nothing is known.
 */
export class GroupMemory {
  readonly #peaks = new Map<number, number>();
  #now: ReadonlyMap<number, number> = new Map();
  readonly #sample: GroupSample;
  readonly #every: Every;
  readonly #intervalMs: number;
  #stop: (() => void) | undefined;
  #isSampling = false;

  constructor({sample = samplePs, every = everyUnreferenced, intervalMs = 1000}: GroupMemoryOptions = {}) {
    this.#sample = sample;
    this.#every = every;
    this.#intervalMs = intervalMs;
  }

  /** Begins to watch a group. The returned function ends that and gives the greatest size seen, in bytes. */
  watch(group: number): () => number | undefined {
    this.#peaks.set(group, 0);
    this.#stop ??= this.#every(this.#intervalMs, () => void this.#look());
    return () => {
      const peak = this.#peaks.get(group) ?? 0;
      this.#peaks.delete(group);
      if (this.#peaks.size === 0) {
        this.#stop?.();
        this.#stop = undefined;
        this.#now = new Map();
      }
      return peak > 0 ? peak : undefined;
    };
  }

  /** What each watched group held at the last sample, in bytes; a group that was not seen yet is missing. */
  now(): ReadonlyMap<number, number> {
    return new Map([...this.#now].filter(([group]) => this.#peaks.has(group)));
  }

  async #look(): Promise<void> {
    if (this.#isSampling) return;
    this.#isSampling = true;
    const watched = [...this.#peaks.keys()];
    const sizes = await this.#sample();
    this.#isSampling = false;
    if (sizes === undefined) return;
    this.#now = new Map(
      watched.flatMap((group) => (sizes.has(group) ? [[group, sizes.get(group) ?? 0]] : [])),
    );
    for (const [group, bytes] of this.now()) {
      this.#peaks.set(group, Math.max(bytes, this.#peaks.get(group) ?? 0));
    }
  }
}
