import {resolve} from 'node:path';
import {ok, type Result} from '../../model/result.js';
import {initSandbox} from '../../sandbox/init.js';
import type {CommandRunner} from '../../system/command.js';
import {exitStatus} from '../exit-status.js';
import type {Terminal} from '../terminal.js';

export interface SandboxRequest {
  readonly directory: string;
  readonly ports?: number;
  readonly seed?: number;
}

/** Makes a sandbox, and says how to use it. */
export async function makeSandbox(
  {directory, ...size}: SandboxRequest,
  runner: CommandRunner,
  {out, err}: Terminal,
): Promise<Result<number>> {
  const made = await initSandbox({
    directory: resolve(directory),
    runner,
    ...size,
    progress: ({done, total, origin}) => {
      if (err.isTerminal) err.write(`\r\u001B[KInstalling the older generation ${done}/${total} ${origin}`);
    },
  });
  if (err.isTerminal) err.write('\r\u001B[K');
  if (!made.ok) return made;
  const {config, installed} = made.value;
  out.write(
    `Made a sandbox with ${installed} installed packages, part of them out of date. Try:\n` +
      `  portpar --config ${config} -L\n` +
      `  portpar --config ${config} -a\n`,
  );
  return ok(exitStatus.done);
}
