import {ok} from '../../../model/result.js';
import {readOptions, type CommandOptions} from '../command-options.js';
import {databaseExists, withWriter, type Writer} from '../database.js';
import type {Installed, Manifest} from '../manifest.js';
import {misuse, problem, type Attempt} from '../problem.js';
import {select, selectionFrom} from '../selection.js';
import {label, type Session} from '../session.js';

const usage = 'pkg set [-aCgixy] [-A 0|1] [-v 0|1] NAME… | pkg set [-y] -n OLD:NEW | pkg set [-y] -o OLD:NEW';
const long = {
  automatic: 'A',
  all: 'a',
  'change-origin': 'o',
  'change-name': 'n',
  vital: 'v',
  yes: 'y',
  glob: 'g',
  regex: 'x',
};

/** `pkg set`: the automatic and the vital flag; another name or origin, in the records of dependents as well. */
export function set(session: Session, args: readonly string[]): Attempt<number> {
  const options = readOptions(args, 'A:aCgio:xyn:v:', long);
  if (!options.ok) return options;
  const renames = options.value.values('n').length + options.value.values('o').length;
  const flags = {automatic: options.value.value('A'), vital: options.value.value('v')};
  for (const [letter, flag] of [
    ['A', flags.automatic],
    ['v', flags.vital],
  ] as const) {
    if (flag !== undefined && !/^[01]/.test(flag)) {
      return problem(`Wrong value for -${letter}. Expecting 0 or 1, got: ${flag}`);
    }
  }
  const setsFlag = flags.automatic !== undefined || flags.vital !== undefined;
  const wantsAll = selectionFrom(options.value, 'exact').kind === 'all';
  if (renames > 1 || (renames === 0 && (!setsFlag || (options.value.operands.length === 0 && !wantsAll)))) {
    return misuse(usage);
  }
  const rename = renames === 0 ? undefined : readRename(options.value);
  if (rename?.ok === false) return rename;
  if (!databaseExists(session.settings.databaseDirectory)) {
    if (renames === 0) session.output.warn('No packages installed.  Nothing to do!');
    return ok(0);
  }
  return withWriter(session.settings.databaseDirectory, 'exclusive', (writer) =>
    rename === undefined
      ? setFlags(session, writer, options.value, flags)
      : applyRename(writer, rename.value, options.value),
  );
}

interface Rename {
  readonly field: 'name' | 'origin';
  readonly from: string;
  readonly to: string;
}

function readRename(options: CommandOptions): Attempt<Rename> {
  const field = options.has('n') ? 'name' : 'origin';
  const value = options.value(field === 'name' ? 'n' : 'o') ?? '';
  const at = value.lastIndexOf(':');
  if (at < 0) {
    return problem(`Wrong format for -${field.charAt(0)}. Expecting old${field}:new${field}, got: ${value}`);
  }
  return ok({field, from: value.slice(0, at), to: value.slice(at + 1)});
}

function applyRename(writer: Writer, rename: Rename, options: CommandOptions): Attempt<number> {
  if (!options.has('y')) return ok(0); // nobody is there to be asked
  const {field, from, to} = rename;
  const isHere = writer.packages.some((one) => one[field] === from);
  if (field === 'name' && isHere && from !== to && writer.packages.some(({name}) => name === to)) {
    return problem(`cannot rename ${from}: there is already a package named ${to}`);
  }
  writer.save(
    writer.packages.map((one) => ({
      ...one,
      ...(one[field] === from ? {[field]: to} : {}),
      deps: renamedDependencies(one.deps, rename),
    })),
  );
  return ok(0);
}

function renamedDependencies(deps: Manifest['deps'], {field, from, to}: Rename): Manifest['deps'] {
  return Object.fromEntries(
    Object.entries(deps).map(([name, dependency]) => [
      field === 'name' && name === from ? to : name,
      field === 'origin' && dependency.origin === from ? {...dependency, origin: to} : dependency,
    ]),
  );
}

function setFlags(
  session: Session,
  writer: Writer,
  options: CommandOptions,
  flags: {readonly automatic: string | undefined; readonly vital: string | undefined},
): Attempt<number> {
  const selection = selectionFrom(options, 'exact');
  let packages = writer.packages;
  let status = 0;
  for (const operand of selection.kind === 'all' ? [''] : options.operands) {
    const chosen = new Set(select(packages, operand, selection));
    if (chosen.size === 0) {
      session.output.warn(`No package(s) matching ${operand}`);
      status = 1;
    }
    packages = packages.map((one) => (chosen.has(one) ? withFlags(session, one, options, flags) : one));
  }
  // As in pkg(8) nothing is changed when one of the names is unknown.
  if (status === 0 && packages.some((one, index) => one !== writer.packages[index])) writer.save(packages);
  return ok(status);
}

function withFlags(
  session: Session,
  one: Installed,
  options: CommandOptions,
  flags: {readonly automatic: string | undefined; readonly vital: string | undefined},
): Installed {
  const automatic = flags.automatic === undefined ? one.automatic : flags.automatic.startsWith('1');
  const vital = flags.vital === undefined ? one.vital : flags.vital.startsWith('1');
  if (automatic === one.automatic && vital === one.vital) return one;
  if (!options.has('y')) {
    const state =
      automatic === one.automatic
        ? vital
          ? 'vital'
          : 'not vital'
        : `${automatic ? '' : 'not '}automatically installed`;
    session.output.print(`Mark ${label(one)} as ${state}? [y/N]: `);
    return one;
  }
  return {...one, automatic, vital};
}
