import type {MissingPort} from '../model/facts.js';
import type {LeftOutReason} from '../model/plan.js';

/** Why a port that could not be read is left out. */
export function leftOutReason({why}: MissingPort): LeftOutReason {
  switch (why.kind) {
    case 'not-in-tree':
      return {kind: 'not-in-tree', text: ''};
    case 'no-such-flavor':
      return {kind: 'not-in-tree', text: flavorText(why.flavors)};
    case 'removed':
      return {kind: 'removed', date: why.date, text: why.text};
    case 'moved-loop':
      return {kind: 'not-in-tree', text: `MOVED goes in a circle: ${why.path.join(' → ')}`};
    case 'unreadable':
      return {kind: 'unreadable', text: why.text};
  }
}

function flavorText(flavors: readonly string[]): string {
  return flavors.length === 0
    ? 'the port has no flavors any more'
    : `the port has the flavors ${flavors.join(', ')}`;
}
