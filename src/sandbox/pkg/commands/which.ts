import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import {ok} from '../../../model/result.js';
import {readOptions} from '../command-options.js';
import {readPackages, type Packages} from '../database.js';
import type {Installed} from '../manifest.js';
import {misuse, type Attempt} from '../problem.js';
import {globToRegExp} from '../selection.js';
import {label, type Session} from '../session.js';

const usage = 'pkg which [-gopq] PATH…';
const long = {glob: 'g', origin: 'o', 'path-search': 'p', quiet: 'q', 'show-match': 'm'};

/** `pkg which`: the package that a file belongs to. The exit status is that of the last path, as in pkg(8). */
export function which(session: Session, args: readonly string[]): Attempt<number> {
  const options = readOptions(args, 'gopqm', long);
  if (!options.ok) return options;
  const {operands} = options.value;
  if (operands.length === 0) return misuse(usage);
  const read = readPackages(session.settings.databaseDirectory);
  if (!read.ok) return read;
  const quiet = options.value.has('q');
  const print = (path: string, owner: Installed): void => {
    const text = options.value.has('o') ? owner.origin : label(owner);
    session.output.print(quiet ? `${text}\n` : `${path} was installed by package ${text}\n`);
  };
  let status = 1;
  for (const operand of operands) {
    status = 1;
    for (const path of pathsFor(operand, options.value.has('p'), options.value.has('g'))) {
      const owners = options.value.has('g') ? ownersByGlob(read.value, path) : ownersOf(read.value, path);
      for (const [file, owner] of owners) print(file, owner);
      if (owners.length > 0) status = 0;
      if (status !== 0 && !quiet) session.output.print(`${path} was not found in the database\n`);
    }
  }
  return ok(status);
}

/** The absolute paths an operand stands for; with `-p` a bare name is looked for along PATH. */
function pathsFor(operand: string, searchPath: boolean, glob: boolean): readonly string[] {
  if (searchPath && !/^[./]/.test(operand)) {
    const found = (process.env['PATH'] ?? '')
      .split(':')
      .map((folder) => `${folder}/${operand}`)
      .filter((path) => existsSync(path));
    if (found.length > 0) return [...new Set(found.map((path) => resolve(path)))];
  }
  return [glob ? operand : resolve(operand)];
}

type Owned = readonly (readonly [string, Installed])[];

function ownersOf(packages: Packages, path: string): Owned {
  return packages.filter((one) => Object.hasOwn(one.files, path)).map((one) => [path, one] as const);
}

function ownersByGlob(packages: Packages, pattern: string): Owned {
  const expression = globToRegExp(pattern);
  return packages.flatMap((one) =>
    Object.keys(one.files)
      .filter((path) => expression.test(path))
      .map((path) => [path, one] as const),
  );
}
