import type {Facts} from '../model/facts.js';
import type {ListedPackage} from '../model/listing.js';
import type {LeftOutReason} from '../model/plan.js';
import type {InstalledPackage} from '../model/package.js';
import type {Port} from '../model/port.js';
import {changeOf} from './change.js';
import {leftOutReason} from './left-out.js';
import {ignoreReason} from './ignore-reason.js';
import {WorldView} from './world-view.js';

/** Adds to a listing what is newer in the tree, and why a port could not be upgraded. */
export function listVersions(listed: readonly ListedPackage[], facts: Facts): ListedPackage[] {
  const view = new WorldView(facts);
  return listed.map((entry) => {
    const item = view.package(entry.name);
    const port = item === undefined ? undefined : view.portOf(item);
    if (item === undefined || port === undefined) {
      const missing = view.missing.get(entry.origin);
      return missing === undefined ? entry : {...entry, problem: leftOutReason(missing)};
    }
    const problem = problemOf(item, port);
    return {
      ...entry,
      ...news(item, port),
      ...(problem === undefined ? {} : {problem}),
      ...(port.deprecated === undefined ? {} : {deprecated: deprecation(port.deprecated, port.expires)}),
    };
  });
}

function news(item: InstalledPackage, port: Port): Partial<ListedPackage> {
  switch (changeOf(item, port).kind) {
    case 'newer':
    case 'renamed':
    case 'moved':
      return {upgrade: {version: port.version, name: port.name, origin: port.origin}};
    case 'older':
      return {newerThanTree: port.version};
    case 'current':
      return {};
  }
}

function problemOf(item: InstalledPackage, port: Port): LeftOutReason | undefined {
  return item.locked ? {kind: 'locked'} : ignoreReason(port);
}

function deprecation(text: string, expires: string | undefined): NonNullable<ListedPackage['deprecated']> {
  return expires === undefined ? {text} : {text, expires};
}
