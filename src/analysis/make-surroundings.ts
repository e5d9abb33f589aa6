import {createHash} from 'node:crypto';
import {realpathSync} from 'node:fs';
import {arch, release, type} from 'node:os';
import {fingerprintVariables, portVariables} from './make-variables.js';
import type {World} from '../model/world.js';

/** Variables that describe the terminal or the login session, and say nothing to a makefile. */
const sessionNames = new Set(
  (
    '_ PWD OLDPWD SHLVL TERM TERMCAP COLORTERM TERM_PROGRAM TERM_PROGRAM_VERSION TERM_SESSION_ID COLUMNS LINES STY WINDOW ' +
    'WINDOWID LS_COLORS LSCOLORS CLICOLOR CLICOLOR_FORCE NO_COLOR FORCE_COLOR MAIL MAILCHECK HISTFILE HISTSIZE HISTCONTROL ' +
    'PS1 PS2 PROMPT PROMPT_COMMAND EDITOR VISUAL PAGER LESS LESSOPEN LESSCLOSE MANPAGER SUDO_COMMAND SUDO_USER SUDO_UID ' +
    'SUDO_GID SUDO_HOME SUDO_PROMPT DOAS_USER DBUS_SESSION_BUS_ADDRESS XAUTHORITY INVOCATION_ID JOURNAL_STREAM'
  ).split(' '),
);
const sessionPrefixes = [
  'SSH_',
  'TMUX',
  'XDG_SESSION_',
  'XDG_RUNTIME_',
  'npm_',
  'NODE_',
  'LC_TERMINAL',
  'PORTPAR_',
];

/**
 * A text that differs wherever make may answer differently without any file having changed: the environment, the
 * arguments, the machine, the question itself.
 */
export function surroundingsKey(
  world: World,
  environment: Readonly<Record<string, string>>,
  makeArguments: readonly string[],
): string {
  const all: Record<string, string | undefined> = {...process.env, ...environment};
  const counted = Object.entries(all)
    .filter(([name]) => !sessionNames.has(name) && !sessionPrefixes.some((start) => name.startsWith(start)))
    // What gcc says of itself (`_CXXINTERNAL` in Mk/Uses/compiler.mk) has the name of a temporary file in it.
    .map(([name, value]) => [name, value?.replace(/\/cc[A-Za-z0-9]{6}\.\w+/g, '/cc')] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = [
    [portVariables, fingerprintVariables],
    counted,
    makeArguments,
    [world.make, world.portsDirectory, realPath(world.portsDirectory), world.cores],
    [type(), release(), arch(), process.getuid?.() ?? -1],
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
