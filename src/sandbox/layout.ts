import {join} from 'node:path';

/** Where things are in a sandbox. All paths are absolute and without symbolic links. */
export interface SandboxLayout {
  readonly directory: string;
  readonly ports: string;
  readonly mirror: string;
  readonly prefix: string;
  readonly database: string;
  readonly packages: string;
  readonly distfiles: string;
  readonly work: string;
  readonly options: string;
  readonly state: string;
  readonly bin: string;
  readonly pkg: string;
  readonly logs: string;
  readonly config: string;
  /** Says that the folder is a sandbox, and of which kind. */
  readonly marker: string;
}

/** The layout of a sandbox in `directory`. */
export function sandboxLayout(directory: string): SandboxLayout {
  const at = (name: string): string => join(directory, name);
  return {
    directory,
    ports: at('ports'),
    mirror: at('mirror'),
    prefix: at('prefix'),
    database: at('db/pkg'),
    packages: at('packages'),
    distfiles: at('distfiles'),
    work: at('work'),
    options: at('db/ports'),
    state: at('state'),
    bin: at('bin'),
    pkg: at('bin/pkg'),
    logs: at('init-logs'),
    config: at('portpar.toml'),
    marker: at('sandbox.json'),
  };
}

/** The names in a sandbox's folder that belong to it, and are made anew when it is. */
export const sandboxEntries = [
  'bin',
  'db',
  'distfiles',
  'init-logs',
  'mirror',
  'packages',
  'ports',
  'prefix',
  'state',
  'work',
  'README',
  'env.sh',
  'portpar.toml',
  'sandbox.json',
] as const;

/** The environment in which make and pkg work on the sandbox and on nothing else. `path` is the PATH behind its own. */
export function sandboxEnvironment(layout: SandboxLayout, path: string): Readonly<Record<string, string>> {
  return {
    PORTSDIR: layout.ports,
    LOCALBASE: layout.prefix,
    PREFIX: layout.prefix,
    PKG_DBDIR: layout.database,
    PKG_BIN: layout.pkg,
    PACKAGES: layout.packages,
    DISTDIR: layout.distfiles,
    WRKDIRPREFIX: layout.work,
    PORT_DBDIR: layout.options,
    PATH: [join(layout.prefix, 'bin'), layout.bin, path].join(':'),
  };
}
