import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import {inTemporaryFolder, inTurn, median, medianOfPairs, portparProgram, runTimed} from './measure.js';
import {msText, ratioText} from './number-text.js';
import {replayOf, writeRecorder} from './recorded-calls.js';
import type {Row} from './row.js';
import {manyPackages, type ManyPackages} from './thousand-packages.js';

const mostWarmMs = 500;
const mostTimes = 1.1;
const warmRuns = 9;
const coldPairs = 2;

/** `portpar -L`: with what is remembered from the call before, and with nothing, against the same calls of make by xargs. */
export async function measureVersions(): Promise<readonly Row[]> {
  return inTemporaryFolder(async (folder) => {
    const many = await manyPackages(join(folder, 'many'), 1000);
    const some = await manyPackages(join(folder, 'some'), 300);
    return [...warm(many), ...(await cold(folder, some))];
  });
}

function listVersions(config: string): {ms: number; stdout: string} {
  return runTimed(process.execPath, [portparProgram, '--config', config, '-L']);
}

function forget({stateDirectory}: ManyPackages): void {
  rmSync(stateDirectory, {recursive: true, force: true});
}

function warm(world: ManyPackages): Row[] {
  forget(world);
  const before = listVersions(world.config).stdout;
  const runs = Array.from({length: warmRuns}, () => listVersions(world.config));
  if (runs.some(({stdout}) => stdout !== before)) throw new Error('-L says something else the second time');
  const ms = median(runs.map((run) => run.ms));
  return [
    {
      what: `warm -L with ${world.packages} installed packages`,
      measured: msText(ms),
      bound: `< ${msText(mostWarmMs)}`,
      met: ms < mostWarmMs,
      note: `median of ${warmRuns}; sandbox ports, prepared answers in place of pkg(8)`,
      values: {warmMs: ms},
    },
  ];
}

async function cold(folder: string, world: ManyPackages): Promise<Row[]> {
  const cores = availableParallelism();
  const recorder = writeRecorder(folder, world.make);
  const recording = join(folder, 'recording.toml');
  const config = readFileSync(world.config, 'utf8');
  writeFileSync(recording, config.replace(/^make = .*$/m, `make = ${JSON.stringify(recorder.program)}`));
  listVersions(recording);
  const {commands, environment, calls} = replayOf(recorder.record, world.make);
  const times = await inTurn(
    coldPairs,
    () => {
      forget(world);
      return listVersions(world.config).ms;
    },
    () =>
      runTimed('xargs', ['-P', String(cores), '-d', '\\n', '-n', '1', 'sh', '-c', 'eval "$1"', 'sh'], {
        env: environment,
        input: commands,
      }).ms,
  );
  const ratio = medianOfPairs(times, (portpar, xargs) => portpar / xargs);
  return [
    {
      what: `cold -L against xargs -P ${cores}, ${world.packages} installed packages`,
      measured: `${ratioText(ratio)} times`,
      bound: `≤ ${mostTimes} times`,
      met: ratio <= mostTimes,
      note: `portpar -L ${msText(median(times.a))}, xargs ${msText(median(times.b))} for the same ${calls} calls of make with the same arguments and environment (each through one sh that becomes make); median of ${coldPairs} pairs; sandbox ports`,
      values: {ratio, portparMs: median(times.a), xargsMs: median(times.b), calls},
    },
  ];
}
