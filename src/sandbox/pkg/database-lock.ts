import {closeSync, openSync, readFileSync, rmSync, statSync, unlinkSync, writeSync} from 'node:fs';
import {join} from 'node:path';

/** How long a writer waits for another one: pkg(8)'s LOCK_RETRIES times LOCK_WAIT. */
const patienceMs = 5000;
/** How often it looks: a lock file has no event to wait for. */
const intervalMs = 50;
/** Taking away a dead writer's lock is over in an instant; a breaker older than this died in the middle of it. */
const breakerLifeMs = 10_000;

const clockTick = new Int32Array(new SharedArrayBuffer(4));

/** The file that names the process which is changing the database. */
export function lockFile(directory: string): string {
  return join(directory, 'lock');
}

/** True while a process with this id exists. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readHolder(path: string): number | undefined {
  try {
    const pid = Number(/^\d+/.exec(readFileSync(path, 'utf8'))?.[0]);
    return Number.isNaN(pid) ? 0 : pid;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** True when a live process holds the lock; an empty lock file is one that is just being written. */
export function isHeld(directory: string): boolean {
  const path = lockFile(directory);
  const holder = readHolder(path);
  if (holder === undefined) return false;
  return holder === 0 ? isYoung(path) : isAlive(holder);
}

function isYoung(path: string): boolean {
  try {
    return Date.now() - statSync(path).mtimeMs < breakerLifeMs;
  } catch {
    return true; // gone meanwhile: look again
  }
}

function createExclusively(path: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'wx', 0o644);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  writeSync(descriptor, `${process.pid}\n`);
  closeSync(descriptor);
  return true;
}

/** Removes the lock of a dead process. Only one process at a time does so, or it might take away its successor's. */
function breakStale(directory: string): void {
  const breaker = `${lockFile(directory)}.breaking`;
  if (!createExclusively(breaker)) {
    if (!isYoung(breaker)) rmSync(breaker, {force: true});
    return;
  }
  if (!isHeld(directory)) rmSync(lockFile(directory), {force: true});
  unlinkSync(breaker);
}

/** Takes the write lock; false when a live process still holds it after pkg(8)'s five seconds. */
export function takeLock(directory: string): boolean {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    if (createExclusively(lockFile(directory))) return true;
    if (!isHeld(directory)) breakStale(directory);
    else if (Date.now() >= deadline) return false;
    else Atomics.wait(clockTick, 0, 0, intervalMs);
  }
}

/** Gives the lock back. */
export function releaseLock(directory: string): void {
  unlinkSync(lockFile(directory));
}
