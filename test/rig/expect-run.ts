import assert from 'node:assert/strict';
import type {EventOf, RunEvent} from '../../src/model/event.js';
import type {StepStatus} from '../../src/model/summary.js';
import {checkJournalOrder} from './expect-run-order.js';
import type {Ended} from './portpar-rig-process.js';
import type {PortparRig} from './portpar-rig.js';

/** How every step of a run is expected to have ended. What is not said is expected of no step. */
export interface ExpectedRun {
  readonly succeeded?: readonly string[];
  readonly failed?: readonly string[];
  /** The step that each skipped one names as the cause. */
  readonly skipped?: Readonly<Record<string, string>>;
  readonly cancelled?: readonly string[];
  /** The output has no printed summary (`--json`, or nobody read it). */
  readonly withoutText?: boolean;
}

type Ends = Readonly<Record<StepStatus, readonly string[]>>;

/**
 * Compares the journal of the last run, its own summary and the summary it printed with what is expected, in both
 * directions; and the conservation law: all steps of the plan, and no others, end exactly once.
 */
export function expectRun(rig: PortparRig, {stdout}: Pick<Ended, 'stdout'>, expected: ExpectedRun): void {
  const {journal} = rig;
  checkJournalOrder(journal);
  const {succeeded = [], failed = [], skipped = {}, cancelled = []} = expected;
  const wanted = sorted({succeeded, failed, skipped: Object.keys(skipped), cancelled});

  const ends = eventsOf(journal, 'step-finished');
  assert.deepEqual(endsOf(ends), wanted, 'how the steps ended, by the journal');
  assert.deepEqual(
    Object.fromEntries(
      ends.filter(({cause}) => cause !== undefined).map(({origin, cause}) => [origin, cause?.origin]),
    ),
    skipped,
    'why steps were skipped',
  );

  const [started, ...otherStarts] = eventsOf(journal, 'run-started');
  assert.ok(started !== undefined && otherStarts.length === 0, 'the run started once');
  assert.deepEqual(
    ends.map(({origin}) => String(origin)).sort(),
    started.plan.steps.map(({origin}) => String(origin)).sort(),
    'each step of the plan ends exactly once',
  );

  const [finished, ...otherEnds] = eventsOf(journal, 'run-finished');
  assert.ok(finished !== undefined && otherEnds.length === 0, 'the run ended once');
  assert.equal(journal.at(-1)?.kind, 'run-finished');
  assert.deepEqual(endsOf(finished.summary.results), wanted, 'how the steps ended, by the summary');
  if (expected.withoutText !== true) {
    assert.deepEqual(printedEnds(stdout), wanted, 'how the steps ended, by the printed summary');
  }
}

export function eventsOf<Kind extends RunEvent['kind']>(
  journal: readonly RunEvent[],
  kind: Kind,
): EventOf<Kind>[] {
  return journal.filter((event): event is EventOf<Kind> => event.kind === kind);
}

function endsOf(items: readonly {readonly origin: string; readonly status: StepStatus}[]): Ends {
  const having = (status: StepStatus): string[] =>
    items.filter((item) => item.status === status).map(({origin}) => origin);
  return sorted({
    succeeded: having('succeeded'),
    failed: having('failed'),
    skipped: having('skipped'),
    cancelled: having('cancelled'),
  });
}

function sorted(ends: Ends): Ends {
  return {
    succeeded: [...ends.succeeded].sort(),
    failed: [...ends.failed].sort(),
    skipped: [...ends.skipped].sort(),
    cancelled: [...ends.cancelled].sort(),
  };
}

const headings: Readonly<Record<string, StepStatus>> = {
  'Upgraded:': 'succeeded',
  'Installed:': 'succeeded',
  'Replaced:': 'succeeded',
  'Rebuilt:': 'succeeded',
  'Fetched:': 'succeeded',
  'Failed:': 'failed',
  'Skipped:': 'skipped',
  'Cancelled:': 'cancelled',
};

/** The ports below each heading of the printed summary, which comes last in the output. */
function printedEnds(stdout: string): Ends {
  const at = stdout.search(/^Run \d{8}-\S+ ended after/m);
  assert.ok(at >= 0, `a summary was printed:\n${stdout}`);
  const ends: Record<StepStatus, string[]> = {succeeded: [], failed: [], skipped: [], cancelled: []};
  let status: StepStatus | undefined;
  for (const line of stdout.slice(at).split('\n')) {
    if (!line.startsWith(' ')) status = headings[line];
    const origin = /^ {2}\S/.test(line) ? /[\w-]+\/[\w+.-]+(@[\w+.-]+)?/.exec(line)?.[0] : undefined;
    if (status !== undefined && origin !== undefined) ends[status].push(origin);
  }
  return sorted(ends);
}
