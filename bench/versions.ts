import {rmSync} from 'node:fs';
import {join} from 'node:path';
import {coldListRow} from './cold-list.js';
import {inTemporaryFolder, median, portparProgram, runTimed} from './measure.js';
import {msText} from './number-text.js';
import type {Row} from './row.js';
import {manyPackages, type ManyPackages} from './thousand-packages.js';

const mostWarmMs = 500;
const warmRuns = 9;
const coldPairs = 2;

/** `portpar -L`: with what is remembered from the call before, and with nothing, against the same calls of make by xargs. */
export async function measureVersions(): Promise<readonly Row[]> {
  return inTemporaryFolder(async (folder) => {
    const many = await manyPackages(join(folder, 'many'), 1000);
    const some = await manyPackages(join(folder, 'some'), 300);
    return [...warm(many), await cold(folder, some)];
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

async function cold(folder: string, world: ManyPackages): Promise<Row> {
  return coldListRow({
    what: `cold -L, ${world.packages} installed packages of the sandbox,`,
    note: 'a call for a sandbox port is many times shorter than one for a real port: see the lab rows',
    folder,
    make: world.make,
    config: world.config,
    pairs: coldPairs,
    forget: () => {
      forget(world);
    },
    list: (config) => listVersions(config).ms,
  });
}
