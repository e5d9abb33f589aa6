import {basename, dirname} from 'node:path';
import type {Sights} from './file-signature.js';

/**
 * One thing that was so when a question was answered:
 * - `same`: the path has this signature (or is absent, signature `-`);
 * - `names`: the folder has this signature, or at least these names in it;
 * - `there`, `absent`: the path is or is not there; `anchor` is a folder above it that would have another signature had that
 *   changed, so that hundreds of paths cost one look. '' where there is no such folder.
 */
export type Fact =
  | readonly ['same', path: string, signature: string]
  | readonly ['names', path: string, signature: string, names: string]
  | readonly ['there' | 'absent', path: string, anchor: string, signature: string];

/** File systems' clocks are this coarse at most, in milliseconds (FAT: 2 s). */
const defaultCoarsenessMs = 2000;

/**
 * Writes down facts as they are now. Each method gives undefined where the fact may be younger than the question, which was
 * asked at `askedAtMs`: then nobody knows what the answer was made from.
 */
export class FactRecorder {
  readonly #sights: Sights;
  readonly #oldest: number;

  constructor(sights: Sights, askedAtMs: number, coarsenessMs = defaultCoarsenessMs) {
    this.#sights = sights;
    this.#oldest = askedAtMs - coarsenessMs;
  }

  same(path: string): Fact | undefined {
    const sight = this.#sights.at(path);
    if (!sight.isThere) return this.existence(path);
    return sight.changedMs < this.#oldest ? ['same', path, sight.signature] : undefined;
  }

  names(path: string): Fact | undefined {
    const sight = this.#sights.at(path);
    if (!sight.isThere) return this.existence(path);
    return sight.changedMs < this.#oldest
      ? ['names', path, sight.signature, this.#sights.namesIn(path)]
      : undefined;
  }

  /** `wasAbsent`: it is known for sure that it was not there when the question was answered. */
  existence(path: string, wasAbsent = false): Fact | undefined {
    const sight = this.#sights.at(path);
    const unsettled = wasAbsent && sight.signature === '-' ? (['absent', path, '', ''] as const) : undefined;
    const linkMs = this.#sights.linkChangedMs(path);
    if (linkMs !== undefined) {
      // No folder on the way to it tells of what happens behind a link.
      const settled = sight.isThere && sight.changedMs < this.#oldest && linkMs < this.#oldest;
      return settled ? ['there', path, '', ''] : unsettled;
    }
    const anchor = this.#anchorOf(path);
    if (anchor === undefined) return unsettled;
    const {signature, changedMs} = this.#sights.at(anchor);
    if (changedMs >= this.#oldest) return unsettled;
    return [sight.isThere ? 'there' : 'absent', path, anchor, signature];
  }

  /** The nearest folder above that is there: nothing appears below it without changing it or something below it. */
  #anchorOf(path: string): string | undefined {
    for (let at = dirname(path); ; at = dirname(at)) {
      const sight = this.#sights.at(at);
      if (sight.isFolder) return at;
      if (sight.isThere || sight.signature !== '-' || this.#sights.linkChangedMs(at) !== undefined)
        return undefined;
      if (at === dirname(at)) return undefined;
    }
  }
}

/** True while a fact holds. */
export function holds(fact: Fact, sights: Sights): boolean {
  const [kind, path] = fact;
  switch (kind) {
    case 'same':
      return sights.at(path).signature === fact[2];
    case 'names': {
      const sight = sights.at(path);
      return sight.signature === fact[2] || (sight.isFolder && sights.namesIn(path) === fact[3]);
    }
    case 'there':
    case 'absent': {
      const [, , anchor, signature] = fact;
      if (anchor !== '' && sights.at(anchor).signature === signature) return true;
      const sight = sights.at(path);
      return kind === 'there' ? sight.isThere : sight.signature === '-';
    }
  }
}

/** True when nothing at all has happened where the fact was seen: it held all the time between. */
export function isUntouched(fact: Fact, sights: Sights): boolean {
  const [kind, path, at, signature] = fact;
  if (kind === 'same' || kind === 'names') return sights.at(path).signature === at;
  return at === '' ? holds(fact, sights) : sights.at(at).signature === signature;
}

/** True when `path` is named in the listing of its folder, so that the listing tells whether it is there. */
export function isListed(path: string, listings: ReadonlySet<string>, sights: Sights): boolean {
  return listings.has(dirname(path)) && isTold(basename(path)) && sights.linkChangedMs(path) === undefined;
}

/** True when an absent path is below a name that a listed folder does not have: the listing tells as much. */
export function isAbsentByListing(fact: Fact, listings: ReadonlySet<string>): boolean {
  const [, path, anchor] = fact;
  if (!listings.has(anchor) || !path.startsWith(`${anchor}/`)) return false;
  const [name = ''] = path.slice(anchor.length + 1).split('/');
  return isTold(name);
}

/** True for a name that a listing tells of: none that comes and goes with every build, or is hidden. */
function isTold(name: string): boolean {
  return name !== '' && !/^work(?:$|[.-])|^\./.test(name);
}
