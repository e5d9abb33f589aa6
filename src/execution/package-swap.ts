import {succeeded, type CommandOutcome, type CommandSpec} from '../model/command.js';
import type {StepFailure} from '../model/failure.js';
import {packageLabel} from '../model/package.js';
import type {Step} from '../model/plan.js';
import type {CommandRunner, StopSignals} from '../system/command.js';
import {fileSize, readTail, removeFile} from '../system/files.js';
import type {Backups} from './backups.js';
import {carryOver} from './carry-over.js';
import {removeLeftovers} from './leftovers.js';
import {logCommand, logLine} from './log-writer.js';
import {restorePackage} from './package-restore.js';
import type {PhaseContext, PhaseResult} from './phase-runner.js';
import type {PackageState, PkgClient} from './pkg-client.js';

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

  async run(context: PhaseContext, packageFile: string): Promise<PhaseResult> {
    const {pkg} = this.#options;
    const {step, log, emit, stop} = context;
    const oldName = step.replaces?.name ?? step.name;
    const [old, files, size, forecast] = await Promise.all([
      pkg.state(oldName),
      pkg.files(oldName),
      fileSize(packageFile),
      pkg.forecast(packageFile),
    ]);
    const refusal = refuse(step, old, size, packagesToRemove(forecast, oldName), packageFile);
    if (refusal !== undefined) {
      await logLine(log, refusal);
      return this.#refused(context, packageFile, old, refusal);
    }
    let backup: string | undefined;
    if (old !== undefined && this.#options.backup) {
      backup = await this.#backUp(context, old);
      if (backup === undefined) return this.#backupFailed(context);
    }
    if (stop.terminate?.aborted === true) return {kind: 'stopped'};

    emit({kind: 'swap-started', origin: step.origin, packageFile, ...(backup === undefined ? {} : {backup})});
    const now = await this.#swap(context, packageFile, old);
    if (now === undefined) {
      await logLine(
        log,
        old === undefined ? 'taking away what was installed' : `putting ${packageLabel(old)} back`,
      );
      const excerpt = this.#options.excerpt(await readTail(log));
      const run = (spec: CommandSpec): Promise<CommandOutcome> => this.#command(log, spec);
      const {origin, name} = step;
      const failed = {origin, name, old, backup, packageFile, log, excerpt, run};
      return {kind: 'failed', failure: await restorePackage(pkg, failed)};
    }
    if (old !== undefined) await this.#carryOver(log, old, now);
    if (files.size > 0) await this.#clearAway(context, files);
    emit({kind: 'swap-finished', origin: step.origin});
    if (backup !== undefined && !this.#options.keepBackup) await removeFile(backup);
    return {kind: 'succeeded', ...(now.message === '' ? {} : {message: now.message})};
  }

  /** What was the old package's and nobody else's goes to the new one; so do the dependents that know it by its origin. */
  async #carryOver(log: string, old: PackageState, now: PackageState): Promise<void> {
    const {pkg} = this.#options;
    for (const spec of carryOver(pkg, old, now)) await this.#command(log, spec);
    // pkg(8) changes an origin for all packages that have it: another flavor may still be there under the old one.
    if (old.origin === now.origin || (await pkg.hasOrigin(old.origin))) return;
    await this.#command(log, pkg.changeOrigin(old.origin, now.origin));
  }

  /** Takes away what pkg(8) left of the old version, and says what it may not take away. */
  async #clearAway({step, log, emit}: PhaseContext, files: ReadonlyMap<string, string>): Promise<void> {
    const {removed, kept} = await removeLeftovers(this.#options.pkg, files, step.name);
    for (const path of removed) await logLine(log, `removed ${path}: only the old version had it`);
    for (const path of kept) {
      const text = `${path} belonged to the old version and was changed since; it is left where it is`;
      await logLine(log, text);
      emit({kind: 'warning', origin: step.origin, text});
    }
  }

  /** The backup made beside the build, if it is still of what is installed; or a new one. */
  async #backUp({log, stop}: PhaseContext, old: PackageState): Promise<string | undefined> {
    const made = await this.#options.backups.find(old);
    if (made !== undefined) return made;
    return this.#options.backups.make(old, (spec) => this.#command(log, spec, stop));
  }

  /** The one transaction, with the rename that makes it one. Gives the new package as registered; undefined when it is not. */
  async #swap(
    {step, log}: PhaseContext,
    file: string,
    old: PackageState | undefined,
  ): Promise<(PackageState & {readonly message: string}) | undefined> {
    const {pkg} = this.#options;
    if (old !== undefined && old.name !== step.name) {
      // Under its new name the old package is simply an older version of the new one: its files go, its dependents stay.
      if (!succeeded(await this.#command(log, pkg.rename(old.name, step.name)))) return undefined;
    }
    const force = old?.version === step.version;
    const automatic = old?.automatic ?? step.automatic;
    if (!succeeded(await this.#command(log, pkg.install(file, {force, automatic})))) return undefined;
    const occasion = old === undefined ? 'install' : 'upgrade';
    const [now, message] = await Promise.all([pkg.state(step.name), pkg.message(step.name, occasion)]);
    if (now?.version === step.version) return {...now, message};
    await logLine(log, `pkg ended with 0, but ${packageLabel(step)} is not installed`);
    return undefined;
  }

  /** Nothing was touched: the old package is where it was. */
  #refused(
    {step, log}: PhaseContext,
    packageFile: string,
    old: PackageState | undefined,
    why: string,
  ): PhaseResult {
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

  async #command(log: string, spec: CommandSpec, stop: StopSignals = {}): Promise<CommandOutcome> {
    await logCommand(log, spec);
    return this.#options.runner.logged(spec, {log, ...stop});
  }
}

/** Why the swap must not even begin, or undefined. */
function refuse(
  {replaces}: Step,
  old: PackageState | undefined,
  size: number | undefined,
  removed: readonly string[],
  packageFile: string,
): string | undefined {
  if (size === undefined || size === 0) return `the package file ${packageFile} is missing or empty`;
  if (old === undefined && replaces !== undefined) {
    // Without knowing what is there it could neither be saved nor put back.
    return `the package database does not show ${packageLabel(replaces)} any more, or cannot be read now`;
  }
  if (old?.locked === true) {
    return `${packageLabel(old)} was locked while the run went on (pkg unlock ${old.name} to let it be upgraded)`;
  }
  return removed.length > 0 ? `pkg would remove ${removed.join(', ')} to install it` : undefined;
}

/** Reads from `pkg install -n` which packages would go, other than the one that is replaced. */
export function packagesToRemove(forecast: string, replaced: string): string[] {
  const section = /^Installed packages to be REMOVED:\n((?:\t.*\n?)*)/m.exec(forecast)?.[1] ?? '';
  return section
    .split('\n')
    .map((line) => line.trim().split(':')[0] ?? '')
    .filter((name) => name !== '' && name !== replaced);
}
