import {succeeded} from '../model/command.js';
import type {InstalledPackage} from '../model/package.js';
import {fail, ok, type Result} from '../model/result.js';
import type {World} from '../model/world.js';
import type {CommandRunner, StopSignals} from '../system/command.js';
import {packageQueries, parseInstalledPackages, type PackageAnswers} from './pkg-query.js';

/** Asks pkg(8) for all installed ports: one call per list-valued column, side by side. Changes nothing. */
export async function readInstalledPackages(
  runner: CommandRunner,
  world: World,
  stop: StopSignals = {},
): Promise<Result<InstalledPackage[]>> {
  const names = Object.keys(packageQueries) as (keyof typeof packageQueries)[];
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
    names.map((name, index) => [name, answers[index]?.stdout ?? '']),
  ) as PackageAnswers;
  return ok(parseInstalledPackages(byName));
}

function firstLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '');
}
