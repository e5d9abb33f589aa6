import {median, probe} from './measure.js';
import {countText, megabytesText, msText} from './number-text.js';
import type {PlanProbe} from './plan-probe.js';
import type {Row} from './row.js';

const mostMs = 2_000;
const mostBytes = 400e6;
const repetitions = 5;

/** The plan of the whole tree from facts: time, and greatest memory of the process that makes facts and plan. */
export function measurePlan(): Promise<readonly Row[]> {
  const runs = Array.from({length: repetitions}, () => probe('plan-probe.js') as PlanProbe);
  const middle = (of: (run: PlanProbe) => number): number => median(runs.map(of));
  const [first] = runs;
  if (first === undefined) throw new Error('Internal error: nothing was measured');
  const planMs = middle((run) => run.planMs);
  const peakBytes = middle((run) => run.peakBytes);
  const {steps, phases, edges, leftOut, withoutRow, otherFlavors, renamed, flagged} = first;
  const parts = [1_000, 4_000, 16_000].map((ports) => ({
    ports,
    ms: (probe('plan-probe.js', String(ports)) as PlanProbe).planMs,
  }));
  const size = `${countText(steps)} steps, ${countText(phases)} phases, ${countText(edges)} edges, ${leftOut} left out`;
  const scaling = parts.map(({ports, ms}) => `${countText(ports)} ports ${msText(ms)}`).join(', ');
  const oddities = `of the tree's 31,644 ports the table has ${countText(steps)}; ${withoutRow} lines without a row count as met by the base system, ${otherFlavors} lines on another flavor as met by the default one, ${renamed} port with a taken name has a name of its own, ${flagged} ports with IGNORE are planned all the same`;
  const what = 'plan of the whole tree from facts';
  return Promise.resolve([
    {
      what: `${what}: time`,
      measured: msText(planMs),
      bound: `< ${msText(mostMs)}`,
      met: planMs < mostMs,
      note: `median of ${repetitions} processes, each cold; ${msText(middle((run) => run.planCpuMs))} of processor time, all threads; ${size}; ${scaling}; ${oddities}`,
      values: {
        planMs,
        planCpuMs: middle((run) => run.planCpuMs),
        ...Object.fromEntries(parts.map(({ports, ms}) => [`planMs${ports}`, ms])),
      },
    },
    {
      what: `${what}: memory`,
      measured: megabytesText(peakBytes),
      bound: `< ${megabytesText(mostBytes)}`,
      met: peakBytes < mostBytes,
      note: `greatest resident memory; node alone ${megabytesText(middle((run) => run.startBytes))}, with fixture and facts ${megabytesText(middle((run) => run.factsBytes))}; reading the fixture ${msText(middle((run) => run.fixtureMs))}, making facts ${msText(middle((run) => run.factsMs))}`,
      values: {peakBytes, factsBytes: middle((run) => run.factsBytes)},
    },
  ]);
}
