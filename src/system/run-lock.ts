import {execFile} from 'node:child_process';
import {mkdir, open, readFile, rm} from 'node:fs/promises';
import {hostname} from 'node:os';
import {dirname} from 'node:path';
import {promisify} from 'node:util';
import {fail, ok, type Result} from '../model/result.js';

/** A lock that is held: one readable file with the holder's pid, host, start and command. */
export interface RunLock {
  release(): Promise<void>;
}

/**
 * Takes a lock by making its file. A lock whose holder is dead (same host, no such process, or a process that started at
 * another time) is taken over; one that cannot be read is reported and not touched.
 */
export async function takeLock(path: string, command: readonly string[]): Promise<Result<RunLock>> {
  await mkdir(dirname(path), {recursive: true});
  const lines = {
    pid: String(process.pid),
    host: hostname(),
    started: (await processStart(process.pid)) ?? 'unknown',
    command: command.join(' '),
  };
  const text = Object.entries(lines)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
  for (;;) {
    try {
      const file = await open(path, 'wx', 0o644);
      await file.writeFile(text);
      await file.close();
      return ok({release: () => rm(path, {force: true})});
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const held = await readLock(path);
    if (held === 'gone') continue;
    if (held === 'unreadable') {
      return fail({
        kind: 'lock-held',
        path,
        holder: 'a lock file that cannot be read',
        hint: `If no portpar runs, remove ${path}.`,
      });
    }
    if (await isAlive(held)) {
      const holder = `portpar ${held.pid} on ${held.host}, started ${held.started}`;
      return fail({kind: 'lock-held', path, holder, hint: 'Wait for it to end, or end it, and try again.'});
    }
    await rm(path, {force: true});
  }
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly started: string;
}

async function readLock(path: string): Promise<Holder | 'gone' | 'unreadable'> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'unreadable';
  }
  const values = new Map(
    text.split('\n').map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]),
  );
  const pid = Number(values.get('pid'));
  const host = values.get('host');
  const started = values.get('started');
  if (!Number.isInteger(pid) || pid <= 0 || host === undefined || started === undefined) return 'unreadable';
  return {pid, host, started};
}

async function isAlive({pid, host, started}: Holder): Promise<boolean> {
  if (host !== hostname()) return true; // Not to be told from here.
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  // Where ps(1) cannot tell, a process of that number has to be taken for the holder.
  const now = await processStart(pid);
  return now === undefined || started === 'unknown' || now === started;
}

/** When a process started, in ps(1)'s words; undefined when there is none. Tells a process from a later one of its number. */
async function processStart(pid: number): Promise<string | undefined> {
  try {
    const {stdout} = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], {
      env: {...process.env, LC_ALL: 'C'},
    });
    return stdout.trim() === '' ? undefined : stdout.trim();
  } catch {
    return undefined; // ps(1) fails when no such process exists.
  }
}
