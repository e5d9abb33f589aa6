import {succeeded, type CommandOutcome, type CommandSpec} from '../model/command.js';
import type {StepFailure} from '../model/failure.js';
import type {PortOrigin} from '../model/origin.js';
import {packageLabel} from '../model/package.js';
import {carryOver} from './carry-over.js';
import type {PackageState, PkgClient} from './pkg-client.js';

/** A swap that failed. */
export interface FailedSwap {
  readonly origin: PortOrigin;
  /** Name of the new package. */
  readonly name: string;
  readonly old: PackageState | undefined;
  readonly backup: string | undefined;
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

/** Nothing was installed before, so nothing may be registered now. */
async function removeRemains(pkg: PkgClient, failed: FailedSwap): Promise<StepFailure> {
  const {origin, name, log, excerpt, packageFile, run} = failed;
  const remove = pkg.delete(name);
  if ((await pkg.state(name)) === undefined || succeeded(await run(remove))) {
    return {kind: 'install-failed-restored', origin, log, excerpt, packageFile};
  }
  return {kind: 'install-failed-not-restored', origin, log, excerpt, command: pkg.typed(remove)};
}

async function putBack(pkg: PkgClient, failed: FailedSwap, old: PackageState): Promise<StepFailure> {
  const {origin, name, log, excerpt, packageFile, backup, run} = failed;
  const isRenamed = old.name !== name && (await pkg.state(old.name)) === undefined;
  const other = old.name === name ? undefined : await pkg.state(name);
  if (other?.version === old.version) await run(pkg.rename(name, old.name));
  // The new package got registered after all; beside the old one it would own the same files.
  else if (other !== undefined && backup !== undefined) await run(pkg.delete(name));
  const again =
    backup === undefined ? undefined : pkg.install(backup, {force: true, automatic: old.automatic});
  if (again !== undefined && !(await isAsBefore(pkg, old))) await run(again);
  // The rename before the swap reached the dependents' records too; the backup does not bring the old name back there.
  if (isRenamed && other?.version !== old.version) await run(pkg.rename(name, old.name));
  const now = await pkg.state(old.name);
  for (const spec of now === undefined ? [] : carryOver(pkg, old, now)) await run(spec);
  if (await isAsBefore(pkg, old)) {
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

/** The old version is registered, and all its files are there with their checksums. */
async function isAsBefore(pkg: PkgClient, old: PackageState): Promise<boolean> {
  return (await pkg.state(old.name))?.version === old.version && (await pkg.isWhole(old.name));
}
