import {portDirectory} from '../model/origin.js';
import type {LeftOutReason, Reason} from '../model/plan.js';
import {unreachable} from '../model/unreachable.js';
import {cleanLine} from './clean-text.js';

/** Why a step is in the plan, as one line. */
export function reasonText(reason: Reason): string {
  switch (reason.kind) {
    case 'newer-version':
      return `newer version ${reason.from} → ${reason.to}`;
    case 'moved':
      return `moved from ${reason.from}${afterColon(reason.text)}`;
    case 'renamed':
      return `package renamed ${reason.from} → ${reason.to}`;
    case 'requested':
      return 'requested';
    case 'older-in-tree':
      return `older version ${reason.from} → ${reason.to}: the tree went back`;
    case 'forced':
      return 'forced';
    case 'needed':
      return `needed by ${reason.by} ${reason.how === 'build' ? 'to build' : 'at run time'}`;
    case 'lacking':
      return `${reason.by} needs ${reason.pattern}, which the installed package does not have`;
    case 'interrupted-run':
      return `built by an earlier run: ${reason.file}`;
    default:
      return unreachable(reason);
  }
}

/**
 * Why a port is left out, as one line. `packageName` is the installed package's name, for the command that unlocks it; where
 * it is not known the origin, which pkg(8) takes as well, stands in for it.
 */
export function leftOutReasonText(reason: LeftOutReason, packageName: string): string {
  switch (reason.kind) {
    case 'locked':
      return `locked (pkg unlock ${packageName} to let it be upgraded)`;
    case 'newer-than-tree':
      return `installed is ${reason.installed}, newer than the tree's ${reason.tree}; name the port to go back`;
    case 'excluded':
      return `excluded by -x '${cleanLine(reason.glob)}'`;
    case 'ignored':
      return `ignored${afterColon(reason.text)}`;
    case 'broken':
      return `marked as broken${afterColon(reason.text)}`;
    case 'forbidden':
      return `marked as forbidden${afterColon(reason.text)}`;
    case 'not-in-tree':
      return `not in the ports tree${afterColon(reason.text)}`;
    case 'removed':
      return `removed from the tree on ${reason.date}${afterColon(reason.text)}`;
    case 'unreadable':
      return `the port could not be read${afterColon(reason.text)}`;
    case 'unmet-dependency':
      return `needs ${cleanLine(reason.pattern)} from ${reason.on}, which cannot be had${afterColon(reason.because)}`;
    case 'cycle':
      return `in a dependency cycle: ${reason.path.join(' → ')}`;
    case 'needs-left-out':
      return needsLeftOutText(reason);
    case 'name-taken':
      return `its package would be named ${reason.name} like that of ${reason.by}, and only one of them can be installed`;
    default:
      return unreachable(reason);
  }
}

/** The whole chain down to the port that is left out for a reason of its own. */
function needsLeftOutText(reason: Extract<LeftOutReason, {kind: 'needs-left-out'}>): string {
  const needs = [`needs ${reason.on}`];
  let {on, because} = reason;
  while (because.kind === 'needs-left-out') {
    ({on, because} = because);
    needs.push(`needs ${on}`);
  }
  return `${needs.join(', which ')}, which is left out: ${leftOutReasonText(because, portDirectory(on))}`;
}

function afterColon(text: string): string {
  const clean = cleanLine(text);
  return clean === '' ? '' : `: ${clean}`;
}
