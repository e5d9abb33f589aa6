import {join} from 'node:path';
import {phaseId, type PhaseNode} from '../src/model/plan.js';
import {lowerBound} from './lower-bound.js';
import {inTemporaryFolder, portparProgram, runTimed} from './measure.js';
import {msText, ratioText} from './number-text.js';
import type {Row} from './row.js';
import {lastRun} from './run-journal.js';

const ports = 200;
const workers = 2;
const mostOver = 1.1;

/** A real run of a generated sandbox, against the lower bound that its own journal gives. */
export async function measureSandboxRun(): Promise<readonly Row[]> {
  return inTemporaryFolder((folder) => {
    const sandbox = join(folder, 'sandbox');
    const portpar = (...args: readonly string[]): {ms: number} =>
      runTimed(process.execPath, [portparProgram, ...args]);
    portpar('sandbox', 'init', sandbox, '--ports', String(ports), '--seed', '1');
    const config = join(sandbox, 'portpar.toml');
    const whole = portpar('--config', config, '-a', '-f', '-y', '-j', String(workers));
    const {events, plan, summary} = lastRun(join(sandbox, 'state', 'runs'));
    const took = new Map<string, number>();
    for (const event of events) {
      if (event.kind !== 'phase-finished') continue;
      const id = phaseId(event.phase, event.origin);
      took.set(id, (took.get(id) ?? 0) + event.durationMs);
    }
    const bound = lowerBound(plan.nodes, workers, ({id}: PhaseNode) => took.get(id) ?? 0);
    // Installations wait for each other, which this bound does not know of; the note says what they add up to.
    const boundMs = Math.max(bound.criticalPathMs, bound.workMs);
    const ratio = summary.wallMs / boundMs;
    return Promise.resolve([
      {
        what: `real run of ${plan.steps.length} steps in a sandbox of ${ports} ports, ${workers} workers`,
        measured: `${msText(summary.wallMs)}, ${ratioText(ratio)} times critical path or work`,
        bound: `≤ ${mostOver} times`,
        met: ratio <= mostOver,
        note: `from its own journal: critical path ${msText(bound.criticalPathMs)}, builds and packages ÷ workers ${msText(bound.workMs)}, installations one at a time ${msText(bound.installsMs)}; reading and planning before the run ${msText(whole.ms - summary.wallMs)}`,
        values: {ratio, wallMs: summary.wallMs, boundMs, installsMs: bound.installsMs},
      },
    ]);
  });
}
