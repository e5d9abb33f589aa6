import {ask} from '../../control/control-client.js';
import {findRuns, type FoundRuns, type LiveRun} from '../../control/find-runs.js';
import type {ControlRequest, ControlResult, Refusal} from '../../control/protocol.js';
import type {PartialConfig} from '../../config/config.js';
import {countOf, listOf} from '../../logging/count-text.js';
import type {Failure} from '../../model/failure.js';
import {fail, ok, type Result} from '../../model/result.js';
import {unreachable} from '../../model/unreachable.js';
import {openConfig} from '../open-world.js';

export interface CtlInvocation {
  readonly request: ControlRequest;
  /** Which run, where several are alive. */
  readonly run?: string;
  readonly flags: PartialConfig;
  readonly configFile?: string;
}

/** `portpar ctl`: changes a run that is under way. Gives back what to tell about it. */
export async function controlRun(invocation: CtlInvocation): Promise<Result<string>> {
  const config = await openConfig(invocation.flags, invocation.configFile);
  if (!config.ok) return config;
  const {stateDirectory} = config.value;
  const chosen = chooseRun(await findRuns(stateDirectory), invocation.run, stateDirectory);
  if (!chosen.ok) return chosen;
  const answered = await askRun(chosen.value, invocation.request);
  return answered.ok ? ok(`Run ${chosen.value.id} ${doneText(answered.value)}\n`) : answered;
}

/** The run that is meant: the only one, or the one of that id. */
export function chooseRun(
  {alive, closed}: FoundRuns,
  id: string | undefined,
  stateDirectory: string,
): Result<LiveRun> {
  const ids = alive.map((run) => run.id);
  const named = alive.find((run) => run.id === id);
  if (named !== undefined) return ok(named);
  const [only, ...more] = alive;
  if (id === undefined && only !== undefined) {
    if (more.length === 0) return ok(only);
    const message = `Several runs are alive: ${listOf(ids, 'and')}`;
    return fail<Failure>({kind: 'invalid-usage', message, hint: 'Say which one with --run ID.'});
  }
  if (id !== undefined && only !== undefined) {
    const message = `No run ${id} is alive; ${listOf(ids, 'and')} ${ids.length === 1 ? 'is' : 'are'}`;
    return fail<Failure>({kind: 'not-possible', message});
  }
  return fail(noRun(stateDirectory, closed));
}

/** What keeps a command from finding any run. */
export function noRun(stateDirectory: string, closed: readonly string[]): Failure {
  if (closed.length > 0) {
    const hint = 'Only the user who started a run, and root, may look at it and lead it.';
    return {kind: 'not-permitted', action: 'look for runs in', path: `${stateDirectory}/runs`, hint};
  }
  return {
    kind: 'not-possible',
    message: `No run is alive in ${stateDirectory}`,
    hint: 'Runs of other users, or with another state_dir, are found by that user, or with their --config FILE.',
  };
}

/** What a run gives back, or why there is nothing. */
export async function askRun(run: LiveRun, request: ControlRequest): Promise<Result<ControlResult>> {
  const reply = await ask(run.socket, request);
  switch (reply.kind) {
    case 'answer':
      return reply.answer.ok ? ok(reply.answer.result) : fail(refused(reply.answer.refusal, run));
    case 'listening':
      throw new Error('Internal error: a request was answered as if nothing had been asked');
    case 'gone':
      return fail<Failure>({kind: 'not-possible', message: `Run ${run.id} has just ended`});
    case 'not-permitted':
      return fail(noRun(run.socket, [run.id]));
    case 'trouble':
      return fail<Failure>({
        kind: 'file-trouble',
        action: 'talk to a run at',
        path: run.socket,
        message: reply.message,
      });
    default:
      return unreachable(reply);
  }
}

function refused({kind, message, hint}: Refusal, run: LiveRun): Failure {
  const help = hint === undefined ? {} : {hint};
  switch (kind) {
    case 'usage':
      return {kind: 'invalid-usage', message, ...help};
    case 'state':
      return {kind: 'not-possible', message, ...help};
    case 'protocol':
    case 'internal':
      return {kind: 'file-trouble', action: 'talk to a run at', path: run.socket, message, ...help};
    default:
      return unreachable(kind);
  }
}

/** What was done, after the name of the run. */
function doneText(result: ControlResult): string {
  switch (result.command) {
    case 'status':
      return 'is alive.';
    case 'pause':
      return `${result.changed ? 'is paused' : 'was paused already'}: what runs goes on, nothing new is started until \`portpar ctl resume\`.`;
    case 'resume':
      return result.changed ? 'goes on.' : 'was not paused.';
    case 'stop':
      return 'was told to end, as with SIGTERM.';
    case 'workers': {
      const {before, builders} = result;
      const text = countOf(builders, 'builder');
      return before === builders ? `has ${text} already.` : `has ${text} from now on, and had ${before}.`;
    }
    case 'push':
      return `does ${listOf(result.pushed, 'and')} before others from now on.`;
    default:
      return unreachable(result);
  }
}
