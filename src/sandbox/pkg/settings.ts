import {arch, release, type as systemName} from 'node:os';

/** What a call of pkg is told from outside: environment, and `-o NAME=VALUE` above it. */
export interface Settings {
  /** The folder with the package database. */
  readonly databaseDirectory: string;
  /** Written into packages that do not say for themselves which system they are for. */
  readonly abi: string;
  /** Nothing outside this folder is installed or removed; empty when there is no such limit. */
  readonly root: string;
}

/** Settings from the environment and the `-o` options, the later of two for the same name winning. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
  options: readonly string[],
): Settings {
  const named = new Map(
    options.map((option) => {
      const at = option.indexOf('=');
      return at < 0 ? ([option, ''] as const) : ([option.slice(0, at), option.slice(at + 1)] as const);
    }),
  );
  const value = (name: string): string => named.get(name) ?? environment[name] ?? '';
  return {
    databaseDirectory: value('PKG_DBDIR') || '/var/db/pkg',
    abi: value('ABI') || hostAbi(),
    root: value('SANDBOX_ROOT'),
  };
}

/** `OS:version:machine`, for instance `FreeBSD:14:amd64` or `Linux:6.1:x86_64`. */
function hostAbi(): string {
  const system = systemName();
  const [major = '', minor = ''] = release().split('.');
  const names: Readonly<Record<string, string>> = {
    x64: system === 'Linux' ? 'x86_64' : 'amd64',
    arm64: 'aarch64',
  };
  return `${system}:${system === 'Linux' ? `${major}.${minor}` : major}:${names[arch()] ?? arch()}`;
}
