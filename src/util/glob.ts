import picomatch from 'picomatch';
import {portDirectory, originParts, type PortOrigin} from '../model/origin.js';

/** True when the text is a shell pattern rather than a name. */
export function isGlob(text: string): boolean {
  return /[*?[{]/.test(text);
}

/**
 * Matches a port as portmaster does: a pattern with a slash against the origin (with and without flavor), one without
 * against the package name and the port's name.
 */
export function portMatcher(
  pattern: string,
): (port: {readonly origin: PortOrigin; readonly name: string}) => boolean {
  // The shell negates a set with `!`, picomatch with `^`.
  const matches = picomatch(pattern.replaceAll('[!', '[^'));
  if (pattern.includes('/')) return ({origin}) => matches(origin) || matches(portDirectory(origin));
  return ({origin, name}) => matches(name) || matches(originParts(origin).name);
}
