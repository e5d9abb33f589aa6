import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {EventOf, RunEvent} from '../src/model/event.js';
import {phaseId, type PhaseNode} from '../src/model/plan.js';
import {lowerBound} from './lower-bound.js';
import {inTemporaryFolder, portparProgram, runTimed} from './measure.js';
import {msText, ratioText} from './number-text.js';
import type {Row} from './row.js';

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
    const journal = onlyJournal(join(sandbox, 'state', 'runs'));
    const {plan} = first(journal, 'run-started');
    const {summary} = first(journal, 'run-finished');
    const bad = summary.results.filter(({status}) => status !== 'succeeded').length;
    if (bad > 0) throw new Error(`${bad} steps did not succeed`);
    const took = new Map<string, number>();
    for (const event of journal) {
      if (event.kind !== 'phase-finished') continue;
      const id = phaseId(event.phase, event.origin);
      took.set(id, (took.get(id) ?? 0) + event.durationMs);
    }
    const bound = lowerBound(plan.nodes, workers, ({id}: PhaseNode) => took.get(id) ?? 0);
    const ratio = summary.wallMs / bound.boundMs;
    return Promise.resolve([
      {
        what: `real run of ${plan.steps.length} steps in a sandbox of ${ports} ports, ${workers} workers`,
        measured: `${msText(summary.wallMs)}, ${ratioText(ratio)} times the lower bound`,
        bound: `≤ ${mostOver} times`,
        met: ratio <= mostOver,
        note: `from its own journal: critical path ${msText(bound.criticalPathMs)}, builds and packages ÷ workers ${msText(bound.workMs)}, installations one at a time ${msText(bound.installsMs)}; reading and planning before the run ${msText(whole.ms - summary.wallMs)}`,
        values: {ratio, wallMs: summary.wallMs, boundMs: bound.boundMs},
      },
    ]);
  });
}

function onlyJournal(runs: string): RunEvent[] {
  const [run, ...others] = readdirSync(runs);
  if (run === undefined || others.length > 0) throw new Error(`there is not one run in ${runs}`);
  return readFileSync(join(runs, run, 'journal.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RunEvent);
}

function first<Kind extends RunEvent['kind']>(journal: readonly RunEvent[], kind: Kind): EventOf<Kind> {
  const found = journal.find((event): event is EventOf<Kind> => event.kind === kind);
  if (found === undefined) throw new Error(`the journal has no ${kind}`);
  return found;
}
