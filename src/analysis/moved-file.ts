import {parseOrigin, portDirectory, withFlavor, originParts, type PortOrigin} from '../model/origin.js';

/** One line of MOVED, `old|new|date|why`; without `to` the port was removed. */
export interface MovedEntry {
  readonly from: PortOrigin;
  readonly to?: PortOrigin;
  readonly date: string;
  readonly text: string;
}

/** What became of an origin. */
export type MovedFate =
  | {readonly kind: 'stayed'}
  | {readonly kind: 'moved'; readonly to: PortOrigin; readonly date: string; readonly text: string}
  | {readonly kind: 'removed'; readonly date: string; readonly text: string}
  | {readonly kind: 'loop'; readonly path: readonly PortOrigin[]};

/**
 * Reads the ports tree's MOVED file. The file is in order of date, so that the last line about an origin is the one that
 * counts. Comments and lines that are not of the form are passed over.
 */
export function parseMoved(text: string): Map<PortOrigin, MovedEntry> {
  const entries = new Map<PortOrigin, MovedEntry>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [old = '', target = '', date = '', ...why] = line.split('|');
    const from = parseOrigin(old);
    if (from === undefined) continue;
    const to = parseOrigin(target);
    if (target !== '' && to === undefined) continue;
    entries.set(from, {from, ...(to === undefined ? {} : {to}), date, text: why.join('|')});
  }
  return entries;
}

/**
 * Follows an origin through MOVED until `exists` says that the tree has it. A line for a whole port counts for each of its
 * flavors and keeps the flavor, unless the line names another one; a line for one flavor says itself where that went, if
 * only to the port without flavors (ports-mgmt/portmaster and the porter's handbook, "MOVED").
 */
export function followMoved(
  entries: ReadonlyMap<PortOrigin, MovedEntry>,
  origin: PortOrigin,
  exists: (origin: PortOrigin) => boolean,
): MovedFate {
  const path: PortOrigin[] = [origin];
  let current = origin;
  let last: MovedEntry | undefined;
  for (;;) {
    if (exists(current)) {
      return last === undefined
        ? {kind: 'stayed'}
        : {kind: 'moved', to: current, date: last.date, text: last.text};
    }
    const entry = entries.get(current) ?? entries.get(portDirectory(current));
    if (entry === undefined) {
      // Moved to a port that is gone without a line of its own: for the user the same as not there at all.
      return last === undefined ? {kind: 'stayed'} : {kind: 'removed', date: last.date, text: last.text};
    }
    if (entry.to === undefined) return {kind: 'removed', date: entry.date, text: entry.text};
    const {flavor} = originParts(current);
    const keepsFlavor = entry.from !== current && originParts(entry.to).flavor === undefined;
    current = keepsFlavor ? withFlavor(entry.to, flavor) : entry.to;
    last = entry;
    if (path.includes(current)) return {kind: 'loop', path: [...path, current]};
    path.push(current);
  }
}
