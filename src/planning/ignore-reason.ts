import type {LeftOutReason} from '../model/plan.js';
import type {Port} from '../model/port.js';

/** Why the port itself says that it is not to be built, or undefined. */
export function ignoreReason(port: Port): LeftOutReason | undefined {
  if (port.ignore === undefined) return undefined;
  if (port.forbidden !== undefined) return {kind: 'forbidden', text: port.forbidden};
  if (port.broken !== undefined) return {kind: 'broken', text: port.broken};
  return {kind: 'ignored', text: port.ignore};
}
