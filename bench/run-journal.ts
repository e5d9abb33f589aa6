import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {EventOf, RunEvent} from '../src/model/event.js';
import type {Plan} from '../src/model/plan.js';
import type {RunSummary} from '../src/model/summary.js';

/** What the journal of a run tells. */
export interface JournaledRun {
  readonly events: readonly RunEvent[];
  readonly plan: Plan;
  readonly summary: RunSummary;
}

/** The newest run below a `runs` folder; throws when it is not complete, or a step of it did not succeed. */
export function lastRun(runs: string): JournaledRun {
  const run = readdirSync(runs).sort().at(-1);
  if (run === undefined) throw new Error(`there is no run in ${runs}`);
  const events = readFileSync(join(runs, run, 'journal.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RunEvent);
  const {plan} = first(events, 'run-started');
  const {summary} = first(events, 'run-finished');
  const bad = summary.results.filter(({status}) => status !== 'succeeded').length;
  if (bad > 0) throw new Error(`${bad} steps did not succeed`);
  return {events, plan, summary};
}

function first<Kind extends RunEvent['kind']>(journal: readonly RunEvent[], kind: Kind): EventOf<Kind> {
  const found = journal.find((event): event is EventOf<Kind> => event.kind === kind);
  if (found === undefined) throw new Error(`the journal has no ${kind}`);
  return found;
}
