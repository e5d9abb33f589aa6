import {median, probe} from './measure.js';
import {countText} from './number-text.js';
import type {Row} from './row.js';
import type {SchedulerProbe} from './scheduler-probe.js';

const mostUs = 50;
const repetitions = 3;
/** A phase of the whole tree may cost so many times one of the smallest part: linear, but for caches that overflow. */
const mostGrowth = 1.5;
/** Alone, a phase costs little but its place in a queue that is a heap: the logarithm of the number of ports shows. */
const mostGrowthAlone = 2;

/** What it costs to schedule a phase that is done at once, through the executor and in the scheduler alone. */
export function measureScheduler(): Promise<readonly Row[]> {
  const sizes = ['1000', '4000', '16000', ''].map((ports) => {
    const runs = Array.from(
      {length: repetitions},
      () => probe('scheduler-probe.js', ports) as SchedulerProbe,
    );
    return {
      ports: runs[0]?.ports ?? 0,
      executorUs: median(runs.map((run) => run.executorUs)),
      schedulerUs: median(runs.map((run) => run.schedulerUs + run.schedulerSetupUs)),
    };
  });
  const row = (what: string, of: (size: (typeof sizes)[number]) => number, mostTimes: number): Row => {
    const costs = sizes.map(of);
    const most = Math.max(...costs);
    const growth = (costs.at(-1) ?? NaN) / (costs[0] ?? NaN);
    return {
      what,
      measured: `${most.toFixed(1)} µs, ${growth.toFixed(2)} times from least to all`,
      bound: `< ${mostUs} µs, linear (≤ ${mostTimes})`,
      met: most < mostUs && growth <= mostTimes,
      note: `${sizes.map((size) => `${countText(size.ports)} ports ${of(size).toFixed(1)} µs`).join(', ')}; median of ${repetitions} processes, each warmed up with 1,000 ports, setting up included, 4 builders`,
      values: Object.fromEntries(sizes.map((size) => [`us${size.ports}`, of(size)])),
    };
  };
  return Promise.resolve([
    row('scheduler cost per phase, through the executor', ({executorUs}) => executorUs, mostGrowth),
    row('scheduler cost per phase, scheduler alone', ({schedulerUs}) => schedulerUs, mostGrowthAlone),
  ]);
}
