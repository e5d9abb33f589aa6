import {ok} from '../../../model/result.js';
import {readOptions} from '../command-options.js';
import {databaseExists, readPackages, type Packages} from '../database.js';
import type {Installed} from '../manifest.js';
import {problem, type Attempt} from '../problem.js';
import {select, selectionFrom} from '../selection.js';
import {label, type Session} from '../session.js';
import {systemLibraries} from '../shared-libraries.js';
import {checksumOnDisk} from '../staged-files.js';

const long = {
  all: 'a',
  dependencies: 'd',
  glob: 'g',
  'dry-run': 'n',
  checksums: 's',
  quiet: 'q',
  regex: 'x',
  yes: 'y',
};

/**
 * `pkg check`: with `-s` whether files are as they were installed, with `-d` whether dependencies and libraries are there.
 * As in pkg(8) `-dn` tells of missing dependencies and still exits 0; without `-n` it exits 1, there being no repository
 * to get them from.
 */
export function check(session: Session, args: readonly string[]): Attempt<number> {
  const options = readOptions(args, 'aBCdgimnqrsvxy', long);
  if (!options.ok) return options;
  const {output, settings} = session;
  const {operands} = options.value;
  const quiet = options.value.has('q');
  const dependencies = options.value.has('d');
  const checksums = options.value.has('s') || !dependencies;
  const chosenKind = selectionFrom(options.value, 'exact');
  const selection = operands.length === 0 ? {...chosenKind, kind: 'all' as const} : chosenKind;
  if (!databaseExists(settings.databaseDirectory)) {
    if (!quiet) output.warn('No packages installed.  Nothing to do!');
    return ok(0);
  }
  const read = readPackages(settings.databaseDirectory);
  if (!read.ok) return read;
  let status = 0;
  for (const operand of selection.kind === 'all' ? [''] : operands) {
    const chosen = select(read.value, operand, selection);
    if (chosen.length === 0 && selection.kind !== 'all') return problem(`No packages matching: ${operand}`);
    const title = selection.kind === 'all' ? 'all packages' : operand;
    if (!quiet) output.print(`Checking ${title}: ${'.'.repeat(Math.min(10, chosen.length))} done\n`);
    if (checksums && chosen.filter((one) => !filesAreIntact(session, one)).length > 0) status = 1;
    if (!dependencies) continue;
    const missing = missingOf(chosen, read.value, quiet);
    output.print(missing.text);
    if (missing.packages > 0 && !options.value.has('n')) {
      output.print('\n>>> Missing package dependencies were detected.\n');
      output.print(`>>> Found ${missing.packages} issue(s) in the package database.\n\n`);
      return problem('No active remote repositories configured');
    }
  }
  return ok(status);
}

function filesAreIntact({output}: Session, one: Installed): boolean {
  let intact = true;
  for (const [path, file] of Object.entries(one.files)) {
    const sum = checksumOnDisk(path);
    if (sum === file.sum) continue;
    intact = false;
    output.complain(`${label(one)}: ${sum === undefined ? 'missing file' : 'checksum mismatch for'} ${path}`);
  }
  return intact;
}

function missingOf(
  chosen: Packages,
  all: Packages,
  quiet: boolean,
): {readonly packages: number; readonly text: string} {
  const names = new Set(all.map(({name}) => name));
  const libraries = new Set(all.flatMap((one) => one.shlibs_provided));
  const base = systemLibraries();
  const missing = new Set<string>();
  const lines: string[] = [];
  for (const one of chosen) {
    for (const name of Object.keys(one.deps)) {
      if (names.has(name)) continue;
      missing.add(name);
      lines.push(quiet ? `${one.name}\t${name}` : `${one.name} has a missing dependency: ${name}`);
    }
    for (const library of one.shlibs_required) {
      if (libraries.has(library) || base.has(library)) continue;
      lines.push(
        quiet
          ? `${one.name}\t${library}`
          : `${one.name} depends on a missing or unregistered shared library: ${library}`,
      );
    }
  }
  return {packages: missing.size, text: lines.map((line) => `${line}\n`).join('')};
}
