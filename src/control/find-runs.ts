import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {ask} from './control-client.js';
import {isAbsent, readSocketPlace} from './socket-place.js';

/** A run that is alive and can be asked. */
export interface LiveRun {
  readonly id: string;
  readonly socket: string;
}

/** The runs that are alive below a state directory, oldest first, and those that somebody else keeps to himself. */
export interface FoundRuns {
  readonly alive: readonly LiveRun[];
  /** Ids of runs, alive or not, whose sockets this user may not even look for. */
  readonly closed: readonly string[];
}

/** Looks at every run's folder. Runs that ended without taking their socket away are passed over: nobody listens there. */
export async function findRuns(stateDirectory: string): Promise<FoundRuns> {
  const runs = join(stateDirectory, 'runs');
  const alive: LiveRun[] = [];
  const closed: string[] = [];
  for (const id of (await namesIn(runs)).sort()) {
    const reply = await look(join(runs, id));
    if (reply === 'closed') closed.push(id);
    else if (reply !== undefined) alive.push({id, socket: reply});
  }
  return {alive, closed};
}

/** The socket of a run that is alive, `closed` where that is not for us to know, and undefined for a run of the past. */
async function look(runDirectory: string): Promise<string | undefined> {
  let socket: string | undefined;
  try {
    socket = await readSocketPlace(runDirectory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return 'closed';
    throw error;
  }
  if (socket === undefined) return undefined;
  const {kind} = await ask(socket, undefined);
  if (kind === 'gone') return undefined;
  return kind === 'not-permitted' ? 'closed' : socket;
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
