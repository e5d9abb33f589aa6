import {createHash} from 'node:crypto';
import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {succeeded} from '../model/command.js';
import {originParts, portDirectory, type PortOrigin} from '../model/origin.js';
import type {World} from '../model/world.js';
import type {CommandRunner, StopSignals} from '../system/command.js';
import {parseVariables, variableArguments, type PortAnswers} from './make-variables.js';

/** What one call of make says of one port in one flavor, or why it says nothing. */
export type PortReading =
  | {readonly kind: 'read'; readonly answers: PortAnswers; readonly fingerprint: string}
  | {readonly kind: 'absent'}
  | {readonly kind: 'unreadable'; readonly text: string}
  | {readonly kind: 'no-make'};

/** Asks make for a port's variables: one call, no side effects (`make -V` runs no target). */
export async function readPort(
  runner: CommandRunner,
  world: World,
  origin: PortOrigin,
  stop: StopSignals = {},
): Promise<PortReading> {
  const directory = join(world.portsDirectory, portDirectory(origin));
  const {flavor} = originParts(origin);
  if (!(await isFile(join(directory, 'Makefile')))) return {kind: 'absent'};
  const {outcome, stdout, stderr} = await runner.capture(
    {
      program: world.make,
      args: ['-C', directory, ...world.makeArguments, ...variableArguments()],
      env: {...world.environment, BATCH: 'yes', FLAVOR: flavor},
    },
    stop,
  );
  if (outcome.kind === 'not-started') return {kind: 'no-make'};
  const answers = succeeded(outcome) ? parseVariables(stdout) : undefined;
  if (answers === undefined) return {kind: 'unreadable', text: errorLine(stderr, stdout)};
  if (answers.PKGBASE === '' || answers.PKGVERSION === '') {
    return {kind: 'unreadable', text: 'the port has no package name and version'};
  }
  const directories = new Set([directory, answers.MASTERDIR === '' ? directory : answers.MASTERDIR]);
  return {kind: 'read', answers, fingerprint: await fingerprintOf(answers.everything, directories)};
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false; // Not there, or not to be looked at: for the caller the same.
  }
}

/** The line of make's complaint that says most: the one with a file and line number. */
function errorLine(stderr: string, stdout: string): string {
  const lines = `${stderr}\n${stdout}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.find((line) => /:\s*\d+:|" line \d+/.test(line)) ?? lines[0] ?? 'make ended without a word';
}

/** Hashes make's answers and the name, size and time of every file of the port and of its master port. */
async function fingerprintOf(answers: string, directories: ReadonlySet<string>): Promise<string> {
  const hash = createHash('sha256').update(answers);
  for (const directory of directories) {
    for (const folder of [directory, join(directory, 'files')]) {
      for (const line of await describeFiles(folder)) hash.update(line);
    }
  }
  return hash.digest('hex');
}

async function describeFiles(folder: string): Promise<string[]> {
  let names: string[];
  try {
    names = (await readdir(folder, {withFileTypes: true}))
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name);
  } catch {
    return []; // Most ports have no `files` folder.
  }
  return Promise.all(
    names.sort().map(async (name) => {
      const {size, mtimeMs} = await stat(join(folder, name));
      return `${name} ${size} ${mtimeMs}\n`;
    }),
  );
}
