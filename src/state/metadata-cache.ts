import {readFileSync} from 'node:fs';
import {readdir, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {writeWhole} from '../system/files.js';
import {Sights} from './file-signature.js';
import {
  emptyCache,
  readCacheText,
  writeCacheText,
  type CacheContent,
  type CacheEntry,
} from './metadata-cache-file.js';
import {FactRecorder, holds, isAbsentByListing, isListed, isUntouched, type Fact} from './metadata-facts.js';

/** What an answer depends on; analysis says it, this part writes it down and looks after it. */
interface Watched {
  readonly files: ReadonlySet<string>;
  readonly probes: ReadonlySet<string>;
  readonly absent: ReadonlySet<string>;
  readonly listings: ReadonlySet<string>;
  readonly onPackages: 'all' | 'names' | undefined;
}

export interface MetadataCacheOptions {
  readonly stateDirectory: string;
  /** Digests of what is installed: of everything, and of names and origins alone. */
  readonly installed: {readonly all: string; readonly names: string};
  /** Entries that this run has not used are kept up to this number. */
  readonly unusedKept?: number;
  /** How coarse the file system's clock is, in milliseconds: a change this young may have a twin that looks the same. */
  readonly coarsenessMs?: number;
}

/** Entries that so many writing runs have not used go, however few there are. */
const forgottenAfterRuns = 100;
/** A half-written file as old as this was left by a crash. */
const partAgeMs = 3_600_000;

/**
 * What make said of ports, kept in `cache/metadata` below the state folder with all that it depends on. The file may be
 * deleted at any time; damaged, it counts as empty. Several portpars may use it at once: it is read once and written
 * whole, and the last one's content stays.
 */
export class MetadataCache {
  readonly #path: string;
  readonly #folder: string;
  readonly #options: MetadataCacheOptions;
  readonly #content: CacheContent;
  readonly #sights = new Sights();
  readonly #verdicts = new Map<Fact, boolean>();
  readonly #used = new Map<string, CacheEntry>();
  readonly #news = new Map<string, CacheEntry>();

  constructor(options: MetadataCacheOptions) {
    this.#options = options;
    this.#folder = join(options.stateDirectory, 'cache');
    this.#path = join(this.#folder, 'metadata');
    this.#content = load(this.#path) ?? emptyCache;
  }

  /** The answers kept under a key, if nothing that they depend on has changed. */
  find(key: string): readonly string[] | undefined {
    const entry = this.#content.entries.get(key);
    if (entry === undefined) return undefined;
    if (!this.#isInstalled(entry.installed)) return undefined;
    for (const fact of entry.facts) if (!this.#holds(fact)) return undefined;
    this.#used.set(key, entry);
    return entry.answers;
  }

  /** Keeps answers; those that may have been overtaken since they were asked for are not kept. */
  keep(key: string, answers: readonly string[], watched: Watched, askedAtMs: number): void {
    const facts = record(watched, this.#sights, askedAtMs, this.#options.coarsenessMs);
    if (facts === undefined) return;
    const usedIn = this.#content.runs + 1;
    const {onPackages} = watched;
    const installed = onPackages && this.#options.installed[onPackages];
    this.#news.set(key, {usedIn, answers, facts, ...(installed === undefined ? {} : {installed})});
  }

  /** Writes the file if there is anything new. Where it cannot be written, the next run asks again. */
  async save(): Promise<void> {
    const news = this.#trustworthyNews();
    this.#news.clear();
    if (news.length === 0) return;
    const runs = this.#content.runs + 1;
    const used = [...this.#used].map(([key, entry]) => [key, {...entry, usedIn: runs}] as const);
    const entries = new Map([...this.#unusedKept(runs), ...used, ...news]);
    const text = writeCacheText({runs, entries});
    try {
      await writeWhole(this.#path, text, {durable: false});
    } catch {
      await this.#makeWay(text);
    }
    await this.#removeParts();
  }

  /**
   * A path may have been looked at before the question and changed while it was answered. Where nothing has happened until
   * now, the answer was made from what is written down.
   */
  #trustworthyNews(): (readonly [string, CacheEntry])[] {
    const now = new Sights();
    const untouched = new Map<Fact, boolean>();
    const isStill = (fact: Fact): boolean => {
      let verdict = untouched.get(fact);
      if (verdict === undefined) {
        verdict = isUntouched(fact, now);
        untouched.set(fact, verdict);
      }
      return verdict;
    };
    return [...this.#news].filter(([, {facts}]) => facts.every(isStill));
  }

  #isInstalled(digest: string | undefined): boolean {
    const {all, names} = this.#options.installed;
    return digest === undefined || digest === all || digest === names;
  }

  #holds(fact: Fact): boolean {
    let verdict = this.#verdicts.get(fact);
    if (verdict === undefined) {
      verdict = holds(fact, this.#sights);
      this.#verdicts.set(fact, verdict);
    }
    return verdict;
  }

  /** Entries of ports that were not asked for this time: the most recently used ones, as many as the bound allows. */
  #unusedKept(runs: number): [string, CacheEntry][] {
    const most = this.#options.unusedKept ?? Math.max(2000, this.#used.size);
    return [...this.#content.entries]
      .filter(([key, {usedIn}]) => !this.#used.has(key) && runs - usedIn <= forgottenAfterRuns)
      .sort(([, a], [, b]) => b.usedIn - a.usedIn)
      .slice(0, most);
  }

  /** Something else stands in the cache's place, a folder perhaps: it goes. A folder that cannot be written is left alone. */
  async #makeWay(text: string): Promise<void> {
    try {
      const info = await stat(this.#path);
      if (!info.isDirectory()) return;
      await rm(this.#path, {recursive: true});
      await writeWhole(this.#path, text, {durable: false});
    } catch {
      return; // Nothing is lost but time.
    }
  }

  async #removeParts(): Promise<void> {
    try {
      for (const name of await readdir(this.#folder)) {
        const path = join(this.#folder, name);
        if (!name.endsWith('.part')) continue;
        if (Date.now() - (await stat(path)).mtimeMs > partAgeMs) await rm(path, {force: true});
      }
    } catch {
      return; // Another portpar was faster, or the folder is not ours.
    }
  }
}

function load(path: string): CacheContent | undefined {
  try {
    return readCacheText(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // Not there, not readable, or no cache at all: for us the same.
  }
}

function record(
  watched: Watched,
  sights: Sights,
  askedAtMs: number,
  coarsenessMs?: number,
): Fact[] | undefined {
  const recorder = new FactRecorder(sights, askedAtMs, coarsenessMs);
  const facts: Fact[] = [];
  const add = (fact: Fact | undefined): boolean => {
    if (fact !== undefined) facts.push(fact);
    return fact !== undefined;
  };
  for (const path of watched.files) if (!add(recorder.same(path))) return undefined;
  for (const path of watched.listings) if (!add(recorder.names(path))) return undefined;
  for (const path of watched.probes) {
    if (watched.files.has(path) || isListed(path, watched.listings, sights)) continue;
    const fact = recorder.existence(path, watched.absent.has(path));
    if (fact?.[0] === 'absent' && isAbsentByListing(fact, watched.listings)) continue;
    if (!add(fact)) return undefined;
  }
  return facts;
}
