import {statfs} from 'node:fs/promises';
import {freemem, loadavg, platform, totalmem} from 'node:os';
import {dirname, resolve} from 'node:path';
import type {CommandRunner} from './command.js';
import {readIfThere} from './files.js';

/** What the machine has, and what it has left. Sizes in bytes. */
export interface Resources {
  readonly totalMemory: number;
  /** Memory that new processes can have without anything being swapped out: free, or given up by caches on demand. */
  availableMemory(): Promise<number>;
  /** Processes that ran or wanted to, on average over the last minute. */
  load(): number;
  /**
   * Space that is left for ordinary users in the file system of a path, which need not exist yet; undefined when it cannot
   * be told.
   */
  freeBytes(path: string): Promise<number | undefined>;
}

export interface MachineOptions {
  readonly runner: Pick<CommandRunner, 'capture'>;
  /** Where Linux tells of its memory; not there on other systems. */
  readonly meminfo?: string;
  readonly system?: string;
}

/** The machine that portpar runs on. Limits of a container (cgroups, rctl(8)) are not looked at. */
export class Machine implements Resources {
  readonly totalMemory = totalmem();
  readonly #runner: Pick<CommandRunner, 'capture'>;
  readonly #meminfo: string;
  readonly #system: string;

  constructor({runner, meminfo = '/proc/meminfo', system = platform()}: MachineOptions) {
    this.#runner = runner;
    this.#meminfo = meminfo;
    this.#system = system;
  }

  /** `os.freemem()` is what is free alone on all but Linux, where caches take nearly everything before long. */
  async availableMemory(): Promise<number> {
    const known =
      this.#system === 'linux'
        ? availableOfMeminfo((await readIfThere(this.#meminfo)) ?? '')
        : availableOfSysctl(await this.#sysctl());
    return known ?? freemem();
  }

  load(): number {
    return loadavg()[0] ?? 0;
  }

  async freeBytes(path: string): Promise<number | undefined> {
    for (let folder = resolve(path); ; folder = dirname(folder)) {
      try {
        const {bavail, blocks, bsize} = await statfs(folder);
        // Where only the reserve of the superuser is left, FreeBSD counts below zero, and Node gives a huge number.
        return bavail > blocks ? 0 : bavail * bsize;
      } catch (error) {
        const {code} = error as NodeJS.ErrnoException;
        if ((code !== 'ENOENT' && code !== 'ENOTDIR') || folder === dirname(folder)) return undefined;
      }
    }
  }

  /** Names that a system does not have are complained of and passed over by sysctl(8); the others are told all the same. */
  async #sysctl(): Promise<string> {
    return (await this.#runner.capture({program: 'sysctl', args: sysctlNames})).stdout;
  }
}

/** MemAvailable of proc_meminfo(5); undefined before Linux 3.14. */
function availableOfMeminfo(text: string): number | undefined {
  const [, kibibytes] = /^MemAvailable:\s*(\d+) kB$/m.exec(text) ?? [];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

const pages = ['free', 'inactive', 'cache'].map((queue) => `vm.stats.vm.v_${queue}_count`);
const arc = {size: 'kstat.zfs.misc.arcstats.size', least: 'kstat.zfs.misc.arcstats.c_min'};
const pageSize = 'vm.stats.vm.v_page_size';
const sysctlNames = [pageSize, ...pages, arc.size, arc.least];

/**
 * What sysctl(8) tells of a BSD's memory: the free pages, the inactive ones, cached ones where there still are such (before
 * FreeBSD 12), and what the ZFS cache holds above the least that it keeps: it gives that up when memory gets short. Pages in
 * the laundry are not counted: they have to be written out first, most of them to swap. Undefined when there is no answer.
 */
function availableOfSysctl(text: string): number | undefined {
  const values = new Map<string, number>();
  for (const [, name = '', value] of text.matchAll(/^([\w.]+)(?:: |=)(\d+)$/gm))
    values.set(name, Number(value));
  const size = values.get(pageSize);
  if (size === undefined || !values.has('vm.stats.vm.v_free_count')) return undefined;
  const reclaimable = pages.reduce((sum, name) => sum + (values.get(name) ?? 0), 0);
  const cache = (values.get(arc.size) ?? 0) - (values.get(arc.least) ?? 0);
  return reclaimable * size + Math.max(0, cache);
}
