import type {Dependency, Port} from '../model/port.js';
import type {CatalogPort} from './port-catalog.js';

/**
 * Makes a port out of make's answers. IGNORE is the framework's own verdict on BROKEN, FORBIDDEN and the rest
 * (Mk/bsd.port.mk): where it is empty (TRYBROKEN, for instance) the port may be built whatever they say.
 */
export function toPort(
  {origin, answers, flavors, fingerprint}: CatalogPort,
  dependencies: readonly Dependency[],
  malformed: readonly string[] = [],
): Port {
  const prefix = answers.DIST_SUBDIR === '' ? '' : `${answers.DIST_SUBDIR}/`;
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
    distfiles: answers.ALLFILES.split(' ')
      .filter((name) => name !== '')
      .map((name) => `${prefix}${name}`),
    packageSuffix: answers.PKG_SUFX === '' ? '.pkg' : answers.PKG_SUFX,
    fingerprint,
  };
}

function text<Key extends string>(key: Key, value: string): Partial<Record<Key, string>> {
  return value === '' ? {} : ({[key]: value} as Record<Key, string>);
}
