import {createHash} from 'node:crypto';
import {gzipSync} from 'node:zlib';
import type {SandboxDependency, SandboxPort} from './port-model.js';
import {tarEnd, tarEntry} from './tar-entry.js';

/** The same for all files: distribution files have to come out the same each time. */
const released = new Date('2023-08-01T00:00:00Z');

const maintainer = 'ports@example.org';

/** A distribution file: its name below the mirror and DISTDIR, and its bytes. */
export interface DistributionFile {
  readonly path: string;
  readonly content: Buffer;
}

/** The port's one distribution file. The same sources always give the same bytes. */
export function distributionFile(port: SandboxPort): DistributionFile {
  const folder = `${port.name}-${port.version}`;
  const entries = Object.entries(port.sources)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([path, text]) =>
      tarEntry({path: `${folder}/${path}`, mode: 0o644, mtime: released, type: 'File'}, Buffer.from(text)),
    );
  const subdirectory = port.distSubdirectory === undefined ? '' : `${port.distSubdirectory}/`;
  return {
    path: `${subdirectory}${folder}.tar.gz`,
    content: gzipSync(Buffer.concat([...entries, tarEnd])),
  };
}

/** A port's folder by path: Makefile, distinfo, pkg-descr, and pkg-message where it has one. */
export function portFiles(
  port: SandboxPort,
  distribution: DistributionFile,
): Readonly<Record<string, string>> {
  const sum = createHash('sha256').update(distribution.content).digest('hex');
  return {
    Makefile: makefile(port),
    distinfo:
      `TIMESTAMP = ${released.getTime() / 1000}\nSHA256 (${distribution.path}) = ${sum}\n` +
      `SIZE (${distribution.path}) = ${distribution.content.length}\n`,
    'pkg-descr': `${port.comment}.\n\nPart of a portpar sandbox.\n`,
    ...(port.message === undefined ? {} : {'pkg-message': `${port.message}\n`}),
  };
}

/** The port's Makefile. */
export function makefile(port: SandboxPort): string {
  const category = port.origin.split('/')[0] ?? '';
  const flavors = port.flavors ?? [];
  const lines = [
    `PORTNAME=\t${port.name}`,
    `PORTVERSION=\t${port.version}`,
    ...(port.revision === undefined ? [] : [`PORTREVISION=\t${port.revision}`]),
    ...(port.epoch === undefined ? [] : [`PORTEPOCH=\t${port.epoch}`]),
    `CATEGORIES=\t${category}`,
    ...(port.distSubdirectory === undefined ? [] : [`DIST_SUBDIR=\t${port.distSubdirectory}`]),
    '',
    `MAINTAINER=\t${maintainer}`,
    `COMMENT=\t${port.comment}`,
    `WWW=\t\thttps://example.org/${port.name}/`,
    '',
    ...(port.makefile ?? []),
    ...dependencyLines(port.dependencies, ''),
    ...(flavors.length === 0 ? [] : [`FLAVORS=\t${flavors.map(({name}) => name).join(' ')}`]),
    ...flavors.flatMap((flavor) => [
      ...(flavor.suffix === '' ? [] : [`${flavor.name}_PKGNAMESUFFIX=\t${flavor.suffix}`]),
      ...(flavor.makeArguments === undefined ? [] : [`${flavor.name}_MAKE_ARGS=\t${flavor.makeArguments}`]),
      ...dependencyLines(flavor.dependencies, `${flavor.name}_`),
    ]),
    ...(Object.keys(port.sources).some((path) => path.endsWith('.c')) ? [] : ['NO_BUILD=\tyes']),
    '',
    '.include "../../Mk/bsd.port.mk"',
    '',
  ];
  return lines.join('\n').replace(/\n{3,}/g, '\n\n');
}

function dependencyLines(dependencies: readonly SandboxDependency[], prefix: string): readonly string[] {
  const byVariable = new Map<string, SandboxDependency[]>();
  for (const dependency of dependencies) {
    const variable = `${prefix}${dependency.kind.toUpperCase()}_DEPENDS`;
    byVariable.set(variable, [...(byVariable.get(variable) ?? []), dependency]);
  }
  return [...byVariable].map(
    ([variable, list]) =>
      `${variable}=\t${list.map(({line}) => line.replace('LOCALBASE', '${LOCALBASE}')).join(' \\\n\t\t')}`,
  );
}
