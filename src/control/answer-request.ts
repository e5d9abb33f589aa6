import type {RunController} from '../execution/run-controller.js';
import {unreachable} from '../model/unreachable.js';
import {findSteps, type NamedStep} from './find-step.js';
import {
  mostBuilders,
  parseRequest,
  protocolVersion,
  type ControlAnswer,
  type ControlRequest,
  type ControlResult,
  type Refusal,
} from './protocol.js';

/** A run as its socket sees it. */
export interface ControlledRun {
  readonly controller: RunController;
  /** The steps of its plan. */
  readonly steps: readonly NamedStep[];
  /** The run as it stands, as plain data; undefined before it has started. */
  readonly snapshot: () => unknown;
  /** Tells the run to end, as SIGTERM does. */
  readonly stop: () => void;
}

/** Does what a line asks for. Never throws: a bug that shows in answering costs the answer, not the run. */
export function answerRequest(line: string, run: ControlledRun): ControlAnswer {
  try {
    const request = parseRequest(line);
    const outcome = 'command' in request ? carryOut(request, run) : request;
    return 'command' in outcome ? {protocol: protocolVersion, ok: true, result: outcome} : refuse(outcome);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return refuse({kind: 'internal', message});
  }
}

/** The answer to something that is not done. */
export function refuse(refusal: Refusal): ControlAnswer {
  return {protocol: protocolVersion, ok: false, refusal};
}

function carryOut(request: ControlRequest, run: ControlledRun): ControlResult | Refusal {
  const {controller} = run;
  const {command} = request;
  switch (command) {
    case 'status':
      return {command, run: run.snapshot() ?? null};
    case 'pause':
    case 'resume': {
      const changed = controller.isPaused !== (command === 'pause');
      if (changed) controller[command]();
      return {command, changed};
    }
    case 'stop':
      run.stop();
      return {command};
    case 'workers':
      return changeWorkers(request, controller);
    case 'push':
      return push(request.port, run);
    default:
      return unreachable(command);
  }
}

function changeWorkers(
  {change, count}: Extract<ControlRequest, {command: 'workers'}>,
  controller: RunController,
): ControlResult | Refusal {
  const before = controller.builders;
  const wanted = change === 'to' ? count : before + count;
  if (wanted < 1 || wanted > mostBuilders) {
    return {
      kind: 'usage',
      message: `That would be ${wanted} builders of now ${before}; from 1 to ${mostBuilders} are possible`,
    };
  }
  if (wanted !== before) controller.setBuilders(wanted);
  return {command: 'workers', before, builders: wanted};
}

function push(text: string, {controller, steps}: ControlledRun): ControlResult | Refusal {
  const found = findSteps(text, steps);
  switch (found.kind) {
    case 'unknown':
      return {
        kind: 'usage',
        message: `The run has no port ${text}`,
        ...(found.nearest.length === 0 ? {} : {hint: `Did you mean ${found.nearest.join(' or ')}?`}),
      };
    case 'ambiguous':
      return {
        kind: 'usage',
        message: `The run has several ports of the name ${text}`,
        hint: `Give one of ${found.origins.join(', ')}.`,
      };
    case 'found': {
      const pushed = found.origins.filter((origin) => controller.push(origin));
      return pushed.length > 0
        ? {command: 'push', pushed}
        : {kind: 'state', message: `${text} has ended already`};
    }
    default:
      return unreachable(found);
  }
}
