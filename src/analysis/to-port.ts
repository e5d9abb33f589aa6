import type {Dependency, Port} from '../model/port.js';
import type {PortAnswers} from './make-variables.js';
import {parallelOf} from './parallel-build.js';
import type {CatalogPort} from './port-catalog.js';

/** What is found out about ports that may be built, and no others. */
export interface BuildDetails {
  readonly dependencies: readonly Dependency[];
  /** Words in its dependency variables that are no dependency lines. */
  readonly malformed: readonly string[];
  readonly distfileBytes?: number;
  readonly fingerprint: string;
}

const noDetails: BuildDetails = {dependencies: [], malformed: [], fingerprint: ''};

/**
 * Makes a port out of make's answers. IGNORE is the framework's own verdict on BROKEN, FORBIDDEN and the rest
 * (Mk/bsd.port.mk): where it is empty (TRYBROKEN, for instance) the port may be built whatever they say.
 */
export function toPort(
  {origin, answers, flavors}: CatalogPort,
  {dependencies, malformed, distfileBytes, fingerprint}: BuildDetails = noDetails,
): Port {
  const ignore =
    malformed.length > 0
      ? `it has dependency lines that cannot be read: ${malformed.join(' ')}`
      : answers.IGNORE;
  return {
    origin,
    name: answers.PKGBASE,
    version: answers.PKGVERSION,
    flavors,
    dependencies,
    ...text('ignore', ignore),
    ...(ignore === '' ? {} : text('broken', answers.BROKEN)),
    ...(ignore === '' ? {} : text('forbidden', answers.FORBIDDEN)),
    ...text('deprecated', answers.DEPRECATED),
    ...text('expires', answers.EXPIRATION_DATE),
    workDirectory: answers.WRKDIR,
    distfiles: distfilesOf(answers),
    ...(distfileBytes === undefined ? {} : {distfileBytes}),
    parallel: parallelOf(answers),
    packageSuffix: answers.PKG_SUFX === '' ? '.pkg' : answers.PKG_SUFX,
    fingerprint,
  };
}

/** Paths below DISTDIR, as distinfo names them too. */
export function distfilesOf(answers: PortAnswers): string[] {
  const prefix = answers.DIST_SUBDIR === '' ? '' : `${answers.DIST_SUBDIR}/`;
  return answers.ALLFILES.split(' ')
    .filter((name) => name !== '')
    .map((name) => `${prefix}${name}`);
}

function text<Key extends string>(key: Key, value: string): Partial<Record<Key, string>> {
  return value === '' ? {} : ({[key]: value} as Record<Key, string>);
}
