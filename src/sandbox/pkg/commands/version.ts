import {ok} from '../../../model/result.js';
import {compareVersions} from '../../../model/version.js';
import {readOptions} from '../command-options.js';
import {misuse, type Attempt} from '../problem.js';
import type {Session} from '../session.js';

/** `pkg version -t A B`: prints `<`, `=` or `>`. */
export function version({output}: Session, args: readonly string[]): Attempt<number> {
  const options = readOptions(args, 't', {'test-version': 't'});
  if (!options.ok) return options;
  const [a, b, ...more] = options.value.operands;
  if (!options.value.has('t') || a === undefined || b === undefined || more.length > 0) {
    return misuse('pkg version -t VERSION VERSION');
  }
  const order = compareVersions(a, b);
  output.print(order < 0 ? '<\n' : order > 0 ? '>\n' : '=\n');
  return ok(0);
}
