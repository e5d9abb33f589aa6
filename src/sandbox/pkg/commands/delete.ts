import {ok} from '../../../model/result.js';
import {readOptions, type CommandOptions} from '../command-options.js';
import {databaseExists, withWriter, type Packages, type Writer} from '../database.js';
import type {Installed} from '../manifest.js';
import {misuse, type Attempt} from '../problem.js';
import {messageFor} from '../scripts.js';
import {select, selectionFrom} from '../selection.js';
import {label, type Session} from '../session.js';
import {takeOut} from '../swap.js';

const usage = 'pkg delete [-aCDfginqxy] NAME…';
const long = {
  all: 'a',
  'no-scripts': 'D',
  force: 'f',
  glob: 'g',
  'dry-run': 'n',
  quiet: 'q',
  regex: 'x',
  yes: 'y',
};

/** What pkg(8) exits with when nothing could be removed because of locks. */
const lockedStatus = 7;

/** `pkg delete`: removes packages, and without `-f` those that need them, too. Locked and vital ones stay. */
export function remove(session: Session, args: readonly string[]): Attempt<number> {
  const options = readOptions(args, 'aCDfginqRxy', long);
  if (!options.ok) return options;
  const selection = selectionFrom(options.value, 'exact');
  if (options.value.operands.length === 0 && selection.kind !== 'all') return misuse(usage);
  const {databaseDirectory} = session.settings;
  if (!databaseExists(databaseDirectory)) {
    session.output.warn('No packages installed.  Nothing to do!');
    return ok(0);
  }
  return withWriter(databaseDirectory, 'advisory', (writer) => removeAll(session, writer, options.value));
}

function removeAll(session: Session, writer: Writer, options: CommandOptions): Attempt<number> {
  const {output} = session;
  const quiet = options.has('q');
  const print = (text: string): void => {
    if (!quiet) output.print(text);
  };
  const {operands} = options;
  const selection = selectionFrom(
    options,
    operands.some((operand) => operand.includes('*')) ? 'glob' : 'exact',
  );
  const asked = new Set<Installed>();
  for (const operand of selection.kind === 'all' ? [''] : operands) {
    const chosen = select(writer.packages, operand, selection);
    if (chosen.length === 0 && selection.kind !== 'all')
      print(`No packages matched for pattern '${operand}'\n\n`);
    for (const one of chosen) asked.add(one);
  }
  print('Checking integrity... done (0 conflicting)\n');
  const recursive = !options.has('f') || options.has('R');
  const closure = (one: Installed): ReadonlySet<Installed> =>
    recursive ? withDependents(writer.packages, new Set([one])) : new Set([one]);
  // What a locked package needs stays with it.
  const isKept = (one: Installed): boolean => one.locked || one.vital;
  const removed = new Set([...asked].map(closure).flatMap((all) => ([...all].some(isKept) ? [] : [...all])));
  const kept = new Set([...asked].flatMap((one) => [...closure(one)].filter(isKept)));
  if (kept.size > 0) {
    output.print('The following package(s) are locked or vital and may not be removed:\n\n');
    for (const one of kept) output.print(`\t${one.name} (${one.locked ? 'locked' : 'vital'})\n`);
    output.print('\n');
  }
  const removable = dependentsFirst([...removed]);
  if (removable.length === 0) {
    if (operands.length === 0) {
      print('Nothing to do.\n');
      return ok(0);
    }
    print(
      `${operands.length} packages requested for removal: ${kept.size} locked, ${operands.length - kept.size} missing\n`,
    );
    return ok(kept.size > 0 ? lockedStatus : 1);
  }
  const count = removable.length;
  print(
    `Deinstallation has been requested for the following ${count} packages (of 0 packages in the universe):\n\n` +
      'Installed packages to be REMOVED:\n',
  );
  for (const one of removable.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
    print(`\t${nameAndVersion(one)}\n`);
  print(`\nNumber of packages to be removed: ${count}\n`);
  if (options.has('n')) return ok(0);
  if (!options.has('y')) {
    print('\nProceed with deinstalling packages? [y/N]: ');
    return ok(quiet ? 1 : 0);
  }
  let messages = '';
  for (const [index, one] of removable.entries()) {
    const step = `[${index + 1}/${count}] `;
    print(`${step}Deinstalling ${label(one)}...\n`);
    const files = Object.keys(one.files).length;
    takeOut(session, writer, one, {
      scripts: !options.has('D'),
      progress: quiet
        ? undefined
        : `${step}Deleting files for ${label(one)}: ${'.'.repeat(Math.min(10, files))} done\n`,
    });
    messages += messageFor(one, 'remove');
  }
  print(messages);
  return ok(0);
}

const nameAndVersion = ({name, version}: Installed): string => `${name}: ${version}`;

function withDependents(packages: Packages, asked: ReadonlySet<Installed>): ReadonlySet<Installed> {
  const all = new Set(asked);
  for (const one of all) {
    for (const other of packages) if (Object.hasOwn(other.deps, one.name)) all.add(other);
  }
  return all;
}

/** The packages so that each goes before those that it needs. */
function dependentsFirst(packages: Packages): Packages {
  const waiting = new Map(packages.map((one) => [one.name, one]));
  const ordered: Installed[] = [];
  const visit = (one: Installed): void => {
    if (!waiting.delete(one.name)) return;
    for (const other of packages) if (Object.hasOwn(other.deps, one.name)) visit(other);
    ordered.push(one);
  };
  for (const one of packages) visit(one);
  return ordered;
}
