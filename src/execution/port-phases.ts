import {join} from 'node:path';
import type {FinishedPackages} from '../state/finished-packages.js';
import {packageLabel} from '../model/package.js';
import type {World} from '../model/world.js';
import type {CommandRunner} from '../system/command.js';
import {placeCopy, readTail} from '../system/files.js';
import type {JobTokens} from '../system/token-pool-types.js';
import type {Backups} from './backups.js';
import {logLine} from './log-writer.js';
import {attemptMake} from './make-attempt.js';
import {packageFileOf, type MakeOptions} from './make-phases.js';
import type {PackageSwap} from './package-swap.js';
import {PhaseCommands} from './phase-commands.js';
import type {PhaseContext, PhaseResult, PhaseRunner} from './phase-runner.js';
import type {PkgClient} from './pkg-client.js';

export interface PortPhasesOptions {
  readonly runner: CommandRunner;
  readonly world: World;
  readonly pkg: PkgClient;
  readonly swap: PackageSwap;
  readonly backups: Backups;
  readonly backup: boolean;
  readonly finished: FinishedPackages;
  readonly make: MakeOptions;
  /** From whom builds have the right to run processes; `plainNumbers` where there is no pool. */
  readonly tokens: JobTokens;
  /** Say under which conditions a failed phase may be tried again. */
  readonly secondTry: boolean;
  /** Where packages are kept after success (`-g`); undefined without it. */
  readonly keepPackagesIn?: string;
  readonly excerpt: (log: string) => readonly string[];
}

/** Carries out the phases of ports with the real make and pkg. */
export class PortPhases implements PhaseRunner {
  readonly #options: PortPhasesOptions;

  constructor(options: PortPhasesOptions) {
    this.#options = options;
  }

  async run(context: PhaseContext): Promise<PhaseResult> {
    const {phase} = context;
    const commands = new PhaseCommands(this.#options.runner, context);
    switch (phase) {
      case 'fetch':
      case 'build':
        return attemptMake(this.#options, context, phase, commands);
      case 'package':
        return {...(await this.#package(context, commands)), ...commands.measured(1)};
      case 'install':
        return {...(await this.#install(context, commands)), ...commands.measured(1)};
    }
  }

  /** Makes the package, looks whether it is what it should be, and saves the old one, so that the installation is short. */
  async #package(context: PhaseContext, commands: PhaseCommands): Promise<PhaseResult> {
    const {step, log} = context;
    const {pkg, make, finished, backups, backup} = this.#options;
    const made = await attemptMake(this.#options, context, 'package', commands);
    if (made.kind !== 'succeeded') return made;
    const file = packageFileOf(step, make.packageDirectory);
    const [info, installed] = await Promise.all([pkg.inspect(file), pkg.labels()]);
    if (info?.name !== step.name || info.version !== step.version) {
      const message =
        info === undefined ? `${file} is missing or cannot be read` : `${file} holds ${packageLabel(info)}`;
      return {kind: 'failed', failure: {kind: 'package-incomplete', origin: step.origin, log, message}};
    }
    const unregistered = unregisteredDependencies(await readTail(log));
    if (unregistered.length > 0) {
      const message = `it does not register its dependency on ${unregistered.join(', ')}, which was not installed`;
      return {kind: 'failed', failure: {kind: 'package-incomplete', origin: step.origin, log, message}};
    }
    // What really was there, and not what was planned: the next run compares it with its own plan.
    const names = step.builtWith.map((label) => label.slice(0, label.lastIndexOf('-')));
    const builtWith = names.flatMap((name) => installed.get(name) ?? []).sort();
    await finished.add({origin: step.origin, file, fingerprint: step.fingerprint, builtWith});
    if (step.replaces !== undefined && backup) {
      // Should this fail, the installation tries again and reports it.
      await backups.make(step.replaces, commands.run);
    }
    return context.stop.terminate?.aborted === true ? {kind: 'stopped'} : {kind: 'succeeded'};
  }

  async #install(context: PhaseContext, commands: PhaseCommands): Promise<PhaseResult> {
    const {step} = context;
    const {swap, finished, make, keepPackagesIn} = this.#options;
    const file = step.finishedPackage ?? packageFileOf(step, make.packageDirectory);
    const result = await swap.run({...context, onUsage: commands.add}, file);
    if (result.kind !== 'succeeded') return result;
    if (keepPackagesIn !== undefined) {
      const kept = join(keepPackagesIn, 'All', `${packageLabel(step)}${step.packageSuffix}`);
      try {
        await placeCopy(file, kept);
      } catch (error) {
        // The port is upgraded; that its package could not be kept is worth a word, not a failure.
        const text = `the package could not be kept as ${kept}: ${String(error)}`;
        await logLine(context.log, text);
        context.emit({kind: 'warning', origin: step.origin, text});
      }
    }
    await finished.remove(step.origin, file);
    return result;
  }
}

/**
 * Reads from a package phase's log which packages the framework looked for and did not find (Mk/Scripts/
 * actual-package-depends.sh): the package would silently lack them. Files it does not find an owner for may be the base
 * system's and do not count.
 */
export function unregisteredDependencies(log: string): string[] {
  const complaints = log.matchAll(/^actual-package-depends: dependency on (\S*[<>=]\S*) not registered$/gm);
  return [...new Set([...complaints].map(([, pattern = '']) => pattern))];
}
