import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import type {Config} from '../config/config.js';
import {Backups} from '../execution/backups.js';
import {startPlan} from '../execution/executor.js';
import {MachineWatch, workFolderOf} from '../execution/machine-watch.js';
import {PackageSwap} from '../execution/package-swap.js';
import {PkgClient} from '../execution/pkg-client.js';
import {PortPhases} from '../execution/port-phases.js';
import {JsonLogger} from '../logging/json-logger.js';
import {LiveLogger, type RemainingMs} from '../logging/live-logger.js';
import {excerptOf} from '../logging/log-excerpt.js';
import type {Logger} from '../logging/logger.js';
import {PlainLogger} from '../logging/plain-logger.js';
import type {Failure} from '../model/failure.js';
import type {RunEvent} from '../model/event.js';
import type {PortOrigin} from '../model/origin.js';
import type {Plan} from '../model/plan.js';
import type {RunSummary} from '../model/summary.js';
import type {World} from '../model/world.js';
import {RemainingTime} from '../scheduling/remaining-time.js';
import {FinishedPackages} from '../state/finished-packages.js';
import {History} from '../state/history.js';
import {HistoryWriter} from '../state/history-writer.js';
import {RunFolder, runIdAt} from '../state/run-folder.js';
import {systemClock} from '../system/clock.js';
import type {MeasuringRunner} from '../system/command.js';
import {Machine} from '../system/resources.js';
import type {JobTokens} from '../system/token-pool-types.js';
import {simulationOptions} from './forecast-run.js';
import {RunJournal} from './run-journal.js';
import {openTokens, type RunTokens} from './run-tokens.js';
import {RunWatch} from './run-watch.js';
import type {StopControl} from './stop-control.js';
import type {Terminal} from './terminal.js';

export interface RunOutcome {
  readonly summary: RunSummary;
  readonly trouble?: Failure;
}

export interface RunPlanOptions {
  readonly config: Config;
  readonly world: World;
  readonly runner: MeasuringRunner;
  readonly terminal: Terminal;
  readonly control: StopControl;
  /** PACKAGES, for `-g`. */
  readonly packagesDirectory: string;
  /** For the history, where it is known. */
  readonly distfileBytes: ReadonlyMap<PortOrigin, number>;
  readonly command: readonly string[];
}

/**
 * Wires a run together and carries it out: journal first, then whoever watches. What cannot be written to the journal is
 * not acted on any further: the run ends as if interrupted, and the trouble is among the results.
 */
export async function runPlan(plan: Plan, options: RunPlanOptions): Promise<RunOutcome> {
  const {config, world, runner, terminal, control} = options;
  const folder = new RunFolder(world.stateDirectory, runIdAt(systemClock.now(), process.pid));
  const machine = await watchMachine(plan, options);
  const simulation = simulationOptions(config, world, machine.budget().memoryBytes);
  const remaining = new RemainingTime(plan.nodes, simulation, () => performance.now());
  const remainingMs: RemainingMs = (now) => remaining.remainingMs(now);
  const logger = loggerFor(config, terminal, remainingMs);
  const journal = new RunJournal(folder, (reason) => {
    if (control.reason() === undefined) control.stop(reason);
  });
  const warn = (text: string): void => {
    emit({kind: 'warning', at: systemClock.now(), text});
  };
  const watch = new RunWatch({
    plan,
    runDirectory: folder.directory,
    terminal,
    control,
    logger,
    remainingMs,
    warn,
  });
  const history = new History(world.stateDirectory);
  const historian = openHistorian(history, options, warn);
  const emit = (event: RunEvent): void => {
    journal.append(event);
    remaining.apply(event);
    watch.log(event);
    logger.log(event);
    historian.log(event);
  };
  let tokens: RunTokens | undefined;
  // In a pause there may be nothing else that keeps the process alive.
  const alive = setInterval(() => undefined, 2 ** 30);
  try {
    tokens = await openTokens(plan, config, runner);
    const {phases, backups} = await openPhases(options, folder, tokens.tokens);
    const {done, controller} = startPlan(plan, {
      runId: folder.id,
      command: options.command,
      logDirectory: folder.logDirectory,
      builders: config.builders,
      fetchers: config.fetchers,
      jobsTotal: config.jobsTotal,
      failFast: config.failFast,
      phases,
      clock: systemClock,
      stop: control.signals,
      emit,
      watch: machine,
    });
    if (tokens.trouble !== undefined) warn(`builds share no job tokens: ${tokens.trouble}`);
    const [summary] = await Promise.all([done, watch.listen(controller)]);
    await backups.clear(neededBackups(summary));
    // Should it stay large, it is only slower to read; the next run tries again.
    await history.compactIfLarge();
    return {summary, ...(journal.trouble === undefined ? {} : {trouble: journal.trouble})};
  } finally {
    clearInterval(alive);
    machine.close();
    tokens?.close();
    await watch.close();
    logger.dispose?.();
    folder.close();
  }
}

async function openPhases(
  {config, world, runner, packagesDirectory}: RunPlanOptions,
  folder: RunFolder,
  tokens: JobTokens,
): Promise<{readonly phases: PortPhases; readonly backups: Backups}> {
  const finished = new FinishedPackages(world.stateDirectory);
  await finished.prepare();
  const noRepositories = join(world.stateDirectory, 'no-repositories');
  mkdirSync(noRepositories, {recursive: true});
  const pkg = new PkgClient(runner, world, noRepositories);
  const backups = new Backups(folder.backupDirectory, join(world.stateDirectory, 'backups'), pkg);
  const {backup, keepBackups: keepBackup, secondTry} = config;
  const phases = new PortPhases({
    runner,
    world,
    pkg,
    backups,
    backup,
    finished,
    tokens,
    secondTry,
    swap: new PackageSwap({runner, pkg, backups, backup, keepBackup, excerpt: excerptOf}),
    make: {...config, packageDirectory: finished.directory},
    excerpt: excerptOf,
    ...(config.keepPackages && packagesDirectory !== '' ? {keepPackagesIn: packagesDirectory} : {}),
  });
  return {phases, backups};
}

/** What phases took goes into the history; that it cannot be written there costs the next forecast, not this run. */
function openHistorian(
  history: History,
  {world, distfileBytes}: RunPlanOptions,
  warn: (text: string) => void,
): Pick<HistoryWriter, 'log'> {
  return new HistoryWriter({
    append: (record) => {
      history.append(record);
    },
    cores: world.cores,
    distfileBytes: (origin) => distfileBytes.get(origin),
    onTrouble: (error) => {
      warn(`what this run takes is not remembered: ${history.path}: ${(error as Error).message}`);
    },
  });
}

async function watchMachine(plan: Plan, {config, world, runner}: RunPlanOptions): Promise<MachineWatch> {
  return MachineWatch.start({
    resources: new Machine({runner}),
    limits: config,
    workDirectory: workFolderOf(plan) ?? world.portsDirectory,
    usedMemory: () => [...runner.groupMemory().values()].reduce((sum, bytes) => sum + bytes, 0),
  });
}

/** Backups of packages that could not be put back. */
function neededBackups({results}: RunSummary): Set<string> {
  const paths = results.flatMap(({failure}) =>
    failure?.kind === 'install-failed-not-restored' && failure.backup !== undefined ? [failure.backup] : [],
  );
  return new Set(paths);
}

function loggerFor(config: Config, {out, palette}: Terminal, remainingMs: RemainingMs): Logger {
  if (config.json) return new JsonLogger(out);
  const options = {sink: out, palette, verbose: config.verbose, remainingMs};
  return out.isTerminal && process.env['TERM'] !== 'dumb'
    ? new LiveLogger(options)
    : new PlainLogger(options);
}
