import {closest, distance} from 'fastest-levenshtein';

/** The hint for a key that nobody knows, where it looks like one of the known. */
export function nearestKey(key: string, known: readonly string[]): {hint?: string} {
  const nearest = closest(key, known);
  return distance(key, nearest) <= 3 ? {hint: `Did you mean ${nearest}?`} : {};
}
