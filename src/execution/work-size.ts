import {succeeded} from '../model/command.js';
import type {CommandRunner, StopSignals} from '../system/command.js';

/**
 * What a work directory takes on its disk, in bytes (du(1)). Undefined when it is not there or cannot be read whole: half a
 * size would be worse than none.
 */
export async function workSize(
  runner: CommandRunner,
  directory: string,
  stop: StopSignals,
): Promise<number | undefined> {
  const {outcome, stdout} = await runner.capture({program: 'du', args: ['-sk', directory]}, stop);
  if (!succeeded(outcome)) return undefined;
  const kilobytes = /^(\d+)\s/.exec(stdout)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
