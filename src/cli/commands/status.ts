import {setTimeout as delay} from 'node:timers/promises';
import type {PartialConfig} from '../../config/config.js';
import {findRuns, type LiveRun} from '../../control/find-runs.js';
import {liveLines, usualRows} from '../../logging/live-lines.js';
import {LiveRegion} from '../../logging/live-region.js';
import type {RunSnapshot} from '../../logging/run-snapshot.js';
import {stableJson} from '../../logging/stable-json.js';
import type {Failure} from '../../model/failure.js';
import {fail, ok, type Result} from '../../model/result.js';
import {exitStatus, statusOfSignal} from '../exit-status.js';
import {openConfig} from '../open-world.js';
import type {StopControl} from '../stop-control.js';
import type {Terminal} from '../terminal.js';
import {askRun, chooseRun, noRun} from './ctl.js';

const redrawMs = 1000;

export interface StatusInvocation {
  readonly follow: boolean;
  /** Only this run. */
  readonly run?: string;
  readonly flags: PartialConfig;
  readonly configFile?: string;
}

/** `portpar status`: the live table of every run that is alive, once or until the run ends. */
export async function showStatus(
  invocation: StatusInvocation,
  terminal: Terminal,
  control: StopControl,
): Promise<Result<number>> {
  const config = await openConfig(invocation.flags, invocation.configFile);
  if (!config.ok) return config;
  const {stateDirectory, json} = config.value;
  const found = await findRuns(stateDirectory);
  if (invocation.follow) {
    const chosen = chooseRun(found, invocation.run, stateDirectory);
    if (!chosen.ok) return chosen;
    return follow(chosen.value, terminal, control, json);
  }
  const named = invocation.run === undefined ? undefined : chooseRun(found, invocation.run, stateDirectory);
  if (named?.ok === false) return named;
  const snapshots: RunSnapshot[] = [];
  for (const run of named === undefined ? found.alive : [named.value]) {
    const snapshot = await snapshotOf(run);
    if (!snapshot.ok) return snapshot;
    if (snapshot.value !== undefined) snapshots.push(snapshot.value);
  }
  if (json) {
    terminal.out.write(stableJson({runs: snapshots}));
    return ok(snapshots.length > 0 ? exitStatus.done : exitStatus.stepsFailed);
  }
  if (snapshots.length === 0) return fail(noRun(stateDirectory, found.closed));
  const {columns} = terminal.page();
  const tables = snapshots.map((snapshot) => [
    ...(snapshots.length > 1 ? [terminal.palette.strong(`Run ${snapshot.runId}:`)] : []),
    ...liveLines(snapshot, {palette: terminal.palette, columns}),
  ]);
  terminal.out.write(`${tables.map((lines) => lines.join('\n')).join('\n\n')}\n`);
  return ok(exitStatus.done);
}

/** The run as it stands; undefined where it has just ended or not yet begun. */
async function snapshotOf(run: LiveRun): Promise<Result<RunSnapshot | undefined>> {
  const answered = await askRun(run, {command: 'status'});
  if (!answered.ok) {
    return answered.failures.every(({kind}) => kind === 'not-possible') ? ok(undefined) : answered;
  }
  // Made by `RunTracker.snapshot` of a portpar that speaks the same version of the protocol.
  const snapshot = answered.value.command === 'status' ? answered.value.run : null;
  return ok(snapshot === null ? undefined : (snapshot as RunSnapshot));
}

/** Draws the table again and again until the run ends, or somebody ends this. */
async function follow(
  run: LiveRun,
  terminal: Terminal,
  control: StopControl,
  json: boolean,
): Promise<Result<number>> {
  const {out, palette} = terminal;
  if (json || !out.isTerminal || process.env['TERM'] === 'dumb') {
    const message = '--follow draws on a terminal, and this is none; without it the table is shown once';
    return fail<Failure>({kind: 'invalid-usage', message});
  }
  const region = new LiveRegion(out);
  try {
    for (;;) {
      const snapshot = await snapshotOf(run);
      if (!snapshot.ok) return snapshot;
      if (snapshot.value === undefined) break;
      region.draw(liveLines(snapshot.value, {palette, columns: out.columns, rows: out.rows ?? usualRows}));
      await waitUnlessStopped(redrawMs, control);
      const signal = control.reason();
      if (signal !== undefined) return ok(statusOfSignal(signal));
    }
  } finally {
    region.close();
  }
  out.write(`Run ${run.id} has ended.\n`);
  return ok(exitStatus.done);
}

async function waitUnlessStopped(ms: number, {signals}: StopControl): Promise<void> {
  try {
    await delay(ms, undefined, {signal: signals.terminate});
  } catch (error) {
    if (signals.terminate?.aborted !== true) throw error;
  }
}
