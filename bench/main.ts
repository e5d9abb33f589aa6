// Runs the benchmarks and prints their table: node dist/bench/main.js [--strict] [NAME…]
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {availableParallelism, cpus, tmpdir, totalmem} from 'node:os';
import {join} from 'node:path';
import {repositoryFile} from './measure.js';
import {benchmarks} from './registry.js';
import type {Row} from './row.js';
import {tableText} from './table.js';

/** What a reader has to know of the machine; nothing that tells which one it is. */
const machine = {
  cores: availableParallelism(),
  processor: cpus()[0]?.model ?? 'unknown',
  memoryGB: Math.round(totalmem() / 1e9),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
};

/** The rows of one benchmark, measured in a process of its own. One that breaks is a row that missed its bound. */
function measured(name: string, folder: string): Row[] {
  const output = join(folder, `${name}.json`);
  const started = performance.now();
  const {status, signal, error} = spawnSync(
    process.execPath,
    [repositoryFile('dist/bench/run-one.js'), name, output],
    {stdio: ['ignore', 'inherit', 'inherit']},
  );
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stderr.write(`portpar: benchmark ${name}: ${seconds} s\n`);
  if (status === 0) return JSON.parse(readFileSync(output, 'utf8')) as Row[];
  const end = error?.message ?? (signal === null ? `exit code ${String(status)}` : signal);
  return [{what: name, measured: 'broken', bound: '-', met: false, note: `the benchmark ended with ${end}`}];
}

function run(names: readonly string[], isStrict: boolean): number {
  const unknown = names.filter((name) => !Object.hasOwn(benchmarks, name));
  if (unknown.length > 0) {
    const known = Object.keys(benchmarks).join(', ');
    process.stderr.write(`portpar: no such benchmark: ${unknown.join(', ')}; there are ${known}\n`);
    return 64;
  }
  const folder = mkdtempSync(join(tmpdir(), 'portpar-bench-'));
  try {
    const chosen = names.length > 0 ? names : Object.keys(benchmarks);
    const rows = chosen.flatMap((name) => measured(name, folder));
    process.stdout.write(`${tableText(rows)}\n`);
    writeFileSync(
      repositoryFile('bench/results.json'),
      `${JSON.stringify({machine, at: new Date().toISOString(), rows}, undefined, 2)}\n`,
    );
    const missed = rows.filter(({met}) => met === false).length;
    if (missed > 0) process.stdout.write(`${missed} of ${rows.length} rows miss their bound\n`);
    return isStrict && missed > 0 ? 1 : 0;
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

const words = process.argv.slice(2);
process.exitCode = run(
  words.filter((word) => word !== '--strict'),
  words.includes('--strict'),
);
