import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {packageQueries} from '../src/analysis/pkg-query.js';
import {sandboxEnvironment, sandboxLayout} from '../src/sandbox/layout.js';
import {packageName, packageVersion, type Generation, type SandboxPort} from '../src/sandbox/port-model.js';
import {randomTree} from '../src/sandbox/random-tree.js';
import {configText} from '../src/sandbox/settings-files.js';
import {writeTree} from '../src/sandbox/tree-files.js';

/** A world with many installed packages, for what only reads. */
export interface ManyPackages {
  readonly config: string;
  readonly make: string;
  readonly pkg: string;
  readonly stateDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Packages that are installed: ports with flavors have several. */
  readonly packages: number;
}

/**
 * A sandbox ports tree of `ports` ports whose older generation counts as installed. Nothing is built: pkg(8) is a shell
 * script here that prints prepared answers, one for each of portpar's queries, and takes no other call.
 */
export async function manyPackages(folder: string, ports: number): Promise<ManyPackages> {
  const layout = sandboxLayout(folder);
  const tree = randomTree(ports, 1);
  const make = process.platform.endsWith('bsd') ? 'make' : 'bmake';
  const directories = [layout.bin, layout.prefix, layout.database, layout.state, layout.options, layout.work];
  for (const directory of directories) await mkdir(directory, {recursive: true});
  await writeTree(layout, tree.new);
  const packages = installedPackages(tree.old);
  const answers = answersOf(packages);
  const cases: string[] = [];
  for (const [name, format] of Object.entries(packageQueries)) {
    const file = join(layout.database, name);
    await writeFile(file, answers[name as keyof typeof packageQueries]);
    cases.push(`'query -a ${format}') exec cat '${file}' ;;`);
  }
  const script = [
    '#!/bin/sh',
    'case "$*" in',
    ...cases,
    '*) echo "no answer to $*" >&2; exit 70 ;;',
    'esac',
    '',
  ];
  await writeFile(layout.pkg, script.join('\n'), {mode: 0o755});
  const environment = sandboxEnvironment(layout, process.env['PATH'] ?? '');
  await writeFile(layout.config, configText(layout, make, environment));
  return {
    config: layout.config,
    make,
    pkg: layout.pkg,
    stateDirectory: layout.state,
    environment,
    packages: packages.length,
  };
}

interface Installed {
  readonly name: string;
  readonly version: string;
  readonly origin: string;
  readonly flavor: string | undefined;
  readonly dependencies: readonly string[];
}

function installedPackages({ports}: Generation): Installed[] {
  const named = new Map(ports.map((port) => [port.origin, defaultName(port)]));
  return ports.flatMap((port) =>
    (port.flavors ?? [undefined]).map((flavor) => ({
      name: packageName(port, flavor),
      version: packageVersion(port),
      origin: port.origin,
      flavor: flavor?.name,
      dependencies: port.dependencies
        .filter(({kind}) => kind !== 'build')
        .flatMap(({line}) => named.get(line.split(':')[1] ?? '') ?? []),
    })),
  );
}

function defaultName(port: SandboxPort): string {
  return packageName(port, port.flavors?.[0]);
}

/** What pkg-query(8) would say, a line for each row. */
function answersOf(packages: readonly Installed[]): Record<keyof typeof packageQueries, string> {
  const lines = (rows: readonly (readonly string[])[]): string =>
    rows.map((row) => `${row.join('\t')}\n`).join('');
  const withLibrary = packages.filter(({name}) => name.startsWith('lib'));
  return {
    packages: lines(packages.map(({name, version, origin}) => [name, version, origin, '0', '0'])),
    annotations: lines(
      packages.flatMap(({name, flavor}) => (flavor === undefined ? [] : [[name, 'flavor', flavor]])),
    ),
    dependencies: lines(packages.flatMap(({name, dependencies}) => dependencies.map((on) => [name, on]))),
    shlibsProvided: lines(withLibrary.map(({name}) => [name, `${name}.so.1`])),
    shlibsRequired: lines(
      packages.flatMap(({name, dependencies}) =>
        dependencies.filter((on) => on.startsWith('lib')).map((on) => [name, `${on}.so.1`]),
      ),
    ),
  };
}
