import {existsSync, readFileSync, realpathSync, statSync} from 'node:fs';
import {readdir} from 'node:fs/promises';
import {join, relative, resolve} from 'node:path';
import {distance} from 'fastest-levenshtein';
import type {Failure} from '../model/failure.js';
import {parseOrigin, portDirectory, type PortOrigin} from '../model/origin.js';
import {packageLabel, type InstalledPackage} from '../model/package.js';
import {fail, ok, type Result} from '../model/result.js';
import {isGlob, portMatcher} from '../util/glob.js';

export interface OperandContext {
  readonly packages: readonly InstalledPackage[];
  readonly portsDirectory: string;
  readonly workingDirectory: string;
}

/** Turns operands into origins; all that mean nothing are reported at once, each with the nearest names. */
export async function resolveOperands(
  operands: readonly string[],
  context: OperandContext,
): Promise<Result<PortOrigin[]>> {
  const origins = new Set<PortOrigin>();
  const failures: Failure[] = [];
  const isInTree = treeLookup(context.portsDirectory);
  for (const operand of operands) {
    const found = originsOf(operand, context, isInTree);
    if (found.length === 0) failures.push(await noSuchPort(operand, context));
    for (const origin of found) origins.add(origin);
  }
  return failures.length > 0 ? fail(...failures) : ok([...origins]);
}

function originsOf(operand: string, context: OperandContext, isInTree: TreeLookup): PortOrigin[] {
  const {packages} = context;
  if (/^(\.|\.\.|\.\.?\/.*|\/.*)$/.test(operand)) return ofDirectory(operand, context);
  if (isGlob(operand)) {
    const matches = portMatcher(operand);
    return packages.filter((item) => matches(item)).map(({origin}) => origin);
  }
  const named = packages.filter((item) => item.name === operand || packageLabel(item) === operand);
  if (named.length > 0) return named.map(({origin}) => origin);
  const origin = parseOrigin(operand.replace(/\/$/, ''));
  if (origin === undefined) return operand.includes('/') ? ofDirectory(operand, context) : [];
  const installed = packages.filter(
    (item) => item.origin === origin || portDirectory(item.origin) === origin,
  );
  if (installed.length > 0) return installed.map((item) => item.origin);
  return isInTree(portDirectory(origin)) ? [origin] : [];
}

/** A directory of the ports tree, wherever it is named from. */
function ofDirectory(
  operand: string,
  {packages, portsDirectory, workingDirectory}: OperandContext,
): PortOrigin[] {
  const [path = '', flavor] = operand.split('@');
  let below: string;
  try {
    below = relative(realpathSync(portsDirectory), realpathSync(resolve(workingDirectory, path)));
  } catch {
    return []; // No such directory.
  }
  const origin = parseOrigin(flavor === undefined ? below : `${below}@${flavor}`);
  if (origin === undefined) return [];
  const installed = packages.filter((item) => portDirectory(item.origin) === origin);
  return installed.length > 0 ? installed.map((item) => item.origin) : [origin];
}

/** The failure for an operand that means nothing here. */
export async function noSuchPort(operand: string, context: OperandContext): Promise<Failure> {
  return {kind: 'no-such-port', operand, nearest: await nearestNames(operand, context)};
}

/** At most five names that the user may have meant: ports of that name in any category, then names that look alike. */
async function nearestNames(operand: string, {packages, portsDirectory}: OperandContext): Promise<string[]> {
  const bare = operand.replace(/@.*$/, '').replace(/\/$/, '');
  const name = bare.slice(bare.lastIndexOf('/') + 1);
  const inTree: string[] = [];
  if (/^[A-Za-z0-9][A-Za-z0-9+_.-]*$/.test(name)) {
    for (const category of await directoriesIn(portsDirectory)) {
      const origin = `${category}/${name}`;
      const makefile = join(portsDirectory, origin, 'Makefile');
      if (statSync(makefile, {throwIfNoEntry: false})?.isFile() === true) inTree.push(origin);
    }
  }
  const category = bare.includes('/') ? parseOrigin(bare)?.split('/')[0] : undefined;
  const neighbours =
    category === undefined
      ? packages.map((item) => item.name)
      : [
          ...packages.map(({origin}) => origin),
          ...(await directoriesIn(join(portsDirectory, category))).map((port) => `${category}/${port}`),
        ];
  const alike = [...new Set(neighbours)]
    .map((candidate) => ({candidate, far: distance(bare, candidate)}))
    .filter(({candidate, far}) => far <= Math.max(2, candidate.length / 4))
    .sort((a, b) => a.far - b.far || (a.candidate < b.candidate ? -1 : 1))
    .map(({candidate}) => candidate);
  return [...new Set([...inTree, ...alike])].slice(0, 5);
}

async function directoriesIn(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, {withFileTypes: true});
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    return []; // Only for suggestions: nothing there, nothing to suggest.
  }
}

type TreeLookup = (directory: PortOrigin) => boolean;

/** Whether the tree has a port today, or had it once: looks for its directory, and else for a line about it in MOVED, which is read only when it is needed. */
function treeLookup(portsDirectory: string): TreeLookup {
  let moved: string | undefined;
  return (directory) => {
    if (existsSync(join(portsDirectory, directory, 'Makefile'))) return true;
    const path = join(portsDirectory, 'MOVED');
    moved ??= existsSync(path) ? `\n${readFileSync(path, 'utf8')}` : '';
    return moved.includes(`\n${directory}|`) || moved.includes(`\n${directory}@`);
  };
}
