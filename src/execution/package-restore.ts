import {succeeded, type CommandOutcome, type CommandSpec} from '../model/command.js';
import type {StepFailure} from '../model/failure.js';
import {packageLabel} from '../model/package.js';
import type {Step} from '../model/plan.js';
import {carryOver} from './carry-over.js';
import type {PackageState, PkgClient} from './pkg-client.js';

/** A swap that failed. */
export interface FailedSwap {
  readonly step: Step;
  readonly old: PackageState | undefined;
  /** The old package was given the new one's name before the installation failed. */
  readonly renamed: boolean;
  readonly backup: string | undefined;
  /** All files of the old package were as installed before the swap. */
  readonly wasWhole: boolean;
  readonly packageFile: string;
  readonly log: string;
  readonly excerpt: readonly string[];
  /** Runs a command, its output going to the log. Nothing ends it early. */
  readonly run: (spec: CommandSpec) => Promise<CommandOutcome>;
}

/** Puts things back as they were before a swap, looks whether they are, and says so. */
export async function restorePackage(pkg: PkgClient, failed: FailedSwap): Promise<StepFailure> {
  return failed.old === undefined ? removeRemains(pkg, failed) : putBack(pkg, failed, failed.old);
}

/** Nothing was installed before, so nothing of this step may be registered now. */
async function removeRemains(pkg: PkgClient, failed: FailedSwap): Promise<StepFailure> {
  const {step, log, excerpt, packageFile, run} = failed;
  const {origin, name, version} = step;
  const remove = pkg.delete(name);
  const isRegistered = (await pkg.state(name))?.version === version;
  if (!isRegistered || succeeded(await run(remove))) {
    return {kind: 'install-failed-restored', origin, log, excerpt, packageFile};
  }
  return {kind: 'install-failed-not-restored', origin, log, excerpt, command: pkg.typed(remove)};
}

async function putBack(pkg: PkgClient, failed: FailedSwap, old: PackageState): Promise<StepFailure> {
  const {step, renamed, log, excerpt, packageFile, backup, wasWhole, run} = failed;
  const {origin, name} = step;
  if (renamed) await undoRename(pkg, failed, old);
  const again =
    backup === undefined ? undefined : pkg.install(backup, {force: true, automatic: old.automatic});
  // Where files had been changed, checksums cannot tell what the swap did to them; the backup holds what was there.
  let isBack = wasWhole && (await isAsBefore(pkg, old, wasWhole));
  if (!isBack && again !== undefined)
    isBack = succeeded(await run(again)) && (await isAsBefore(pkg, old, wasWhole));
  // The rename reached the dependents' records too; neither the backup nor a removal brings the old name back there.
  if (renamed && (await pkg.state(name)) === undefined) await run(pkg.rename(name, old.name));
  const now = await pkg.state(old.name);
  for (const spec of now === undefined ? [] : carryOver(pkg, old, now)) await run(spec);
  if (isBack) {
    return {kind: 'install-failed-restored', origin, log, excerpt, installed: packageLabel(old), packageFile};
  }
  const command = again === undefined ? `pkg install ${old.name}` : pkg.typed(again);
  return {
    kind: 'install-failed-not-restored',
    origin,
    log,
    excerpt,
    ...(backup === undefined ? {} : {backup}),
    command,
  };
}

/** What stands under the new name is the old package, or, if it got registered after all, the new one. */
async function undoRename(pkg: PkgClient, {step, backup, run}: FailedSwap, old: PackageState): Promise<void> {
  const there = await pkg.state(step.name);
  if (there === undefined) return;
  const isOld = there.version === old.version && there.origin === old.origin;
  if (isOld) await run(pkg.rename(step.name, old.name));
  // Beside the old one it would own the same files.
  else if (there.version === step.version && backup !== undefined) await run(pkg.delete(step.name));
}

/** The old version is registered, and, where they did so before, all its files have their checksums. */
async function isAsBefore(pkg: PkgClient, old: PackageState, wasWhole: boolean): Promise<boolean> {
  return (await pkg.state(old.name))?.version === old.version && (!wasWhole || (await pkg.isWhole(old.name)));
}
