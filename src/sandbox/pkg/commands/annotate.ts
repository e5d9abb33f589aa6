import {readFileSync} from 'node:fs';
import {ok} from '../../../model/result.js';
import {readOptions} from '../command-options.js';
import {databaseExists, readPackages, withWriter, type Packages} from '../database.js';
import type {Installed} from '../manifest.js';
import {misuse, type Attempt} from '../problem.js';
import {select, selectionFrom} from '../selection.js';
import {label, type Session} from '../session.js';

const usage = 'pkg annotate [-aCgiqxy] -A|-M|-D|-S NAME TAG [VALUE]';
const long = {
  all: 'a',
  add: 'A',
  delete: 'D',
  glob: 'g',
  modify: 'M',
  quiet: 'q',
  show: 'S',
  regex: 'x',
  yes: 'y',
};

/** `pkg annotate`: the user's own notes on packages. A value that is not given is read from stdin. */
export function annotate(session: Session, args: readonly string[]): Attempt<number> {
  const options = readOptions(args, 'aACDgiMqSxy', long);
  if (!options.ok) return options;
  const selection = selectionFrom(options.value, 'exact');
  const operands = selection.kind === 'all' ? ['', ...options.value.operands] : options.value.operands;
  const [pattern, tag, value] = operands;
  const action = options.value.last('AMDS');
  if (action === undefined || pattern === undefined || tag === undefined) return misuse(usage);
  const {databaseDirectory} = session.settings;
  const quiet = options.value.has('q');
  if (!databaseExists(databaseDirectory)) {
    if (!quiet && selection.kind !== 'all') session.output.warn('No packages installed.  Nothing to do!');
    return ok(0);
  }
  if (action === 'S') {
    const read = readPackages(databaseDirectory);
    if (!read.ok) return read;
    show(session, select(read.value, pattern, selection), tag, quiet);
    return ok(0);
  }
  const text = value ?? (action === 'D' ? '' : readFileSync(0, 'utf8'));
  return withWriter(databaseDirectory, 'advisory', (writer) => {
    let status = 0;
    const chosen = new Set(select(writer.packages, pattern, selection));
    const changed = writer.packages.map((one) => {
      if (!chosen.has(one)) return one;
      const result = change(one, action, tag, text);
      if (quiet) status = result.done ? status : 1;
      else if (result.done) session.output.print(`${label(one)}: ${result.text}\n`);
      else {
        status = 1;
        session.output.warn(`${label(one)}: ${result.text}\n`);
      }
      return result.one;
    });
    if (chosen.size > 0) writer.save(changed);
    return ok(status);
  });
}

function show(session: Session, packages: Packages, tag: string, quiet: boolean): void {
  for (const one of packages) {
    if (!Object.hasOwn(one.annotations, tag)) continue;
    const value = one.annotations[tag] ?? '';
    session.output.print(quiet ? `${value}\n` : `${label(one)}: Tag: ${tag} Value: ${value}\n`);
  }
}

function change(
  one: Installed,
  action: string,
  tag: string,
  value: string,
): {readonly one: Installed; readonly done: boolean; readonly text: string} {
  const present = Object.hasOwn(one.annotations, tag);
  if (action === 'D') {
    if (!present)
      return {one, done: false, text: `Cannot delete annotation tagged: ${tag} -- because there is none`};
    const annotations = Object.fromEntries(Object.entries(one.annotations).filter(([name]) => name !== tag));
    return {one: {...one, annotations}, done: true, text: `Deleted annotation tagged: ${tag}`};
  }
  if (action === 'A' && present) return {one, done: false, text: `Cannot add annotation tagged: ${tag}`};
  return {
    one: {...one, annotations: {...one.annotations, [tag]: value}},
    done: true,
    text: `${action === 'A' ? 'added annotation' : 'Modified annotation'} tagged: ${tag}`,
  };
}
