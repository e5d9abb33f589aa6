import {ok} from '../../../model/result.js';
import {readOptions} from '../command-options.js';
import {databaseExists, readPackages, withWriter} from '../database.js';
import {misuse, type Attempt} from '../problem.js';
import {select, selectionFrom} from '../selection.js';
import {label, type Session} from '../session.js';

const usage = 'pkg lock|unlock [-aCgilqxy] NAME…';
const long = {all: 'a', glob: 'g', 'show-locked': 'l', quiet: 'q', regex: 'x', yes: 'y'};

/** `pkg lock` and `pkg unlock`. With several names the exit status is that of the last one, as in pkg(8). */
export function lock(session: Session, args: readonly string[], locked: boolean): Attempt<number> {
  const options = readOptions(args, 'aCgilqxy', long);
  if (!options.ok) return options;
  const {operands} = options.value;
  const selection = selectionFrom(options.value, 'exact');
  const showsList = options.value.has('l');
  if (!showsList && operands.length === 0 && selection.kind !== 'all') return misuse(usage);
  const {databaseDirectory} = session.settings;
  const quiet = options.value.has('q');
  if (!databaseExists(databaseDirectory)) {
    if (!quiet && selection.kind !== 'all') session.output.warn('No packages installed.  Nothing to do!');
    return ok(0);
  }
  if (operands.length === 0 && selection.kind !== 'all') return listLocked(session, quiet);
  const done = withWriter(databaseDirectory, 'advisory', (writer) => {
    let status = 0;
    for (const operand of selection.kind === 'all' ? [''] : operands) {
      const chosen = new Set(select(writer.packages, operand, selection));
      status = chosen.size === 0 ? 1 : 0;
      for (const one of chosen) {
        if (one.locked !== locked && !options.value.has('y')) {
          session.output.print(`${label(one)}: ${locked ? 'lock' : 'unlock'} this package? [y/N]: `);
          chosen.delete(one);
        } else if (!quiet) {
          session.output.print(
            one.locked === locked
              ? `${label(one)}: already ${locked ? 'locked' : 'unlocked'}\n`
              : `${locked ? 'Locking' : 'Unlocking'} ${label(one)}\n`,
          );
        }
      }
      if (chosen.size > 0)
        writer.save(writer.packages.map((one) => (chosen.has(one) ? {...one, locked} : one)));
    }
    return ok(status);
  });
  return done.ok && showsList ? listLocked(session, quiet) : done;
}

function listLocked(session: Session, quiet: boolean): Attempt<number> {
  const read = readPackages(session.settings.databaseDirectory);
  if (!read.ok) return read;
  const locked = read.value.filter((one) => one.locked);
  if (!quiet) {
    session.output.print(
      locked.length > 0 ? 'Currently locked packages:\n' : 'No locked packages were found\n',
    );
  }
  for (const one of locked) session.output.print(`${label(one)}\n`);
  return ok(locked.length > 0 ? 0 : 1);
}
