import {spawnSync} from 'node:child_process';
import {shellWord} from './fake-bin/answers.js';
import type {PortparProcess} from './portpar-rig-process.js';
import {portparProgram, type PortparRig, type StartOptions} from './portpar-rig.js';

/** Why no terminal can be had here; undefined where one can. Only util-linux's script(1) takes `-c` and gives the exit code. */
export const noTerminal: string | undefined = (() => {
  const {error, stdout} = spawnSync(
    'script',
    ['-qec', 'test -t 0 && test -t 1 && echo terminal', '/dev/null'],
    {
      encoding: 'utf8',
      input: '',
      env: {...process.env, SHELL: '/bin/sh'},
    },
  );
  if (error !== undefined) return 'there is no script(1) to make a terminal with';
  return stdout.includes('terminal')
    ? undefined
    : 'this script(1) does not make a terminal of a command line';
})();

/** Starts portpar on a terminal of its own; `type` writes to its keyboard, and `\u0003` is Ctrl-C. */
export function startOnTerminal(
  rig: PortparRig,
  args: readonly string[],
  options: StartOptions = {},
): PortparProcess {
  const words = [process.execPath, portparProgram, '--config', rig.world.configFile, ...args];
  return rig.launch('/usr/bin/script', ['-qec', words.map(shellWord).join(' '), '/dev/null'], {
    ...options,
    env: {TERM: 'xterm', ...options.env},
    interactive: true,
  });
}

/** Terminal output as text: without colours and cursor movements, lines ending in a plain newline. */
export function plainText(output: string): string {
  // eslint-disable-next-line no-control-regex -- that is what is taken out
  return output.replace(/\u001B\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r\n', '\n');
}
