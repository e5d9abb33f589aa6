import {ok} from '../../../model/result.js';
import {meetsPattern, parsePackagePattern} from '../../../model/version.js';
import {readOptions, type CommandOptions} from '../command-options.js';
import {databaseExists, readPackages, type Packages} from '../database.js';
import type {Installed} from '../manifest.js';
import {misuse, type Attempt} from '../problem.js';
import {select, selectionFrom} from '../selection.js';
import type {Session} from '../session.js';
import {describe, requestedFields} from '../info-text.js';

const usage = 'pkg info [-AabBCDdEefgIiklOopqrsx] [-F FILE] [PATTERN…]';
const long = {
  all: 'a',
  annotations: 'A',
  'provided-shlibs': 'b',
  'required-shlibs': 'B',
  'case-sensitive': 'C',
  dependencies: 'd',
  'pkg-message': 'D',
  exists: 'e',
  'show-name-only': 'E',
  full: 'f',
  file: 'F',
  glob: 'g',
  'case-insensitive': 'i',
  comment: 'I',
  locked: 'k',
  'list-files': 'l',
  origin: 'o',
  'by-origin': 'O',
  prefix: 'p',
  quiet: 'q',
  'required-by': 'r',
  size: 's',
  regex: 'x',
};

/** `pkg info`: whether packages are installed, and what is known of them. Patterns are globs, with bounds on the version. */
export async function info(session: Session, args: readonly string[]): Promise<Attempt<number>> {
  const options = readOptions(args, 'aAbBCdDeEfF:giIkloOpqrsx', long);
  if (!options.ok) return options;
  const {operands} = options.value;
  const quiet = options.value.has('q');
  const bare = args.length === 0 || (args.length === 1 && quiet);
  const selection = bare ? ({kind: 'all', ignoreCase: false} as const) : selectionFrom(options.value, 'glob');
  const file = options.value.value('F');
  if (file !== undefined) return infoOfFile(session, file, options.value);
  const byOrigin = options.value.has('O');
  if (operands.length === 0 && selection.kind !== 'all') return byOrigin ? ok(0) : misuse(usage);

  const {databaseDirectory} = session.settings;
  if (!databaseExists(databaseDirectory)) {
    if (selection.kind === 'all' || byOrigin) return ok(0);
    if (!quiet) session.output.warn('No packages installed');
    return ok(1);
  }
  const read = readPackages(databaseDirectory);
  if (!read.ok) return read;
  const fields = requestedFields(options.value, {
    all: selection.kind === 'all',
    single: operands.length === 1 && !/[*[\]{}()]/.test(operands[0] ?? '') && selection.kind === 'glob',
  });
  let status = 0;
  for (const operand of selection.kind === 'all' ? [''] : operands) {
    const text = operand.replace(/\/$/, '');
    const pattern = parsePackagePattern(text) ?? {name: text, bounds: []};
    const {name} = pattern;
    const chosen = select(read.value, name, selection).filter((one) => meetsPattern(pattern, one.version));
    if (!options.value.has('e')) {
      for (const one of chosen) session.output.print(describe(one, read.value, fields));
    }
    if (chosen.length === 0 && selection.kind !== 'all' && !byOrigin) {
      if (!quiet && !options.value.has('e')) session.output.warn(`No package(s) matching ${name}`);
      status = 1;
    }
  }
  return ok(status);
}

async function infoOfFile(session: Session, path: string, options: CommandOptions): Promise<Attempt<number>> {
  const {readPackageFile} = await import('../package-file.js');
  const file = readPackageFile(path);
  if (!file.ok) return file;
  const one: Installed = {...file.value.manifest, automatic: false, locked: false, vital: false, time: 0};
  const nobody: Packages = [];
  session.output.print(describe(one, nobody, requestedFields(options, {all: false, single: true})));
  return ok(0);
}
