import type {CommandSpec} from '../model/command.js';
import {constants} from 'node:os';

/** Variables that shells set anew at their start, and that the program is to see as they were. */
const shellsOwn = ['PWD', 'OLDPWD'] as const;

/**
 * Runs the program with log and stdin where it expects them, tells what all its processes took, and ends as it ended.
 *
 * The shell's own stdin is the log, so that no descriptor is used up that the program may have been given; its stdout and
 * stderr are portpar's, and the program gets neither. `exec` in a subshell, for it never runs a builtin in place of a
 * program. The first arguments are the values of those of `shellsOwn` that are set.
 */
function script(environment: Readonly<Record<string, string | undefined>>): string {
  const restore = shellsOwn.map((name) =>
    environment[name] === undefined ? `unset ${name}` : `${name}=$1; export ${name}; shift`,
  );
  return `(${restore.join('; ')}; exec "$@" >&0 2>&0 </dev/null); s=$?; times; exit $s`;
}

/** Shells drop variables with other names from the environment of what they run. */
const shellName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * The same command below a shell that tells at its end what the command took: Node has no getrusage(2) for children. `times`
 * is in every POSIX shell, and exact for all processes that were waited for. The caller gives the shell the log as stdin
 * and reads what it prints on stdout and stderr.
 */
export function timedSpec(spec: CommandSpec): CommandSpec {
  const environment = {...process.env, ...spec.env};
  const odd = Object.entries(environment)
    .filter(([name, value]) => value !== undefined && !shellName.test(name) && !name.includes('='))
    .map(([name, value = '']) => `${name}=${value}`);
  const own = shellsOwn.flatMap((name) => environment[name] ?? []);
  const argv = odd.length === 0 ? [spec.program, ...spec.args] : ['env', ...odd, spec.program, ...spec.args];
  return {...spec, program: '/bin/sh', args: ['-c', script(environment), 'sh', ...own, ...argv]};
}

/** What the shell of a timed command said. */
export interface TimedEnd {
  /** User and system time of the command and all its descendants; undefined when the shell was ended before it could tell. */
  readonly cpuMs?: number;
  /** The signal that ended the command, which a shell turns into an exit status. */
  readonly signal?: string;
}

const timesLine = /(\d+)m(\d+(?:[.,]\d+)?)s (\d+)m(\d+(?:[.,]\d+)?)s\s*$/;

/**
 * Reads what the shell of a timed command printed, stdout and stderr together. The second line of `times` is that of the
 * children. Shells also tell of a child that was ended by a signal, but not of one that returned 128 and more itself; only
 * of SIGINT and SIGPIPE they keep silent, and there the status alone has to do.
 */
export function readTimedEnd(said: string, status: number | undefined): TimedEnd {
  const match = timesLine.exec(said);
  const isNamed = said.trim().split('\n').length > 2;
  const number = (status ?? 0) - 128;
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  const isSignal = name !== undefined && (isNamed || name === 'SIGINT' || name === 'SIGPIPE');
  return {
    ...(match === null ? {} : {cpuMs: milliseconds(match[1], match[2]) + milliseconds(match[3], match[4])}),
    ...(isSignal ? {signal: name} : {}),
  };
}

/** `0m1.250s`; the decimal sign is that of the user's language. */
function milliseconds(minutes = '0', seconds = '0'): number {
  return Math.round((Number(minutes) * 60 + Number(seconds.replace(',', '.'))) * 1000);
}
