import {execFile} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {link, mkdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {hostname} from 'node:os';
import {dirname} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
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
    if (await createWhole(path, text)) return ok({release: () => removeOwn(path, text)});
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
    await removeDead(path, held.text);
  }
}

/** Makes a file with all its content at once, so that nobody reads half a lock; false when there is one already. */
async function createWhole(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text, {mode: 0o644, flag: 'wx'});
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(draft, {force: true});
  }
}

/** Gives a lock back, unless it is somebody else's by now. */
async function removeOwn(path: string, text: string): Promise<void> {
  const held = await readLock(path);
  if (typeof held === 'object' && held.text === text) await rm(path, {force: true});
}

/** A removal takes no time: a guard of this age was left by a crash. */
const oldestGuardMs = 10_000;

/**
 * Removes the lock of a dead holder, if it is still there. One process at a time: another one that saw the same dead holder
 * would remove the lock that the first has taken since.
 */
async function removeDead(path: string, text: string): Promise<void> {
  const guard = `${path}.removing`;
  if (!(await createWhole(guard, ''))) {
    const info = await stat(guard).catch(() => undefined); // Gone meanwhile: try again.
    if (info !== undefined && Date.now() - info.mtimeMs > oldestGuardMs) await rm(guard, {force: true});
    await delay(20);
    return;
  }
  try {
    const held = await readLock(path);
    if (typeof held === 'object' && held.text === text) await rm(path, {force: true});
  } finally {
    await rm(guard, {force: true});
  }
}

interface Holder {
  readonly text: string;
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
  return {text, pid, host, started};
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
      // The same words whoever asks: ps(1) speaks in local time and in the user's language.
      env: {...process.env, LC_ALL: 'C', TZ: 'UTC'},
    });
    return stdout.trim() === '' ? undefined : stdout.trim();
  } catch {
    return undefined; // ps(1) fails when no such process exists.
  }
}
