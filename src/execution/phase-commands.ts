import type {CommandOutcome, CommandSpec} from '../model/command.js';
import type {PhaseMeasurement} from '../model/measurement.js';
import type {CommandRunner, CommandUsage} from '../system/command.js';
import {logCommand} from './log-writer.js';
import type {PhaseContext} from './phase-runner.js';

/** Runs the commands of one phase, one after the other: heads the log with each, tells of it, and adds up what all took. */
export class PhaseCommands {
  readonly #runner: CommandRunner;
  readonly #context: PhaseContext;
  #cpuMs: number | undefined;
  #peakBytes: number | undefined;

  constructor(runner: CommandRunner, context: PhaseContext) {
    this.#runner = runner;
    this.#context = context;
  }

  readonly run = async (
    spec: CommandSpec,
    descriptors?: Readonly<Record<number, number>>,
  ): Promise<CommandOutcome> => {
    const {step, phase, log, stop, emit} = this.#context;
    await logCommand(log, spec);
    const outcome = await this.#runner.logged(spec, {
      log,
      ...stop,
      ...(descriptors === undefined ? {} : {descriptors}),
      onStart: (pid) => {
        emit({kind: 'command-started', origin: step.origin, phase, pid, argv: [spec.program, ...spec.args]});
      },
      onUsage: this.add,
    });
    emit({kind: 'command-ended', origin: step.origin, phase, outcome});
    return outcome;
  };

  /** Counts in what another command of the phase took. */
  readonly add = ({cpuMs, peakBytes}: CommandUsage): void => {
    if (cpuMs !== undefined) this.#cpuMs = (this.#cpuMs ?? 0) + cpuMs;
    if (peakBytes !== undefined) this.#peakBytes = Math.max(this.#peakBytes ?? 0, peakBytes);
  };

  /** What all commands so far took together; undefined where nothing could be measured. */
  measured(jobs: number, workBytes?: number): {readonly measured?: PhaseMeasurement} {
    const cpuMs = this.#cpuMs;
    const peakBytes = this.#peakBytes;
    if (cpuMs === undefined && peakBytes === undefined && workBytes === undefined) return {};
    return {
      measured: {
        jobs,
        ...(cpuMs === undefined ? {} : {cpuMs}),
        ...(peakBytes === undefined ? {} : {peakBytes}),
        ...(workBytes === undefined ? {} : {workBytes}),
      },
    };
  }
}
