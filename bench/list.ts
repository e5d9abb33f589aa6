import {packageQueries} from '../src/analysis/pkg-query.js';
import {inTemporaryFolder, inTurn, median, medianOfPairs, portparProgram, runTimed} from './measure.js';
import {msText} from './number-text.js';
import type {Row} from './row.js';
import {manyPackages} from './thousand-packages.js';

const mostAboveMs = 150;
const pairs = 9;

/** `portpar -l` against what asking pkg(8) once and starting node take together, one after the other. */
export async function measureList(): Promise<readonly Row[]> {
  return inTemporaryFolder(async (folder) => {
    const world = await manyPackages(folder, 1000);
    const env = {...process.env, ...world.environment};
    const listed = runTimed(process.execPath, [portparProgram, '--config', world.config, '-l'], {env}).stdout;
    if (!listed.includes(String(world.packages)))
      throw new Error(`-l lists something else:\n${listed.slice(-500)}`);
    const times = await inTurn(
      pairs,
      () => runTimed(process.execPath, [portparProgram, '--config', world.config, '-l'], {env}).ms,
      () =>
        runTimed(world.pkg, ['query', '-a', packageQueries.packages], {env}).ms +
        runTimed(process.execPath, ['-e', '0'], {env}).ms,
    );
    const above = medianOfPairs(times, (portpar, base) => portpar - base);
    return [
      {
        what: `-l with ${world.packages} installed packages`,
        measured: `${msText(above)} above`,
        bound: `≤ ${msText(mostAboveMs)} above pkg query and node -e 0`,
        met: above <= mostAboveMs,
        note: `portpar -l ${msText(median(times.a))}, the other two ${msText(median(times.b))}; median of ${pairs} pairs; pkg is a shell script that prints prepared answers: see the lab rows for the real one`,
        values: {aboveMs: above, portparMs: median(times.a), baseMs: median(times.b)},
      },
    ];
  });
}
