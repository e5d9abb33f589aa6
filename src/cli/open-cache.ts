import {createHash} from 'node:crypto';
import {packageLabel, type InstalledPackage} from '../model/package.js';
import type {World} from '../model/world.js';
import {MetadataCache} from '../state/metadata-cache.js';

/** What earlier runs know of ports, and what answers depend on where they depend on all that is installed. */
export function openCache(world: World, packages: readonly InstalledPackage[]): MetadataCache {
  return new MetadataCache({
    stateDirectory: world.stateDirectory,
    installed: {
      all: digestOf(packages.map((item) => `${packageLabel(item)} ${item.origin}`)),
      names: digestOf(packages.map(({name, origin}) => `${name}  ${origin}`)),
    },
  });
}

function digestOf(lines: readonly string[]): string {
  const text = [...lines].sort().join('\n');
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
