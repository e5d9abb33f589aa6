import type {HoldReason} from '../model/hold.js';
import {unreachable} from '../model/unreachable.js';
import {bytesText} from './bytes-text.js';

/** Why a build that could start waits, at the moment it begins to: `it needs 2.0 GB of memory, 1.2 GB are free`. */
export function holdText(reason: HoldReason): string {
  switch (reason.kind) {
    case 'memory':
      return `it needs ${bytesText(reason.needed)} of memory, ${bytesText(reason.free)} are free`;
    case 'disk':
      return `it needs ${bytesText(reason.needed)} of disk space, ${bytesText(reason.free)} are free`;
    case 'load':
      return `the load is ${reason.load.toFixed(1)}, the limit ${reason.limit}`;
    case 'alone':
      return 'memory ran out before, so one build is let run alone';
    default:
      return unreachable(reason);
  }
}

/** What it waits for, told later, when the numbers of that moment are no longer right: `waits for 2.0 GB of memory`. */
export function waitText(reason: HoldReason): string {
  switch (reason.kind) {
    case 'memory':
      return `waits for ${bytesText(reason.needed)} of memory`;
    case 'disk':
      return `waits for ${bytesText(reason.needed)} of disk space`;
    case 'load':
      return `waits for a load under ${reason.limit}`;
    case 'alone':
      return 'waits, since one build is let run alone after memory ran out';
    default:
      return unreachable(reason);
  }
}
