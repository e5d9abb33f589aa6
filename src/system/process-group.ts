import {execFile} from 'node:child_process';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';

/** Sends a signal to every process of a group; a group that is already gone is no error. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function groupExists(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/**
 * True while a group has a member that still runs. Zombies count for kill(2) and may stay for good where process 1 does not
 * reap (containers), so ps(1) is asked before a group is believed to be alive.
 */
async function groupRuns(group: number): Promise<boolean> {
  if (!groupExists(group)) return false;
  let stdout: string;
  try {
    ({stdout} = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,stat=']));
  } catch {
    return true; // Without ps(1) a zombie cannot be told from a living process.
  }
  return stdout.split('\n').some((line) => {
    const [id, state = ''] = line.trim().split(/\s+/);
    return Number(id) === group && !state.startsWith('Z');
  });
}

/** How long a group is waited for after KILL: nothing but zombies, or processes stuck in the kernel, can still be there. */
const patienceMs = 10_000;

/**
 * Ends whatever is left of a group whose leader has ended, and returns when nothing of it runs any more: a build may leave
 * a daemon behind, and a leader may die before its children. kill(2) has no event to wait for, hence the short intervals.
 * A group that was told to end already (`isTold`) is not told twice: make(1), for one, takes a second TERM as leave to die
 * before it has removed its half-made targets.
 */
export async function sweepGroup(
  group: number,
  graceMs: number,
  {isTold = false}: {readonly isTold?: boolean} = {},
): Promise<void> {
  if (!(await groupRuns(group))) return;
  const deadline = Date.now() + graceMs;
  if (!isTold) signalGroup(group, 'SIGTERM');
  for (let waitMs = 5; await groupRuns(group); waitMs = Math.min(waitMs * 2, 100)) {
    if (Date.now() >= deadline) signalGroup(group, 'SIGKILL');
    if (Date.now() >= deadline + patienceMs) return;
    await delay(waitMs);
  }
}
