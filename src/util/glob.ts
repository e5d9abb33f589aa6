import picomatch from 'picomatch';
import {portDirectory, originParts, type PortOrigin} from '../model/origin.js';

// The shell negates a set with `!`, picomatch with `^`.
const shellMatcher = (pattern: string): ((text: string) => boolean) =>
  picomatch(pattern.replaceAll('[!', '[^'));

/** True when the text is a shell pattern rather than a name. */
export function isGlob(text: string): boolean {
  return /[*?[{]/.test(text);
}

/**
 * Matches a port that is to be left alone, as portmaster's `-x` does: a pattern without wildcards matches whatever has it
 * anywhere in `name-version` or in the origin, one with wildcards what it fits as a whole.
 */
export function excludeMatcher(
  pattern: string,
): (port: {readonly origin: PortOrigin; readonly name: string; readonly version: string}) => boolean {
  if (pattern === '') return () => false;
  if (!isGlob(pattern)) {
    return ({origin, name, version}) => `${name}-${version}`.includes(pattern) || origin.includes(pattern);
  }
  const matches = portMatcher(pattern);
  const fits = shellMatcher(pattern);
  return (port) => matches(port) || fits(`${port.name}-${port.version}`);
}

/**
 * Matches a port as portmaster does: a pattern with a slash against the origin (with and without flavor), one without
 * against the package name and the port's name.
 */
export function portMatcher(
  pattern: string,
): (port: {readonly origin: PortOrigin; readonly name: string}) => boolean {
  const matches = shellMatcher(pattern);
  if (pattern.includes('/')) return ({origin}) => matches(origin) || matches(portDirectory(origin));
  return ({origin, name}) => matches(name) || matches(originParts(origin).name);
}
