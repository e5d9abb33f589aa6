import {rmSync} from 'node:fs';
import {availableParallelism, loadavg} from 'node:os';
import {join} from 'node:path';
import {attemptMake} from '../src/execution/make-attempt.js';
import {PhaseCommands} from '../src/execution/phase-commands.js';
import type {Phase} from '../src/model/plan.js';
import {ExecaRunner} from '../src/system/execa-runner.js';
import {TokenPool} from '../src/system/token-pool.js';
import {plainNumbers, type JobTokens} from '../src/system/token-pool-types.js';
import {gnuMake, mostAtOnce} from '../test/rig/running-count.js';
import {inTemporaryFolder, inTurn, median, medianOfPairs, runTimed} from './measure.js';
import {makeTokenPorts, type TokenPorts} from './token-ports.js';
import {skipped, type Row} from './row.js';

const pairs = 3;
const builds = ['one', 'two'] as const;
/** Wall times of whole builds differ by this much between two runs of the same thing. */
const noise = 1.05;

const what = 'two builds of a GNU make port set, shared tokens';
const wallWhat = 'the same, wall time against fixed -j';

/**
 * Two builds of the same ports side by side, once with shared job tokens and once with a fixed -j of all cores each, as two
 * ordinary parallel builds would run: how many compilers run at most at the same time, and how long it takes.
 */
export async function measureTokens(): Promise<readonly Row[]> {
  const cores = availableParallelism();
  const bound = `at most ${cores + 1} (cores + 1)`;
  const wallBound = `no worse (at most ${noise})`;
  if (gnuMake() !== 'gmake') {
    return [skipped(what, bound, 'there is no gmake'), skipped(wallWhat, wallBound, 'there is no gmake')];
  }
  const [foreignLoad = 0] = loadavg();
  return inTemporaryFolder(async (folder) => {
    const ports = await makeTokenPorts(folder, process.platform === 'linux' ? 'bmake' : 'make', cores);
    const runner = new ExecaRunner();
    const pool = await TokenPool.create(cores, runner);
    if ('trouble' in pool) throw new Error(pool.trouble);
    const log = join(folder, 'log');
    for (const build of builds)
      await runSet(ports, build, 'fetch', {runner, tokens: plainNumbers, log, cores});
    const most: {shared: number[]; fixed: number[]} = {shared: [], fixed: []};
    const timed = (tokens: JobTokens, counts: number[]) => async (): Promise<number> => {
      rmSync(ports.stamps, {force: true});
      const start = performance.now();
      await Promise.all(builds.map((build) => runSet(ports, build, 'build', {runner, tokens, log, cores})));
      const ms = performance.now() - start;
      counts.push(mostAtOnce(ports.stamps).most);
      return ms;
    };
    const times = await inTurn(pairs, timed(pool, most.shared), timed(plainNumbers, most.fixed));
    pool.close();
    const {started} = mostAtOnce(ports.stamps);
    const [shared, fixed] = [Math.max(...most.shared), Math.max(...most.fixed)];
    const ratio = medianOfPairs(times, (a, b) => a / b);
    const compiler = runTimed('cc', ['--version']).stdout.split('\n')[0] ?? '';
    return [
      {
        what,
        measured: `${shared} compilers at most (fixed -j${cores}: ${fixed})`,
        bound,
        met: shared <= cores + 1,
        note: `${started} files in ${builds.length} builds side by side, ${pairs + 1} times each way; ${compiler}`,
        values: {cores, mostShared: shared, mostFixed: fixed},
      },
      {
        what: wallWhat,
        measured: `${ratio.toFixed(2)} times`,
        bound: wallBound,
        met: ratio <= noise,
        note: `${pairs} pairs in turn, median of the ratios; ${seconds(times.a)} s against ${seconds(times.b)} s${busyNote(foreignLoad)}`,
        values: {
          ratio,
          foreignLoad,
          sharedMs: Math.round(median(times.a)),
          fixedMs: Math.round(median(times.b)),
        },
      },
    ];
  });
}

/** Beside other work, more processes get more of the cores: the fixed -j is then faster at the others' cost. */
function busyNote(load: number): string {
  return load < 0.5
    ? ''
    : `; the load before was ${load.toFixed(1)}, and with that the fixed -j takes more from others`;
}

function seconds(times: readonly number[]): string {
  return (median(times) / 1000).toFixed(2);
}

interface SetOptions {
  readonly runner: ExecaRunner;
  readonly tokens: JobTokens;
  readonly log: string;
  readonly cores: number;
}

/** Carries out one phase of all ports of one build, one port after the other. */
async function runSet(
  ports: TokenPorts,
  build: string,
  phase: Extract<Phase, 'fetch' | 'build'>,
  {runner, tokens, log, cores}: SetOptions,
): Promise<void> {
  const options = {
    runner,
    world: ports.world(build),
    make: {cleanBefore: true, cleanAfter: true, packageDirectory: ports.packages},
    tokens,
    secondTry: false,
    excerpt: (text: string) => text.split('\n').slice(-20),
  };
  for (const step of ports.steps) {
    const context = {step, phase, log: `${log}.${build}`, jobs: cores, stop: {}, emit: () => undefined};
    const result = await attemptMake(options, context, phase, new PhaseCommands(runner, context));
    if (result.kind !== 'succeeded') throw new Error(`${phase} ${step.origin}: ${JSON.stringify(result)}`);
  }
}
