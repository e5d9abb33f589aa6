import {fileURLToPath} from 'node:url';
import type {SandboxLayout} from './layout.js';

/** The start script of the sandbox's pkg. It changes nothing outside the sandbox. */
export function pkgScript(layout: SandboxLayout): string {
  const program = fileURLToPath(new URL('./pkg/main.js', import.meta.url));
  return [
    '#!/bin/sh',
    '# A small pkg(8) for this sandbox.',
    `: "\${PKG_DBDIR:=${layout.database}}"`,
    `SANDBOX_ROOT=${quote(layout.directory)}`,
    'export PKG_DBDIR SANDBOX_ROOT',
    `exec ${quote(process.execPath)} ${quote(program)} "$@"`,
    '',
  ].join('\n');
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const toml = (text: string): string => JSON.stringify(text);

/** The configuration with which portpar works on the sandbox. */
export function configText(
  layout: SandboxLayout,
  make: string,
  environment: Readonly<Record<string, string>>,
): string {
  return [
    '# portpar works on the sandbox with: portpar --config THIS-FILE …',
    `ports_dir = ${toml(layout.ports)}`,
    `state_dir = ${toml(layout.state)}`,
    `make = ${toml(make)}`,
    `pkg = ${toml(layout.pkg)}`,
    '',
    '[environment]',
    ...Object.entries(environment).map(([name, value]) => `${name} = ${toml(value)}`),
    '',
  ].join('\n');
}

/** The same environment for a person's shell; PATH is put in front of the one that is there. */
export function shellText(layout: SandboxLayout, environment: Readonly<Record<string, string>>): string {
  const lines = Object.entries(environment).flatMap(([name, value]) =>
    name === 'PATH' ? [] : [`export ${name}=${quote(value)}`],
  );
  const path = `export PATH=${quote(`${layout.prefix}/bin:${layout.bin}`)}:"$PATH"`;
  return ['# . this file, and make and pkg work on the sandbox', ...lines, path, ''].join('\n');
}

/** What is where, for a person. */
export function readmeText(layout: SandboxLayout, make: string): string {
  return `A sandbox for portpar: a ports tree, programs built from an older state of it, and a package database.
Nothing outside this folder belongs to it; remove the folder and it is gone.

Try:

    portpar --config ${layout.config} -L         what could be upgraded
    portpar --config ${layout.config} -n -a      what would be done
    portpar --config ${layout.config} -a         upgrade everything
    . ${layout.directory}/env.sh                 then: pkg info, pkg query, sitegen, wordfreq, ${make} -C ports/…

What is there:

    ports/         the ports tree, newer than what is installed; Mk/ is the framework, MOVED tells of renamed ports
    mirror/        the distribution files that ports fetch
    prefix/        what is installed (LOCALBASE)
    db/pkg/        the package database (PKG_DBDIR)
    packages/      package files; distfiles/ fetched files; work/ where ports are built
    bin/pkg        a small pkg(8)
    state/         what portpar remembers
    init-logs/     how the older state was built

To see failures and waiting:

    SANDBOX_FAIL="textproc/libtok misc/greet@fancy"   these ports fail to build
    SANDBOX_BUILD_SECONDS=2                           every build takes so much longer
`;
}
