import type {Packages} from './database.js';
import type {Installed} from './manifest.js';

/** How operands choose packages: exactly, by glob, by regular expression, or all of them. */
export interface Selection {
  readonly kind: 'exact' | 'glob' | 'regex' | 'all';
  readonly ignoreCase: boolean;
}

/** A shell pattern as SQLite's GLOB has it: `*`, `?` and `[…]`, where `*` also passes over slashes. */
export function globToRegExp(glob: string, ignoreCase = false): RegExp {
  let source = '';
  for (let at = 0; at < glob.length; at += 1) {
    const character = glob.charAt(at);
    if (character === '*') source += '.*';
    else if (character === '?') source += '.';
    else if (character === '[') {
      const end = glob.indexOf(']', at + 2);
      if (end < 0) source += '\\[';
      else {
        const inside = glob.slice(at + 1, end).replace(/[\\\]]/g, '\\$&');
        source += `[${inside.startsWith('!') ? `^${inside.slice(1)}` : inside}]`;
        at = end;
      }
    } else source += character.replace(/[\\^$.|+(){}\]]/g, '\\$&');
  }
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
}

/**
 * The texts under which a pattern may find a package: with a slash in the pattern its origin under each of its categories
 * (behind an `@` with the flavor), otherwise its name, and its name with the version.
 */
function names(one: Installed, pattern: string): readonly string[] {
  if (!pattern.includes('/')) return [one.name, `${one.name}-${one.version}`];
  const tail = one.origin.slice(one.origin.indexOf('/'));
  const underCategories = one.categories.map((category) => category + tail);
  if (!pattern.includes('@')) return [one.origin, ...underCategories];
  const flavor = one.annotations['flavor'];
  return flavor === undefined ? [] : underCategories.map((origin) => `${origin}@${flavor}`);
}

/** Says which packages a pattern means. */
export function matcher(pattern: string, selection: Selection): (one: Installed) => boolean {
  if (selection.kind === 'all') return () => true;
  if (selection.kind === 'exact' && !selection.ignoreCase) {
    return (one) => names(one, pattern).includes(pattern);
  }
  const expression = expressionFor(pattern, selection);
  return (one) => names(one, pattern).some((name) => expression.test(name));
}

function expressionFor(pattern: string, {kind, ignoreCase}: Selection): RegExp {
  if (kind === 'glob') return globToRegExp(pattern, ignoreCase);
  if (kind === 'regex') return new RegExp(pattern, ignoreCase ? 'i' : '');
  return new RegExp(`^${pattern.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`, 'i');
}

/** The packages that a pattern means, in the order of their names. */
export function select(packages: Packages, pattern: string, selection: Selection): Packages {
  return packages.filter(matcher(pattern, selection));
}

/** The way of choosing that the options `-a`, `-g`, `-x`, `-i` and `-C` ask for. */
export function selectionFrom(
  options: {has(letter: string): boolean; last(letters: string): string | undefined},
  otherwise: Selection['kind'],
): Selection {
  const kinds: Readonly<Record<string, Selection['kind']>> = {a: 'all', g: 'glob', x: 'regex'};
  return {
    kind: kinds[options.last('agx') ?? ''] ?? otherwise,
    ignoreCase: options.last('iC') === 'i',
  };
}
