import {distance} from 'fastest-levenshtein';
import {originParts, portDirectory, type PortOrigin} from '../model/origin.js';
import {packageLabel} from '../model/package.js';
import type {Step} from '../model/plan.js';

/** What a step is found by. */
export type NamedStep = Pick<Step, 'origin' | 'name' | 'version'>;

/** What a name means among the steps of a plan. */
export type FoundSteps =
  /** One step, or all flavors of one port. */
  | {readonly kind: 'found'; readonly origins: readonly PortOrigin[]}
  /** The name of several ports. */
  | {readonly kind: 'ambiguous'; readonly origins: readonly PortOrigin[]}
  | {readonly kind: 'unknown'; readonly nearest: readonly string[]};

/**
 * Looks for a port by its origin, its origin without flavor, the name of its package (with or without version), or its own
 * name, in this order.
 */
export function findSteps(text: string, steps: readonly NamedStep[]): FoundSteps {
  const ways: readonly ((step: NamedStep) => boolean)[] = [
    ({origin}) => origin === text,
    ({origin}) => portDirectory(origin) === text,
    (step) => step.name === text || packageLabel(step) === text,
    ({origin}) => originParts(origin).name === text,
  ];
  for (const matches of ways) {
    const origins = steps.filter(matches).map(({origin}) => origin);
    if (origins.length === 0) continue;
    const ports = new Set(origins.map((origin) => portDirectory(origin)));
    return {kind: ports.size === 1 ? 'found' : 'ambiguous', origins};
  }
  return {kind: 'unknown', nearest: nearestNames(text, steps)};
}

/** At most three names of the plan that look like the text. */
function nearestNames(text: string, steps: readonly NamedStep[]): string[] {
  const names = text.includes('/') ? steps.map(({origin}): string => origin) : steps.map(({name}) => name);
  return [...new Set(names)]
    .map((name) => ({name, far: distance(text, name)}))
    .filter(({name, far}) => far <= Math.max(2, name.length / 4))
    .sort((one, other) => one.far - other.far || (one.name < other.name ? -1 : 1))
    .slice(0, 3)
    .map(({name}) => name);
}
