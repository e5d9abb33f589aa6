import {statSync} from 'node:fs';
import {ok} from '../../../model/result.js';
import {readOptions, type CommandOptions} from '../command-options.js';
import {withWriter, type Writer} from '../database.js';
import {readPackageFile, type PackageFile} from '../package-file.js';
import {misuse, problem, type Attempt} from '../problem.js';
import {label, type Session} from '../session.js';
import {swapIn} from '../swap.js';

const usage = 'pkg install [-AfIMnqUy] FILE…';
const long = {
  automatic: 'A',
  force: 'f',
  'no-scripts': 'I',
  'ignore-missing': 'M',
  'dry-run': 'n',
  quiet: 'q',
  'no-repo-update': 'U',
  yes: 'y',
};

/** `pkg install`: puts package files in place, over whatever version is there. There are no repositories in a sandbox. */
export function install(session: Session, args: readonly string[]): Attempt<number> {
  const options = readOptions(args, 'AfIMnqUy', long);
  if (!options.ok) return options;
  if (options.value.operands.length === 0) return misuse(usage);
  const packages: PackageFile[] = [];
  for (const operand of options.value.operands) {
    const file = isFile(operand) ? readPackageFile(operand) : notAvailable(operand);
    if (!file.ok) return file;
    packages.push(file.value);
  }
  return withWriter(session.settings.databaseDirectory, 'advisory', (writer) =>
    installAll(session, writer, packages, options.value),
  );
}

const notAvailable = (operand: string): Attempt<PackageFile> =>
  problem(`No packages available to install matching '${operand}' have been found in the repositories`);

function isFile(path: string): boolean {
  return statSync(path, {throwIfNoEntry: false})?.isFile() ?? false;
}

function installAll(
  session: Session,
  writer: Writer,
  packages: readonly PackageFile[],
  options: CommandOptions,
): Attempt<number> {
  const {output} = session;
  const known = new Set(
    [...writer.packages, ...packages.map(({manifest}) => manifest)].map(({name}) => name),
  );
  for (const {manifest} of packages) {
    const missing = Object.keys(manifest.deps).find((name) => !known.has(name));
    if (missing !== undefined && !options.has('M')) {
      return problem(`${manifest.name} has a missing dependency: ${missing}`);
    }
  }
  const ordered = inOrder(packages);
  const quiet = options.has('q');
  const print = (text: string): void => {
    if (!quiet) output.print(text);
  };
  print('Checking integrity... done (0 conflicting)\n');
  print(`The following ${ordered.length} package(s) will be affected (of 0 checked):\n\n`);
  print('New packages to be INSTALLED:\n');
  for (const {manifest} of ordered) print(`\t${manifest.name}: ${manifest.version}\n`);
  print(`\nNumber of packages to be installed: ${ordered.length}\n`);
  if (options.has('n')) return ok(options.has('y') ? 0 : 1);
  if (!options.has('y')) {
    print('\nProceed with this action? [y/N]: ');
    return ok(1);
  }
  let messages = '';
  for (const [index, one] of ordered.entries()) {
    const step = `[${index + 1}/${ordered.length}] `;
    print(`${step}Installing ${label(one.manifest)}...\n`);
    const swapped = swapIn(session, writer, one, {
      automatic: options.has('A'),
      scripts: !options.has('I'),
      removeOld: true,
      overwrite: false,
      progress: quiet ? undefined : index + 1 < ordered.length ? step : '',
    });
    if (!swapped.ok) return swapped;
    messages += swapped.value;
  }
  print(messages);
  return ok(0);
}

/** The packages so that each comes after those of them that it needs. */
function inOrder(packages: readonly PackageFile[]): readonly PackageFile[] {
  const waiting = new Map(packages.map((one) => [one.manifest.name, one]));
  const ordered: PackageFile[] = [];
  const visit = (name: string): void => {
    const one = waiting.get(name);
    if (one === undefined) return;
    waiting.delete(name);
    for (const needed of Object.keys(one.manifest.deps)) visit(needed);
    ordered.push(one);
  };
  for (const {manifest} of packages) visit(manifest.name);
  return ordered;
}
