import {gatherFacts} from '../analysis/gather-facts.js';
import type {ListedPackage} from '../model/listing.js';
import type {InstalledPackage} from '../model/package.js';
import {ok, type Result} from '../model/result.js';
import type {World} from '../model/world.js';
import {listVersions} from '../planning/list-versions.js';
import type {CommandRunner} from '../system/command.js';
import {openCache} from './open-cache.js';
import {checkPortsTree} from './open-world.js';
import {ReadProgress} from './read-progress.js';
import type {StopControl} from './stop-control.js';
import type {Terminal} from './terminal.js';

/** Adds to a listing what the tree has: reads the port of every package, from the cache or by asking make. */
export async function listWithVersions(
  listed: readonly ListedPackage[],
  packages: readonly InstalledPackage[],
  outside: {
    readonly world: World;
    readonly runner: CommandRunner;
    readonly terminal: Terminal;
    readonly control: StopControl;
  },
): Promise<Result<ListedPackage[]>> {
  const {world, runner, terminal, control} = outside;
  const tree = await checkPortsTree(world);
  if (!tree.ok) return tree;
  const cache = openCache(world, packages);
  const progress = new ReadProgress(terminal.err, terminal.info);
  const facts = await gatherFacts({
    runner,
    world,
    packages,
    all: true,
    origins: [],
    cache,
    willBuild: () => false,
    onProgress: (read, known) => {
      progress.update(read, known);
    },
    stop: control.signals,
  });
  progress.clear();
  await cache.save();
  if (!facts.ok) return facts;
  return ok(listVersions(listed, {...facts.value, finished: []}));
}
