// Plans the tree, or the first N ports of it, in this process, and prints what that took: node dist/bench/plan-probe.js [N]
import {buildPlan} from '../src/planning/build-plan.js';
import {treeFacts} from './tree-facts.js';
import {readTreeFixture} from './tree-fixture.js';
import {portsArgument} from './tree-plan.js';

/** What one process took to make a plan. Memory is the greatest resident so far. */
export interface PlanProbe {
  readonly steps: number;
  readonly phases: number;
  readonly edges: number;
  readonly leftOut: number;
  readonly fixtureMs: number;
  readonly factsMs: number;
  readonly planMs: number;
  /** Processor time of the same, of all threads. */
  readonly planCpuMs: number;
  readonly startBytes: number;
  readonly factsBytes: number;
  readonly peakBytes: number;
  readonly otherFlavors: number;
  readonly withoutRow: number;
  readonly renamed: number;
  readonly flagged: number;
}

const peak = (): number => process.resourceUsage().maxRSS * 1024;

function measure(ports: number | undefined): PlanProbe {
  const startBytes = peak();
  const started = performance.now();
  const fixture = readTreeFixture();
  const read = performance.now();
  const {facts, ...odd} = treeFacts(fixture, ports);
  const made = performance.now();
  const factsBytes = peak();
  const cpuBefore = process.cpuUsage();
  const plan = buildPlan(facts, {all: true, origins: [], force: false, exclude: [], fetchOnly: false});
  const planMs = performance.now() - made;
  const {user, system} = process.cpuUsage(cpuBefore);
  return {
    steps: plan.steps.length,
    phases: plan.nodes.length,
    edges: plan.nodes.reduce((sum, {waitsFor, after}) => sum + waitsFor.length + after.length, 0),
    leftOut: plan.leftOut.length,
    fixtureMs: read - started,
    factsMs: made - read,
    planMs,
    planCpuMs: (user + system) / 1000,
    startBytes,
    factsBytes,
    peakBytes: peak(),
    ...odd,
  };
}

process.stdout.write(`${JSON.stringify(measure(portsArgument(process.argv[2])))}\n`);
