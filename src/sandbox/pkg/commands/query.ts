import {ok} from '../../../model/result.js';
import {readOptions} from '../command-options.js';
import {databaseExists, readPackages, type Packages} from '../database.js';
import type {Installed} from '../manifest.js';
import {misuse, type Attempt} from '../problem.js';
import {parseQueryFormat, type Neighbours, type QueryFormat} from '../query-format.js';
import {select, selectionFrom} from '../selection.js';
import type {Session} from '../session.js';

const usage = 'pkg query [-aCgix] [-F FILE] FORMAT [NAME…]';
const long = {all: 'a', 'case-sensitive': 'C', file: 'F', glob: 'g', 'case-insensitive': 'i', regex: 'x'};

/** `pkg query`: prints a format for packages that are installed, or for a package file. */
export async function query(session: Session, args: readonly string[]): Promise<Attempt<number>> {
  const options = readOptions(args, 'aCF:gix', long);
  if (!options.ok) return options;
  const [format, ...patterns] = options.value.operands;
  const file = options.value.value('F');
  const selection = selectionFrom(options.value, 'exact');
  const wantsAll = selection.kind === 'all';
  const misused =
    wantsAll || file !== undefined
      ? patterns.length > 0
      : patterns.length === 0 && selection.kind !== 'exact';
  if (format === undefined || misused) return misuse(usage);
  const parsed = parseQueryFormat(format);
  if (!parsed.ok) return parsed;
  if (file !== undefined) return queryFile(session, file, parsed.value);

  const {databaseDirectory} = session.settings;
  if (!databaseExists(databaseDirectory)) {
    session.output.warn('No packages installed');
    return ok(0);
  }
  const read = readPackages(databaseDirectory);
  if (!read.ok) return read;
  const chosen =
    patterns.length === 0
      ? read.value
      : patterns.flatMap((pattern) => select(read.value, pattern, selection));
  const neighbours = neighbourhood(read.value);
  for (const one of chosen) printRows(session, parsed.value, one, neighbours(one));
  return ok(chosen.length === 0 && patterns.length > 0 ? 1 : 0);
}

function printRows(session: Session, format: QueryFormat, one: Installed, neighbours: Neighbours): void {
  for (const line of format.render(one, neighbours)) session.output.print(`${line}\n`);
}

async function queryFile(session: Session, path: string, format: QueryFormat): Promise<Attempt<number>> {
  const {readPackageFile} = await import('../package-file.js');
  const file = readPackageFile(path);
  if (!file.ok) return file;
  const one: Installed = {...file.value.manifest, automatic: false, locked: false, vital: false, time: 0};
  printRows(session, format, one, {dependents: [], versionOf: () => undefined});
  return ok(0);
}

/** Who needs whom, worked out only when a format asks for it. */
function neighbourhood(packages: Packages): (one: Installed) => Neighbours {
  const versions = new Map(packages.map(({name, version}) => [name, version]));
  let dependents: Map<string, Installed[]> | undefined;
  const dependentsOf = (name: string): readonly Installed[] => {
    if (dependents === undefined) {
      dependents = new Map();
      for (const one of packages) {
        for (const needed of Object.keys(one.deps)) {
          const list = dependents.get(needed);
          if (list === undefined) dependents.set(needed, [one]);
          else list.push(one);
        }
      }
    }
    return dependents.get(name) ?? [];
  };
  return (one) => ({
    get dependents() {
      return dependentsOf(one.name);
    },
    versionOf: (name) => versions.get(name),
  });
}
