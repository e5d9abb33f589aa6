import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Lab, labDirectory} from '../test/lab/lab.js';
import {packageQueries} from '../src/analysis/pkg-query.js';
import {coldListRow} from './cold-list.js';
import {inTemporaryFolder, inTurn, median, medianOfPairs, runTimed} from './measure.js';
import {msText, ratioText} from './number-text.js';
import {skipped, type Row} from './row.js';

/** A program that runs portmaster with its arguments on the same lab. */
const portmaster = process.env['PORTPAR_PORTMASTER'];
const pairs = 3;

/** The real framework and the real pkg(8), where a lab is named; and portmaster on the same system, where it is too. */
export async function measureLab(): Promise<readonly Row[]> {
  if (labDirectory === undefined) {
    return [
      skipped(
        'lab: -l, cold -L and -a against portmaster',
        'ratios',
        'PORTPAR_LAB names no lab (docs/benchmarks.md)',
      ),
    ];
  }
  const lab = await Lab.open(labDirectory);
  try {
    await lab.reset();
    const rows = [await listRow(lab), await coldRow(lab)];
    if (portmaster === undefined) {
      rows.push(
        skipped('lab: cold -L and -a against portmaster', 'ratios', 'PORTPAR_PORTMASTER names no program'),
      );
      return rows;
    }
    return [...rows, await versionsRow(lab, portmaster), await upgradeRow(lab, portmaster)];
  } finally {
    await lab.close();
  }
}

async function timed(lab: Lab, ...args: readonly string[]): Promise<number> {
  const started = performance.now();
  const {status, stderr} = await lab.run(args);
  const ms = performance.now() - started;
  if (status !== 0)
    throw new Error(`portpar ${args.join(' ')} ended with ${String(status)}: ${stderr.slice(-500)}`);
  return ms;
}

async function listRow(lab: Lab): Promise<Row> {
  const env = lab.environment;
  const {stdout} = await lab.pkg('query', '-a', '%n');
  const packages = stdout.trim().split('\n').length;
  const times = await inTurn(
    2 * pairs + 1,
    () => timed(lab, '-l'),
    () =>
      runTimed('pkg', ['query', '-a', packageQueries.packages], {env}).ms +
      runTimed(process.execPath, ['-e', '0'], {env}).ms,
  );
  const above = medianOfPairs(times, (portpar, base) => portpar - base);
  return {
    what: `lab: -l with ${packages} installed packages and the real pkg(8)`,
    measured: `${msText(above)} above`,
    bound: '≤ 150.0 ms above pkg query and node -e 0',
    met: above <= 150,
    note: `portpar -l ${msText(median(times.a))}, the other two ${msText(median(times.b))}; median of ${2 * pairs + 1} pairs`,
    values: {aboveMs: above, portparMs: median(times.a), baseMs: median(times.b)},
  };
}

/** With the real framework a call of make takes as long as it does for users. */
async function coldRow(lab: Lab): Promise<Row> {
  return inTemporaryFolder(async (folder) => {
    const make = runTimed('sh', ['-c', 'command -v make'], {env: lab.environment}).stdout.trim();
    const config = join(folder, 'portpar.toml');
    writeFileSync(
      config,
      `make = ${JSON.stringify(make)}\nstate_dir = ${JSON.stringify(join(folder, 'state'))}\n`,
    );
    return coldListRow({
      what: 'lab: cold -L',
      note: 'the real ports framework',
      folder,
      make,
      config,
      pairs,
      forget: () => {
        rmSync(join(folder, 'state'), {recursive: true, force: true});
      },
      list: (file) => timed(lab, '--config', file, '-L'),
    });
  });
}

async function versionsRow(lab: Lab, program: string): Promise<Row> {
  const times = await inTurn(
    pairs,
    async () => {
      await lab.reset();
      return timed(lab, '-L');
    },
    () => runTimed(program, ['-L']).ms,
  );
  return compared('lab: cold -L against portmaster -L', times, `median of ${pairs} pairs`);
}

/** Builds that wait a little and make empty packages: what is measured is what the tools add. */
async function upgradeRow(lab: Lab, program: string): Promise<Row> {
  const env = {...process.env, LAB_DUMMY: '1', LAB_SECONDS: lab.environment['LAB_SECONDS']};
  await lab.reset();
  const a = await timed(lab, '-a', '-y');
  await lab.reset();
  const b = runTimed(program, ['-aGDB', '--no-confirm'], {env}).ms;
  const times = {a: [a], b: [b]};
  return compared('lab: -a against portmaster -aGDB --no-confirm', times, 'one run of each');
}

function compared(what: string, times: {a: number[]; b: number[]}, how: string): Row {
  const ratio = medianOfPairs(times, (portpar, other) => other / portpar);
  return {
    what,
    measured: `${ratioText(ratio)} times as fast`,
    bound: 'ratio only',
    note: `portpar ${msText(median(times.a))}, portmaster ${msText(median(times.b))}; ${how}`,
    values: {ratio, portparMs: median(times.a), portmasterMs: median(times.b)},
  };
}
