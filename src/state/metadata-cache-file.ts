import {createHash} from 'node:crypto';
import type {Fact} from './metadata-facts.js';

/** Answers with all that they depend on. */
export interface CacheEntry {
  /** The number of the last writing run that used it. */
  readonly usedIn: number;
  readonly answers: readonly string[];
  readonly facts: readonly Fact[];
  /** The digest of installed packages, where the answers depend on them all. */
  readonly installed?: string;
}

export interface CacheContent {
  /** How many runs have written the file. */
  readonly runs: number;
  readonly entries: ReadonlyMap<string, CacheEntry>;
}

export const emptyCache: CacheContent = {runs: 0, entries: new Map()};

/** Raised whenever the form or the meaning of the content changes. */
const format = 'portpar-metadata-1';

/** The form on disk: each text and fact once, named by its index. A fact's path is cut into folder and name. */
interface Stored {
  readonly runs: number;
  readonly texts: readonly string[];
  readonly facts: readonly (readonly [Fact[0], number, ...string[]])[];
  readonly entries: readonly (readonly [
    key: string,
    usedIn: number,
    answers: readonly number[],
    facts: readonly number[],
    installed?: string,
  ])[];
}

class Index<T> {
  readonly items: T[] = [];
  readonly #places = new Map<string, number>();

  at(key: string, item: () => T): number {
    let place = this.#places.get(key);
    if (place === undefined) {
      place = this.items.push(item()) - 1;
      this.#places.set(key, place);
    }
    return place;
  }
}

/** The content as a file: a line with the format and a checksum, then JSON. */
export function writeCacheText({runs, entries}: CacheContent): string {
  const texts = new Index<string>();
  const facts = new Index<Stored['facts'][number]>();
  const known = new Map<Fact, number>();
  const factAt = (fact: Fact): number => {
    let place = known.get(fact);
    if (place === undefined) {
      const [kind, path, ...rest] = fact;
      const cut = path.lastIndexOf('/') + 1;
      place = facts.at(fact.join('\n'), () => [
        kind,
        texts.at(path.slice(0, cut), () => path.slice(0, cut)),
        path.slice(cut),
        ...rest,
      ]);
      known.set(fact, place);
    }
    return place;
  };
  const stored: Stored = {
    runs,
    entries: [...entries].map(([key, entry]) => [
      key,
      entry.usedIn,
      entry.answers.map((text) => texts.at(text, () => text)),
      entry.facts.map(factAt),
      ...(entry.installed === undefined ? ([] as const) : ([entry.installed] as const)),
    ]),
    texts: texts.items,
    facts: facts.items,
  };
  const body = JSON.stringify(stored);
  return `${format} ${checksum(body)}\n${body}`;
}

/** Reads what `writeCacheText` wrote; undefined for anything else. */
export function readCacheText(text: string): CacheContent | undefined {
  const cut = text.indexOf('\n');
  const body = text.slice(cut + 1);
  if (cut < 0 || text.slice(0, cut) !== `${format} ${checksum(body)}`) return undefined;
  // The checksum vouches for the form.
  const stored = JSON.parse(body) as Stored;
  const {texts} = stored;
  const facts: (Fact | undefined)[] = [];
  const factAt = (place: number): Fact => {
    let fact = facts[place];
    if (fact === undefined) {
      const [kind, folder, name = '', ...rest] = stored.facts[place] ?? ['same', 0];
      fact = [kind, `${texts[folder] ?? ''}${name}`, ...rest] as unknown as Fact;
      facts[place] = fact;
    }
    return fact;
  };
  // Most entries may be of other surroundings: they are taken apart when they are asked for.
  const entries = stored.entries.map(([key, usedIn, answers, needs, installed]) => {
    const entry: CacheEntry = {
      usedIn,
      get answers() {
        return answers.map((place) => texts[place] ?? '');
      },
      get facts() {
        return needs.map(factAt);
      },
      ...(installed === undefined ? {} : {installed}),
    };
    return [key, entry] as const;
  });
  return {runs: stored.runs, entries: new Map(entries)};
}

function checksum(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
