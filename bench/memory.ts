import {executePlan} from '../src/execution/executor.js';
import type {PhaseRunner} from '../src/execution/phase-runner.js';
import {PlainLogger} from '../src/logging/plain-logger.js';
import {makePalette} from '../src/logging/palette.js';
import type {RunEvent} from '../src/model/event.js';
import type {Plan} from '../src/model/plan.js';
import {RemainingTime} from '../src/scheduling/remaining-time.js';
import {RunFolder} from '../src/state/run-folder.js';
import {systemClock} from '../src/system/clock.js';
import {ExecaRunner} from '../src/system/execa-runner.js';
import {inTemporaryFolder, median, probe} from './measure.js';
import {countText, megabytesText} from './number-text.js';
import type {Row} from './row.js';

const steps = 1000;
const mostBytes = 200e6;
/** The last quarter may have so much more than the second, on average. */
const mostGrowth = 1.1;
const sampleEveryMs = 50;
/** What a build prints; other phases print a hundredth of it. */
const buildOutputBytes = 1_000_000;

/** The memory of a run of many steps whose phases are real processes with much output. */
export async function measureMemory(): Promise<readonly Row[]> {
  const plan = probe('subset-plan.js', String(steps)) as Plan;
  return inTemporaryFolder(async (folder) => {
    const samples: number[] = [];
    const sampling = setInterval(() => samples.push(process.memoryUsage.rss()), sampleEveryMs);
    const started = performance.now();
    const written = await run(plan, folder);
    clearInterval(sampling);
    const seconds = Math.round((performance.now() - started) / 1000);
    const quarter = (index: number): number => {
      const part = samples.slice(
        Math.floor((samples.length * (index - 1)) / 4),
        Math.floor((samples.length * index) / 4),
      );
      return part.reduce((sum, value) => sum + value, 0) / part.length;
    };
    const peakBytes = process.resourceUsage().maxRSS * 1024;
    const growth = quarter(4) / quarter(2);
    const isFlat = growth <= mostGrowth;
    return [
      {
        what: `memory of a run with ${countText(plan.steps.length)} steps and noisy logs`,
        measured: `${megabytesText(peakBytes)} at most, last quarter ${growth.toFixed(2)} times the second`,
        bound: `< ${megabytesText(mostBytes)}, flat (≤ ${mostGrowth})`,
        met: peakBytes < mostBytes && isFlat,
        note: `executor, journal, plain output and remaining time, ${countText(plan.nodes.length)} processes that wrote ${megabytesText(written)} to their logs in ${seconds} s; quarters ${[1, 2, 3, 4].map((index) => megabytesText(quarter(index))).join(', ')}; median ${megabytesText(median(samples))} of ${samples.length} samples`,
        values: {peakBytes, growth, samples: samples.length},
      },
    ];
  });
}

/** Gives the bytes that all phases wrote. */
async function run(plan: Plan, folder: string): Promise<number> {
  const runFolder = new RunFolder(folder, 'bench');
  const runner = new ExecaRunner();
  const options = {builders: 2, fetchers: 2, jobsTotal: 2};
  const remaining = new RemainingTime(plan.nodes, {...options, cores: 2});
  let written = 0;
  let printed = 0;
  const sink = {
    write: (text: string) => {
      printed += text.length;
    },
    isTerminal: false,
    columns: 80,
  };
  const logger = new PlainLogger({sink, palette: makePalette({color: false}), verbose: false});
  const phases: PhaseRunner = {
    run: async ({phase, log}) => {
      const bytes = phase === 'build' ? buildOutputBytes : buildOutputBytes / 100;
      written += bytes;
      const args = [
        '-c',
        'yes "cc -O2 -pipe -c -o part.o part.c: a line as builds print them" | head -c "$0"',
        String(bytes),
      ];
      const outcome = await runner.logged({program: 'sh', args}, {log});
      if (outcome.kind !== 'exited' || outcome.status !== 0)
        throw new Error(`a phase ended as ${outcome.kind}`);
      return {kind: 'succeeded'};
    },
  };
  const {results} = await executePlan(plan, {
    ...options,
    runId: runFolder.id,
    command: ['portpar', '-a'],
    logDirectory: runFolder.logDirectory,
    failFast: false,
    phases,
    clock: systemClock,
    stop: {},
    emit: (event: RunEvent) => {
      runFolder.append(event);
      remaining.apply(event);
      logger.log(event);
      if (event.kind === 'phase-finished') remaining.remainingMs(event.at);
    },
  });
  runFolder.close();
  const failed = results.filter(({status}) => status !== 'succeeded').length;
  if (failed > 0 || printed === 0) throw new Error(`${failed} steps failed, ${printed} characters printed`);
  return written;
}
