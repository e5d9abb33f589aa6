// Schedules the plan of N ports with phases that are done at once: node dist/bench/scheduler-probe.js [N]
import {executePlan} from '../src/execution/executor.js';
import type {PhaseNode, Plan} from '../src/model/plan.js';
import {Scheduler} from '../src/scheduling/scheduler.js';
import {systemClock} from '../src/system/clock.js';
import {skewedDurations} from './durations.js';
import {planOfTree, portsArgument} from './tree-plan.js';

/** What one process took, in microseconds for each phase. */
export interface SchedulerProbe {
  readonly ports: number;
  readonly phases: number;
  readonly executorUs: number;
  readonly schedulerUs: number;
  readonly schedulerSetupUs: number;
}

const builders = 4;
const fetchers = 2;
const warmUpPorts = 1000;

/** Starts whatever may start and ends it in the order of the starts. */
function scheduleAll(nodes: readonly PhaseNode[]): {setupMs: number; runMs: number} {
  const started = performance.now();
  const scheduler = new Scheduler(nodes, {builders, fetchers, jobsTotal: builders});
  const ready = performance.now();
  const running: PhaseNode[] = [];
  let ended = 0;
  const fill = (): void => {
    for (let start = scheduler.next(0, () => true); start !== undefined;) {
      running.push(start.node);
      start = scheduler.next(0, () => true);
    }
  };
  fill();
  for (let node = running.shift(); node !== undefined; node = running.shift()) {
    scheduler.ended(node, 0);
    scheduler.succeeded(node.id);
    ended += 1;
    fill();
  }
  if (ended !== nodes.length) throw new Error(`Internal error: ${ended} of ${nodes.length} phases ran`);
  return {setupMs: ready - started, runMs: performance.now() - ready};
}

async function measure(ports: number | undefined): Promise<SchedulerProbe> {
  // Once to warm up: a process that has just started runs its own code slowly.
  await executeAtOnce(planOfTree(warmUpPorts, skewedDurations));
  const plan = planOfTree(ports, skewedDurations);
  const executorMs = await executeAtOnce(plan);
  const {setupMs, runMs} = scheduleAll(plan.nodes);
  const count = plan.nodes.length;
  return {
    ports: plan.steps.length,
    phases: count,
    executorUs: (executorMs * 1000) / count,
    schedulerUs: (runMs * 1000) / count,
    schedulerSetupUs: (setupMs * 1000) / count,
  };
}

/** Carries the plan out with phases that are done at once; gives the time that takes. */
async function executeAtOnce(plan: Plan): Promise<number> {
  const count = plan.nodes.length;
  let finished = 0;
  const started = performance.now();
  await executePlan(plan, {
    runId: 'bench',
    command: ['portpar', '-a'],
    logDirectory: '/nowhere',
    builders,
    fetchers,
    jobsTotal: builders,
    failFast: false,
    phases: {run: () => Promise.resolve({kind: 'succeeded'})},
    clock: systemClock,
    emit: ({kind}) => {
      if (kind === 'phase-finished') finished += 1;
    },
    stop: {},
  });
  const executorMs = performance.now() - started;
  if (finished !== count) throw new Error(`Internal error: ${finished} of ${count} phases finished`);
  return executorMs;
}

process.stdout.write(`${JSON.stringify(await measure(portsArgument(process.argv[2])))}\n`);
