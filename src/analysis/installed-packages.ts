import {succeeded} from '../model/command.js';
import type {InstalledPackage} from '../model/package.js';
import {fail, ok, type Result} from '../model/result.js';
import type {World} from '../model/world.js';
import type {CommandRunner, StopSignals} from '../system/command.js';
import {packageQueries, parseInstalledPackages, type PackageAnswers} from './pkg-query.js';

/** What is asked of each package. */
type PackageQuery = keyof typeof packageQueries;

const everything = Object.keys(packageQueries) as PackageQuery[];
/** What a listing needs: shared libraries play no part in it, and are most of what there is to say. */
export const listingQueries: readonly PackageQuery[] = ['packages', 'annotations', 'dependencies'];

/**
 * Asks pkg(8) for all installed ports: one call per list-valued column, side by side. Columns that are not among `names` stay
 * empty. Changes nothing.
 */
export async function readInstalledPackages(
  runner: CommandRunner,
  world: Pick<World, 'pkg' | 'environment'>,
  stop: StopSignals = {},
  names: readonly PackageQuery[] = everything,
): Promise<Result<InstalledPackage[]>> {
  const answers = await Promise.all(
    names.map((name) =>
      runner.capture(
        {program: world.pkg, args: ['query', '-a', packageQueries[name]], env: world.environment},
        stop,
      ),
    ),
  );
  const bad = answers.find(({outcome}) => !succeeded(outcome));
  if (bad !== undefined) {
    if (bad.outcome.kind === 'not-started') {
      return fail({
        kind: 'tool-missing',
        tool: world.pkg,
        hint: 'Install pkg(8), name its path as `pkg` in the config file, or try portpar in a sandbox: `portpar sandbox init DIR`.',
      });
    }
    return fail({
      kind: 'package-database-unreadable',
      message: firstLine(bad.stderr) ?? firstLine(bad.stdout) ?? `${world.pkg} query ended without a word`,
      hint: 'Try `pkg check -d -a` and `pkg query -a %n`; portpar has changed nothing.',
    });
  }
  const byName = Object.fromEntries(
    everything.map((name) => [name, answers[names.indexOf(name)]?.stdout ?? '']),
  ) as PackageAnswers;
  return ok(parseInstalledPackages(byName));
}

function firstLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '');
}
