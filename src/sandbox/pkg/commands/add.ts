import {existsSync} from 'node:fs';
import {ok} from '../../../model/result.js';
import {compareVersions} from '../../../model/version.js';
import {readOptions, type CommandOptions} from '../command-options.js';
import {withWriter, type Writer} from '../database.js';
import {readPackageFile} from '../package-file.js';
import {misuse, problem, type Attempt} from '../problem.js';
import {label, type Session} from '../session.js';
import {swapIn} from '../swap.js';

const usage = 'pkg add [-AfIMq] FILE…';
const long = {automatic: 'A', force: 'f', 'no-scripts': 'I', 'accept-missing': 'M', quiet: 'q'};

/**
 * `pkg add`: registers package files. As in pkg(8) an installed version that is not older stays (success, unless `-f`),
 * and files that only the replaced version had are left behind.
 */
export function add(session: Session, args: readonly string[]): Attempt<number> {
  const options = readOptions(args, 'AfIMq', long);
  if (!options.ok) return options;
  const {operands} = options.value;
  if (operands.length === 0) return misuse(usage);
  return withWriter(session.settings.databaseDirectory, 'advisory', (writer) => {
    const failed: string[] = [];
    let messages = '';
    for (const operand of operands) {
      const added = addOne(session, writer, operand, options.value);
      if (added.ok) messages += added.value;
      else {
        failed.push(operand);
        for (const {lines} of added.failures) for (const line of lines) session.output.warn(line);
      }
    }
    if (failed.length > 0) {
      session.output.print(
        `\nFailed to install the following ${failed.length} package(s): ${failed.join(', ')}\n`,
      );
    }
    if (!options.value.has('q')) session.output.print(messages);
    return ok(failed.length > 0 ? 1 : 0);
  });
}

function addOne(session: Session, writer: Writer, path: string, options: CommandOptions): Attempt<string> {
  const {output} = session;
  const quiet = options.has('q');
  if (!existsSync(path)) {
    return {
      ok: false,
      failures: [
        {lines: [`${path}: No such file or directory`, `Was 'pkg install ${path}' meant?`], status: 1},
      ],
    };
  }
  const file = readPackageFile(path);
  if (!file.ok) return file;
  const {manifest} = file.value;
  if (!quiet) output.print(`Installing ${label(manifest)}...\n`);
  const old = writer.packages.find(({name}) => name === manifest.name);
  if (old?.locked === true) {
    output.print(`\n${label(old)} is locked and may not be modified\n`);
    return {ok: false, failures: []};
  }
  if (old !== undefined) {
    if (!options.has('f') && compareVersions(old.version, manifest.version) >= 0) {
      if (!quiet) output.print(`the most recent version of ${label(old)} is already installed\n`);
      return ok('');
    }
    if (!quiet) output.print(`package ${manifest.name} is already installed, forced install\n`);
  }
  for (const needed of Object.keys(manifest.deps)) {
    if (writer.packages.some(({name}) => name === needed)) continue;
    if (!options.has('M')) return problem(`Missing dependency '${needed}'`);
    output.warn(`Missing dependency '${needed}'`);
  }
  return swapIn(session, writer, file.value, {
    automatic: options.has('A'),
    scripts: !options.has('I'),
    removeOld: false,
    overwrite: options.has('f'),
    progress: quiet ? undefined : '',
  });
}
