import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import type {Config} from '../config/config.js';
import {Backups} from '../execution/backups.js';
import {executePlan} from '../execution/executor.js';
import {PackageSwap} from '../execution/package-swap.js';
import {PkgClient} from '../execution/pkg-client.js';
import {PortPhases} from '../execution/port-phases.js';
import {JsonLogger} from '../logging/json-logger.js';
import {LiveLogger} from '../logging/live-logger.js';
import {excerptOf} from '../logging/log-excerpt.js';
import type {Logger} from '../logging/logger.js';
import {PlainLogger} from '../logging/plain-logger.js';
import type {Failure} from '../model/failure.js';
import type {Plan} from '../model/plan.js';
import type {RunSummary} from '../model/summary.js';
import type {World} from '../model/world.js';
import {FinishedPackages} from '../state/finished-packages.js';
import {RunFolder, runIdAt} from '../state/run-folder.js';
import {systemClock} from '../system/clock.js';
import type {CommandRunner} from '../system/command.js';
import type {StopControl} from './stop-control.js';
import type {Terminal} from './terminal.js';

export interface RunOutcome {
  readonly summary: RunSummary;
  readonly trouble?: Failure;
}

export interface RunPlanOptions {
  readonly config: Config;
  readonly world: World;
  readonly runner: CommandRunner;
  readonly terminal: Terminal;
  readonly control: StopControl;
  /** PACKAGES, for `-g`. */
  readonly packagesDirectory: string;
  readonly command: readonly string[];
}

/**
 * Wires a run together and carries it out: journal first, then whoever watches. What cannot be written to the journal is
 * not acted on any further: the run ends as if interrupted, and the trouble is among the results.
 */
export async function runPlan(plan: Plan, options: RunPlanOptions): Promise<RunOutcome> {
  const {config, world, runner, terminal, control} = options;
  const finished = new FinishedPackages(world.stateDirectory);
  await finished.prepare();
  const noRepositories = join(world.stateDirectory, 'no-repositories');
  mkdirSync(noRepositories, {recursive: true});
  const pkg = new PkgClient(runner, world, noRepositories);
  const folder = new RunFolder(world.stateDirectory, runIdAt(systemClock.now(), process.pid));
  const backups = new Backups(folder.backupDirectory, join(world.stateDirectory, 'backups'), pkg);
  const {backup, keepBackups: keepBackup} = config;
  const phases = new PortPhases({
    runner,
    world,
    pkg,
    backups,
    backup,
    finished,
    swap: new PackageSwap({runner, pkg, backups, backup, keepBackup, excerpt: excerptOf}),
    make: {...config, packageDirectory: finished.directory},
    excerpt: excerptOf,
    ...(config.keepPackages && options.packagesDirectory !== ''
      ? {keepPackagesIn: options.packagesDirectory}
      : {}),
  });
  const logger = loggerFor(config, terminal);
  let trouble: Failure | undefined;
  try {
    const summary = await executePlan(plan, {
      runId: folder.id,
      command: options.command,
      logDirectory: folder.logDirectory,
      builders: config.builders,
      fetchers: config.fetchers,
      cores: world.cores,
      failFast: config.failFast,
      phases,
      clock: systemClock,
      stop: control.signals,
      emit: (event) => {
        try {
          folder.append(event);
        } catch (error) {
          const {message} = error as Error;
          trouble ??= {
            kind: 'file-trouble',
            action: 'write to',
            path: folder.journalPath,
            message,
            hint: journalHint,
          };
          if (control.reason() === undefined) control.stop('the journal cannot be written');
        }
        logger.log(event);
      },
    });
    await backups.clear(neededBackups(summary));
    return {summary, ...(trouble === undefined ? {} : {trouble})};
  } finally {
    logger.dispose?.();
    folder.close();
  }
}

/** Backups of packages that could not be put back. */
function neededBackups({results}: RunSummary): Set<string> {
  const paths = results.flatMap(({failure}) =>
    failure?.kind === 'install-failed-not-restored' && failure.backup !== undefined ? [failure.backup] : [],
  );
  return new Set(paths);
}

const journalHint =
  'The run was ended. Make room, then run the same command again: finished packages are not built again.';

function loggerFor(config: Config, {out, palette}: Terminal): Logger {
  if (config.json) return new JsonLogger(out);
  const options = {sink: out, palette, verbose: config.verbose};
  return out.isTerminal && process.env['TERM'] !== 'dumb'
    ? new LiveLogger(options)
    : new PlainLogger(options);
}
