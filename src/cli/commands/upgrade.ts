import {once} from 'node:events';
import {createInterface} from 'node:readline/promises';
import {readInstalledPackages} from '../../analysis/installed-packages.js';
import type {Config, PartialConfig} from '../../config/config.js';
import {planJson, planText} from '../../logging/plan-text.js';
import {summaryText} from '../../logging/summary-text.js';
import type {Plan} from '../../model/plan.js';
import {fail, ok, type Result} from '../../model/result.js';
import type {World} from '../../model/world.js';
import type {MeasuringRunner} from '../../system/command.js';
import {takeLock} from '../../system/run-lock.js';
import {exitStatus, statusOfRun, statusOfSignal} from '../exit-status.js';
import {join} from 'node:path';
import {forecastRun} from '../forecast-run.js';
import {makePlan, type MadePlan} from '../make-plan.js';
import {openConfig, openWorld} from '../open-world.js';
import {checkPermissions} from '../permissions.js';
import {runPlan} from '../run-plan.js';
import type {StopControl} from '../stop-control.js';
import type {Terminal} from '../terminal.js';

export interface UpgradeInvocation {
  readonly all: boolean;
  readonly operands: readonly string[];
  readonly flags: PartialConfig;
  readonly configFile?: string;
  /** As typed, for the journal and the lock. */
  readonly command: readonly string[];
}

/** The main job: read, plan, ask, run, report. Returns the exit code, or what kept it from starting. */
export async function upgradePorts(
  invocation: UpgradeInvocation,
  runner: MeasuringRunner,
  terminal: Terminal,
  control: StopControl,
): Promise<Result<number>> {
  const config = await openConfig(invocation.flags, invocation.configFile);
  if (!config.ok) return config;
  const world = await openWorld(config.value, runner);
  const job = {invocation, config: config.value, world, runner, terminal, control};
  for (;;) {
    const made = await makePlan({...job, ...invocation, stop: control.signals});
    const before = control.reason();
    if (before !== undefined) return ok(interrupted(terminal, before));
    if (!made.ok) return made;
    await showPlan(made.value.plan, job);
    if (config.value.dryRun || made.value.plan.steps.length === 0) {
      return ok(statusOfPlan(made.value.plan, invocation.all));
    }
    const permitted = await checkPermissions(made.value.plan, world, config.value);
    if (!permitted.ok) return permitted;
    if (!(await isAgreed(config.value, terminal, control))) {
      const signal = control.reason();
      if (signal !== undefined) return ok(interrupted(terminal, signal));
      terminal.out.write('Nothing was changed.\n');
      return ok(exitStatus.done);
    }
    const status = await runUnderLock(made.value, job);
    if (status !== 'outdated') return status;
    terminal.err.write(
      'portpar: the installed packages have changed since the plan was made; planning again.\n',
    );
  }
}

interface Job {
  readonly invocation: UpgradeInvocation;
  readonly config: Config;
  readonly world: World;
  readonly runner: MeasuringRunner;
  readonly terminal: Terminal;
  readonly control: StopControl;
}

async function showPlan(plan: Plan, {config, world, runner, terminal}: Job): Promise<void> {
  const forecast = await forecastRun(plan, config, world, runner);
  if (config.json && config.dryRun) terminal.out.write(planJson(plan, forecast));
  else (config.json ? terminal.err : terminal.out).write(planText(plan, terminal.page(), forecast));
  if (config.json && !config.dryRun && plan.steps.length === 0) terminal.out.write(nothingToDoJson(plan));
}

/** Runs the plan, unless somebody changed what it was made from before the lock was ours. */
async function runUnderLock(made: MadePlan, job: Job): Promise<Result<number> | 'outdated'> {
  const {invocation, config, world, runner, terminal} = job;
  const {plan, packages} = made;
  const lock = await takeLock(join(world.stateDirectory, 'locks', 'run'), invocation.command);
  if (!lock.ok) return lock;
  try {
    const now = await readInstalledPackages(runner, world);
    if (!now.ok) return now;
    if (JSON.stringify(now.value) !== JSON.stringify(packages)) return 'outdated';
    const {summary, trouble} = await runPlan(plan, {...job, ...made, command: invocation.command});
    if (!config.json) terminal.out.write(summaryText(summary, plan, terminal.page()));
    return trouble === undefined
      ? ok(statusOfRun(summary) || statusOfPlan(plan, invocation.all))
      : fail(trouble);
  } finally {
    await lock.value.release();
  }
}

/** Done, unless something was asked for by name and cannot be had, or a port could not even be read. */
function statusOfPlan({leftOut}: Plan, all: boolean): number {
  const isShort = all ? leftOut.some(({reason}) => reason.kind === 'unreadable') : leftOut.length > 0;
  return isShort ? exitStatus.stepsFailed : exitStatus.done;
}

/** The one line of a run with `--json` that has nothing to run. */
function nothingToDoJson({leftOut}: Plan): string {
  return `${JSON.stringify({at: Date.now(), kind: 'nothing-to-do', leftOut})}\n`;
}

function interrupted(terminal: Terminal, signal: string): number {
  terminal.err.write('portpar: interrupted before anything was changed.\n');
  return statusOfSignal(signal);
}

/** One question where somebody can answer it; none elsewhere. */
async function isAgreed(config: Config, terminal: Terminal, control: StopControl): Promise<boolean> {
  const {dialogue} = terminal;
  if (config.yes || dialogue === undefined) return true;
  const lines = createInterface({input: process.stdin, output: dialogue});
  const close = (): void => {
    lines.close();
  };
  try {
    // readline takes Ctrl-C for itself while it asks; a closed input is no consent.
    const closed = once(lines, 'close').then(() => 'n');
    lines.on('SIGINT', () => {
      control.stop('SIGINT');
    });
    control.signals.terminate?.addEventListener('abort', close, {once: true});
    const answered = lines.question('Proceed? [y/N] ').catch((error: unknown) => {
      // Node's way to tell of Ctrl-D.
      if (error instanceof Error && error.name === 'AbortError') return 'n';
      throw error;
    });
    const answer = await Promise.race([answered, closed]);
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    control.signals.terminate?.removeEventListener('abort', close);
    close();
  }
}
