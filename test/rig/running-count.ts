import {existsSync, readFileSync} from 'node:fs';
import {execFileSync} from 'node:child_process';

/** One moment at which a process started or ended, in nanoseconds. */
interface Stamp {
  readonly at: bigint;
  readonly change: 1 | -1;
}

/**
 * Shell words that append a start and an end stamp around a command. Each stamp is one short write to a file that is open
 * for appending, so nothing is lost and nobody has to take a lock.
 */
export function stamped(file: string, command: string): string {
  return `echo "s $(date +%s%N)" >> ${file}; ${command}; echo "e $(date +%s%N)" >> ${file}`;
}

function stampsOf(file: string): Stamp[] {
  if (!existsSync(file)) return [];
  const stamps = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Stamp => {
      const [kind, at = ''] = line.split(' ');
      return {at: BigInt(at), change: kind === 's' ? 1 : -1};
    });
  // An end at the same moment as a start is counted first.
  return stamps.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.change - b.change));
}

/** How many processes ran at most at the same time, and how many ran in all. */
export function mostAtOnce(file: string): {readonly most: number; readonly started: number} {
  let running = 0;
  let most = 0;
  let started = 0;
  for (const {change} of stampsOf(file)) {
    running += change;
    if (change === 1) started += 1;
    most = Math.max(most, running);
  }
  return {most, started};
}

/** The name of GNU make here, or undefined. */
export function gnuMake(): string | undefined {
  return ['gmake', 'make'].find((name) => {
    try {
      return execFileSync(name, ['--version'], {stdio: ['ignore', 'pipe', 'ignore']})
        .toString()
        .startsWith('GNU Make');
    } catch {
      return false;
    }
  });
}
