import {fileSize, readTail, removeFile} from '../system/files.js';
import type {CommandRunner, StopSignals} from '../system/command.js';
import {succeeded, type CommandOutcome, type CommandSpec} from '../model/command.js';
import type {StepFailure} from '../model/failure.js';
import {packageLabel} from '../model/package.js';
import type {Backups} from './backups.js';
import {logCommand, logLine} from './log-writer.js';
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
 * Annotations that the framework writes into every package (Mk/Scripts/create-manifest.sh) and pkg(8) into every
 * installed one: they describe one build, so that those of the old version must not come back.
 */
const buildAnnotations = new Set([
  ...['FreeBSD_version', 'build_timestamp', 'built_by', 'cpe', 'deprecated', 'expiration_date', 'flavor'],
  ...['no_provide_shlib', 'port_checkout_unclean', 'port_git_hash', 'ports_top_checkout_unclean'],
  ...['ports_top_git_hash', 'relocated', 'repo_type', 'repository'],
]);

/**
 * Installs a freshly made package in the place of the old one, by the rules of the design (section 4). States: checked →
 * backed up → swapping → verified; every failure after `swapping` leads through `restore`. Nothing here listens to the
 * signals that end a run once the swap has begun: it takes seconds, and half of it would be worse than either end.
 */
export class PackageSwap {
  readonly #options: SwapOptions;

  constructor(options: SwapOptions) {
    this.#options = options;
  }

  async run(context: PhaseContext, packageFile: string): Promise<PhaseResult> {
    const {pkg} = this.#options;
    const {step, log, emit} = context;
    const oldName = step.replaces?.name ?? step.name;
    const old = await pkg.state(oldName);
    if (old?.locked === true) {
      await logLine(log, `${packageLabel(old)} was locked while the run went on; it is left as it is`);
      return this.#refused(
        context,
        packageFile,
        old,
        `${packageLabel(old)} is locked (pkg unlock ${old.name})`,
      );
    }
    const info = await pkg.inspect(packageFile);
    if (info?.name !== step.name || info.version !== step.version) {
      return this.#refused(
        context,
        packageFile,
        old,
        `${packageFile} is not a readable package of ${packageLabel(step)}`,
      );
    }
    const force = old?.name === step.name && old.version === step.version;
    const removed = packagesToRemove(await pkg.forecast(packageFile, force), oldName);
    if (removed.length > 0) {
      return this.#refused(context, packageFile, old, `pkg would remove ${removed.join(', ')} to install it`);
    }
    let backup: string | undefined;
    if (old !== undefined && this.#options.backup) {
      backup = await this.#backUp(context, old);
      if (backup === undefined) return this.#backupFailed(context);
    }
    if (context.stop.terminate?.aborted === true) return {kind: 'stopped'};

    emit({
      kind: 'swap-started',
      origin: step.origin,
      packageFile,
      ...(backup === undefined ? {} : {backup}),
    });
    if (!(await this.#swap(context, packageFile, old, force))) {
      return {kind: 'failed', failure: await this.#restore(context, packageFile, old, backup)};
    }
    if (old !== undefined) await this.#carryOver(context, old);
    else if (step.automatic) await this.#command(log, pkg.setAutomatic(step.name, true));
    emit({kind: 'swap-finished', origin: step.origin});
    if (backup !== undefined && !this.#options.keepBackup) await removeFile(backup);
    const message = await pkg.message(step.name);
    return {kind: 'succeeded', ...(message === '' ? {} : {message})};
  }

  /** The backup made beside the build, if it is still of what is installed; or a new one. */
  async #backUp({log, stop}: PhaseContext, old: PackageState): Promise<string | undefined> {
    const made = await this.#options.backups.find(old);
    if (made !== undefined && (await fileSize(made)) !== 0) return made;
    return this.#options.backups.make(old, (spec) => this.#command(log, spec, stop));
  }

  /** The one transaction, with the rename that makes it one. True when the new version is registered afterwards. */
  async #swap(
    {step, log}: PhaseContext,
    file: string,
    old: PackageState | undefined,
    force: boolean,
  ): Promise<boolean> {
    const {pkg} = this.#options;
    if (old !== undefined && old.name !== step.name) {
      // Under its new name the old package is simply an older version of the new one: its files go, its dependents stay.
      if (!succeeded(await this.#command(log, pkg.rename(old.name, step.name)))) return false;
    }
    const automatic = old?.automatic ?? step.automatic;
    const outcome = await this.#command(log, pkg.install(file, {force, automatic}));
    if (!succeeded(outcome)) return false;
    const now = await pkg.state(step.name);
    if (now?.version === step.version) return true;
    await logLine(log, `pkg ended with 0, but ${packageLabel(step)} is not installed`);
    return false;
  }

  /** Gives the new package what belonged to the old one and not to its build: the automatic flag and people's annotations. */
  async #carryOver({step, log}: PhaseContext, old: PackageState): Promise<void> {
    const {pkg} = this.#options;
    const now = await pkg.state(step.name);
    if (now === undefined) return;
    if (now.automatic !== old.automatic) await this.#command(log, pkg.setAutomatic(step.name, old.automatic));
    for (const [tag, value] of old.annotations) {
      if (buildAnnotations.has(tag) || now.annotations.has(tag)) continue;
      await this.#command(log, pkg.annotate(step.name, tag, value));
    }
  }

  /** Puts things back as they were, and says whether that worked. */
  async #restore(
    context: PhaseContext,
    packageFile: string,
    old: PackageState | undefined,
    backup: string | undefined,
  ): Promise<StepFailure> {
    const {pkg} = this.#options;
    const {step, log} = context;
    const excerpt = this.#options.excerpt(await readTail(log));
    const common = {origin: step.origin, log, excerpt};
    if (old === undefined) {
      if ((await pkg.state(step.name)) === undefined)
        return {kind: 'install-failed-restored', ...common, packageFile};
      const remove = pkg.delete(step.name);
      if (succeeded(await this.#command(log, remove)))
        return {kind: 'install-failed-restored', ...common, packageFile};
      return {kind: 'install-failed-not-restored', ...common, command: pkg.typed(remove)};
    }
    const installed = packageLabel(old);
    await logLine(log, `putting ${installed} back`);
    if (old.name !== step.name && (await pkg.state(old.name)) === undefined) {
      if ((await pkg.state(step.name))?.version === old.version) {
        await this.#command(log, pkg.rename(step.name, old.name));
      }
    }
    const now = await pkg.state(old.name);
    const untouched = now?.version === old.version && (await pkg.isWhole(old.name));
    if (!untouched && backup !== undefined) {
      const again = pkg.install(backup, {force: true, automatic: old.automatic});
      await this.#command(log, again);
      await this.#carryOverTo(old, log);
    }
    const after = await pkg.state(old.name);
    if (after?.version === old.version && (await pkg.isWhole(old.name))) {
      return {kind: 'install-failed-restored', ...common, installed, packageFile};
    }
    const command =
      backup === undefined
        ? `pkg install ${old.name}`
        : pkg.typed(pkg.install(backup, {force: true, automatic: old.automatic}));
    return {
      kind: 'install-failed-not-restored',
      ...common,
      ...(backup === undefined ? {} : {backup}),
      command,
    };
  }

  async #carryOverTo(old: PackageState, log: string): Promise<void> {
    const {pkg} = this.#options;
    const now = await pkg.state(old.name);
    if (now === undefined) return;
    if (now.automatic !== old.automatic) await this.#command(log, pkg.setAutomatic(old.name, old.automatic));
    for (const [tag, value] of old.annotations) {
      if (!now.annotations.has(tag)) await this.#command(log, pkg.annotate(old.name, tag, value));
    }
  }

  /** Nothing was touched: the old package is where it was. */
  #refused(
    {step, log}: PhaseContext,
    packageFile: string,
    old: PackageState | undefined,
    why: string,
  ): PhaseResult {
    const failure: StepFailure = {
      kind: 'install-failed-restored',
      origin: step.origin,
      log,
      excerpt: [why],
      ...(old === undefined ? {} : {installed: packageLabel(old)}),
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

/** Reads from `pkg install -n` which packages would go, other than the one that is replaced. */
export function packagesToRemove(forecast: string, replaced: string): string[] {
  const section = /^Installed packages to be REMOVED:\n((?:\t.*\n?)*)/m.exec(forecast)?.[1] ?? '';
  return section
    .split('\n')
    .map((line) => line.trim().split(':')[0] ?? '')
    .filter((name) => name !== '' && name !== replaced);
}
