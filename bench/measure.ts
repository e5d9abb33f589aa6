import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** The middle value; the mean of the two in the middle where their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[sorted.length / 2 - 1] ?? NaN)) / 2;
}

/** Something that takes a while, measured in milliseconds. */
export type Timed = () => number | Promise<number>;

/**
 * Measures two things in turn, A B A B …, after one round that does not count, so that a machine that gets slower or faster
 * meanwhile does so for both. Gives the times of each, pair by pair.
 */
export async function inTurn(pairs: number, a: Timed, b: Timed): Promise<{a: number[]; b: number[]}> {
  const times: {a: number[]; b: number[]} = {a: [], b: []};
  for (let round = 0; round <= pairs; round += 1) {
    const first = await a();
    const second = await b();
    if (round === 0) continue;
    times.a.push(first);
    times.b.push(second);
  }
  return times;
}

/** The median of what `combine` makes of each pair: a ratio, or a difference. */
export function medianOfPairs(
  {a, b}: {readonly a: readonly number[]; readonly b: readonly number[]},
  combine: (a: number, b: number) => number,
): number {
  return median(a.map((value, index) => combine(value, b[index] ?? NaN)));
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly cwd?: string;
}

/** Runs a program to its end and gives its wall time in milliseconds and its output; throws when it does not end well. */
export function runTimed(
  program: string,
  args: readonly string[],
  {env = process.env, input, cwd}: CommandOptions = {},
): {ms: number; stdout: string} {
  const start = performance.now();
  const {status, error, stdout, stderr} = spawnSync(program, [...args], {
    env,
    cwd,
    input: input ?? '',
    maxBuffer: 1e9,
    encoding: 'utf8',
  });
  const ms = performance.now() - start;
  if (error !== undefined) throw error;
  if (status !== 0) {
    const tail = `${stdout}\n${stderr}`.trim().split('\n').slice(-20).join('\n');
    throw new Error(`${program} ${args.join(' ')} ended with ${String(status)}:\n${tail}`);
  }
  return {ms, stdout};
}

/** A file of the repository, told from where the compiled benchmarks are (`dist/bench`). */
export function repositoryFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

export const portparProgram = repositoryFile('bin/portpar.js');

/** Gives `work` a temporary folder and takes it away afterwards. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'portpar-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

/** Runs another compiled file of this folder in a node process of its own; it prints one line of JSON. */
export function probe(file: string, ...args: readonly string[]): unknown {
  const path = repositoryFile(`dist/bench/${file}`);
  return JSON.parse(runTimed(process.execPath, [path, ...args]).stdout) as unknown;
}
