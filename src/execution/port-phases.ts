import {join} from 'node:path';
import type {FinishedPackages} from '../state/finished-packages.js';
import {succeeded, type CommandOutcome, type CommandSpec} from '../model/command.js';
import {packageLabel} from '../model/package.js';
import type {World} from '../model/world.js';
import type {CommandRunner} from '../system/command.js';
import {placeCopy, readTail} from '../system/files.js';
import type {Backups} from './backups.js';
import {logCommand, logLine} from './log-writer.js';
import {makeCommands, packageFileOf, type MakeOptions, type MakePhase} from './make-phases.js';
import type {PackageSwap} from './package-swap.js';
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
    switch (phase) {
      case 'fetch':
      case 'build':
        return this.#make(context, phase);
      case 'package':
        return this.#package(context);
      case 'install':
        return this.#install(context);
    }
  }

  async #make(context: PhaseContext, phase: MakePhase): Promise<PhaseResult> {
    const {world, make} = this.#options;
    for (const spec of makeCommands(world, context.step, phase, make, context.jobs)) {
      const outcome = await this.#command(context, spec);
      if (outcome.kind === 'stopped') return {kind: 'stopped'};
      if (!succeeded(outcome)) return this.#failed(context, outcome);
    }
    return {kind: 'succeeded'};
  }

  /** Makes the package, looks whether it is what it should be, and saves the old one, so that the installation is short. */
  async #package(context: PhaseContext): Promise<PhaseResult> {
    const {step, log} = context;
    const {pkg, make, finished, backups, backup} = this.#options;
    const made = await this.#make(context, 'package');
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
      await backups.make(step.replaces, (spec) => this.#command(context, spec));
    }
    return context.stop.terminate?.aborted === true ? {kind: 'stopped'} : {kind: 'succeeded'};
  }

  async #install(context: PhaseContext): Promise<PhaseResult> {
    const {step} = context;
    const {swap, finished, make, keepPackagesIn} = this.#options;
    const file = step.finishedPackage ?? packageFileOf(step, make.packageDirectory);
    const result = await swap.run(context, file);
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

  async #command(context: PhaseContext, spec: CommandSpec): Promise<CommandOutcome> {
    const {step, phase, log, stop, emit} = context;
    await logCommand(log, spec);
    const outcome = await this.#options.runner.logged(spec, {
      log,
      ...stop,
      onStart: (pid) => {
        emit({kind: 'command-started', origin: step.origin, phase, pid, argv: [spec.program, ...spec.args]});
      },
    });
    emit({kind: 'command-ended', origin: step.origin, phase, outcome});
    return outcome;
  }

  async #failed({step, phase, log}: PhaseContext, outcome: CommandOutcome): Promise<PhaseResult> {
    const excerpt = this.#options.excerpt(await readTail(log));
    return {
      kind: 'failed',
      failure: {kind: 'phase-failed', origin: step.origin, phase, outcome, log, excerpt},
    };
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
