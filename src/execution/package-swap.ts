import {succeeded, type CommandOutcome, type CommandSpec} from '../model/command.js';
import type {StepFailure} from '../model/failure.js';
import {packageLabel} from '../model/package.js';
import type {CommandRunner, CommandUsage, StopSignals} from '../system/command.js';
import {fileSize, readTail} from '../system/files.js';
import type {Backups} from './backups.js';
import {carryOver} from './carry-over.js';
import {removeLeftovers} from './leftovers.js';
import {logCommand, logLine} from './log-writer.js';
import {restorePackage} from './package-restore.js';
import type {PhaseContext, PhaseResult} from './phase-runner.js';
import type {PackageState, PkgClient} from './pkg-client.js';
import {packagesToRemove, swapObstacle} from './swap-check.js';

export interface SwapOptions {
  readonly runner: CommandRunner;
  readonly pkg: PkgClient;
  readonly backups: Backups;
  /** Save the old package before it is touched (not with `-B`). */
  readonly backup: boolean;
  /** Keep it after success (`-b`). */
  readonly keepBackup: boolean;
  /** The first lines of a log that look like the error. */
  readonly excerpt: (log: string) => readonly string[];
}

export interface SwapContext extends PhaseContext {
  /** Called for each command with what it took. */
  readonly onUsage?: (usage: CommandUsage) => void;
}

/**
 * Installs a freshly made package in the place of the old one, by the rules of the design (section 4). States: checked →
 * backed up → swapping → verified; every failure after `swapping` goes through `restorePackage`. Nothing here listens to the
 * signals that end a run once the swap has begun: it takes seconds, and half of it would be worse than either end.
 */
export class PackageSwap {
  readonly #options: SwapOptions;

  constructor(options: SwapOptions) {
    this.#options = options;
  }

  async run(context: SwapContext, packageFile: string): Promise<PhaseResult> {
    const {pkg, backups} = this.#options;
    const {step, log, emit, stop} = context;
    const oldName = step.replaces?.name ?? step.name;
    const [old, occupant, files, size, forecast] = await Promise.all([
      pkg.state(oldName),
      oldName === step.name ? undefined : pkg.state(step.name),
      pkg.files(oldName),
      fileSize(packageFile),
      pkg.forecast(packageFile),
    ]);
    const situation = {step, old, occupant, size, removed: packagesToRemove(forecast, oldName), packageFile};
    const obstacle = swapObstacle(situation);
    if (obstacle !== undefined) return this.#refused(context, packageFile, old, obstacle);
    let backup: string | undefined;
    if (old !== undefined && this.#options.backup) {
      backup = await backups.find(old);
      if (backup === undefined) {
        backup = await backups.make(old, (spec) => this.#command(context, spec, stop));
        if (backup === undefined) return this.#backupFailed(context);
        // Saving a large package takes its time, and somebody may have locked or changed it meanwhile.
        const changed = swapObstacle({...situation, old: await pkg.state(oldName)});
        if (changed !== undefined) return this.#refused(context, packageFile, old, changed);
      }
    }
    if (stop.terminate?.aborted === true) return {kind: 'stopped'};

    emit({kind: 'swap-started', origin: step.origin, packageFile, ...(backup === undefined ? {} : {backup})});
    const {renamed, now, newFiles} = await this.#swap(context, packageFile, old);
    if (now === undefined) {
      await logLine(
        log,
        old === undefined ? 'taking away what was installed' : `putting ${packageLabel(old)} back`,
      );
      const excerpt = this.#options.excerpt(await readTail(log));
      const run = (spec: CommandSpec): Promise<CommandOutcome> => this.#command(context, spec);
      const wasWhole = backup === undefined || backups.isOfWhole(backup);
      const failure = await restorePackage(pkg, {
        step,
        old,
        renamed,
        backup,
        wasWhole,
        packageFile,
        log,
        excerpt,
        run,
      });
      return {kind: 'failed', failure};
    }
    try {
      if (old !== undefined) await this.#carryOver(context, old, now);
      if (files !== undefined) await this.#clearAway(context, files, newFiles);
      if (backup !== undefined) await backups.settle(backup, this.#options.keepBackup);
    } catch (error) {
      // The port is upgraded; what could not be tidied up is worth a word, not a failure.
      await this.#warn(context, `installed, but not all was tidied up afterwards: ${String(error)}`);
    }
    emit({kind: 'swap-finished', origin: step.origin});
    return {kind: 'succeeded', ...(now.message === '' ? {} : {message: now.message})};
  }

  /** The one transaction, with the rename that makes it one. `now` is the new package as registered, if it is. */
  async #swap(context: SwapContext, file: string, old: PackageState | undefined): Promise<Swapped> {
    const {step, log} = context;
    const {pkg} = this.#options;
    const renamed = old !== undefined && old.name !== step.name;
    // Under its new name the old package is simply an older version of the new one: its files go, its dependents stay.
    if (renamed && !succeeded(await this.#command(context, pkg.rename(old.name, step.name))))
      return {renamed: false};
    const force = old?.version === step.version;
    const automatic = old?.automatic ?? step.automatic;
    if (!succeeded(await this.#command(context, pkg.install(file, {force, automatic})))) return {renamed};
    const occasion = old === undefined ? 'install' : 'upgrade';
    const [now, message, newFiles] = await Promise.all([
      pkg.state(step.name),
      pkg.message(step.name, occasion),
      old === undefined ? undefined : pkg.files(step.name),
    ]);
    if (now?.version === step.version) return {renamed, now: {...now, message}, newFiles};
    await logLine(log, `pkg ended with 0, but ${packageLabel(step)} is not installed`);
    return {renamed};
  }

  /** What was the old package's and nobody else's goes to the new one; so do the dependents that know it by its origin. */
  async #carryOver(context: SwapContext, old: PackageState, now: PackageState): Promise<void> {
    const {pkg} = this.#options;
    const specs = carryOver(pkg, old, now);
    // pkg(8) changes an origin for all packages that have it: another flavor may still be there under the old one.
    if (old.origin !== now.origin && !(await pkg.hasOrigin(old.origin))) {
      specs.push(pkg.changeOrigin(old.origin, now.origin));
    }
    for (const spec of specs) {
      if (succeeded(await this.#command(context, spec))) continue;
      await this.#warn(context, `this did not work and remains to be done: ${pkg.typed(spec)}`);
    }
  }

  /** Takes away what pkg(8) left of the old version, and says what it may not take away. */
  async #clearAway(
    context: PhaseContext,
    before: ReadonlyMap<string, string>,
    now: ReadonlyMap<string, string> | undefined,
  ): Promise<void> {
    const {removed, kept} = await removeLeftovers(this.#options.pkg, before, now);
    for (const path of removed) await logLine(context.log, `removed ${path}: only the old version had it`);
    for (const path of kept) {
      await this.#warn(
        context,
        `${path} belonged to the old version and was changed since; it is left where it is`,
      );
    }
  }

  async #warn({step, log, emit}: PhaseContext, text: string): Promise<void> {
    await logLine(log, text);
    emit({kind: 'warning', origin: step.origin, text});
  }

  /** Nothing was touched: the old package is where it was. */
  async #refused(
    {step, log}: PhaseContext,
    packageFile: string,
    old: PackageState | undefined,
    why: string,
  ): Promise<PhaseResult> {
    await logLine(log, why);
    const there = old ?? step.replaces;
    const failure: StepFailure = {
      kind: 'install-failed-restored',
      origin: step.origin,
      log,
      excerpt: [why],
      ...(there === undefined ? {} : {installed: packageLabel(there)}),
      packageFile,
    };
    return {kind: 'failed', failure};
  }

  async #backupFailed({step, log, stop}: PhaseContext): Promise<PhaseResult> {
    if (stop.terminate?.aborted === true) return {kind: 'stopped'};
    const excerpt = this.#options.excerpt(await readTail(log));
    return {kind: 'failed', failure: {kind: 'backup-failed', origin: step.origin, log, excerpt}};
  }

  async #command(
    {log, onUsage}: SwapContext,
    spec: CommandSpec,
    stop: StopSignals = {},
  ): Promise<CommandOutcome> {
    await logCommand(log, spec);
    return this.#options.runner.logged(spec, {
      log,
      ...stop,
      ...(onUsage === undefined ? {} : {onUsage}),
    });
  }
}

interface Swapped {
  /** The old package got the new one's name. */
  readonly renamed: boolean;
  readonly now?: PackageState & {readonly message: string};
  /** The files of the new package with their checksums; undefined where pkg(8) does not tell, or none are left to compare. */
  readonly newFiles?: ReadonlyMap<string, string> | undefined;
}
