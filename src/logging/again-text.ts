import type {SecondTry} from '../model/second-try.js';
import type {StepResult} from '../model/summary.js';
import {unreachable} from '../model/unreachable.js';

/** Under which conditions a second try is made: `with one job`. */
export function secondTryText(how: SecondTry): string {
  switch (how) {
    case 'one-job':
      return 'with one job';
    case 'alone':
      return 'with no other build beside it';
    case 'other-site':
      return 'from another site';
    default:
      return unreachable(how);
  }
}

/** What became of each second try of a step: `build failed at first, done with one job`. Empty where none was made. */
export function againTexts({again = [], status, failure}: StepResult): string[] {
  return again.map(({phase, how}) => {
    const conditions = secondTryText(how);
    const failedPhase = failure !== undefined && 'phase' in failure ? failure.phase : undefined;
    if (status === 'failed' && failedPhase === phase) {
      return `${phase} failed twice, the second time ${conditions}`;
    }
    // What comes after a phase begins only when it has ended well.
    if (status === 'succeeded' || status === 'failed') return `${phase} failed at first, done ${conditions}`;
    return `${phase} failed at first, tried again ${conditions}`;
  });
}
