import {gatherFacts} from '../../analysis/gather-facts.js';
import {readInstalledPackages} from '../../analysis/installed-packages.js';
import type {PartialConfig} from '../../config/config.js';
import {listingJson, listingText} from '../../logging/listing-text.js';
import {ok, type Result} from '../../model/result.js';
import {classifyPackages} from '../../planning/classify.js';
import {listVersions} from '../../planning/list-versions.js';
import type {CommandRunner} from '../../system/command.js';
import {checkPortsTree, openConfig, openWorld} from '../open-world.js';
import {ReadProgress} from '../read-progress.js';
import type {StopControl} from '../stop-control.js';
import type {Terminal} from '../terminal.js';

export interface ListRequest {
  readonly withVersions: boolean;
  readonly flags: PartialConfig;
  readonly configFile?: string;
}

/** `-l` and `-L`: the text to print. `-l` asks the package database alone; `-L` reads every installed port too. */
export async function listPorts(
  request: ListRequest,
  runner: CommandRunner,
  terminal: Terminal,
  control: StopControl,
): Promise<Result<string>> {
  const config = await openConfig(request.flags, request.configFile);
  if (!config.ok) return config;
  const world = await openWorld(config.value, runner);
  const packages = await readInstalledPackages(runner, world, control.signals);
  if (!packages.ok) return packages;
  let listed = classifyPackages(packages.value);
  if (request.withVersions) {
    const tree = await checkPortsTree(world);
    if (!tree.ok) return tree;
    const progress = new ReadProgress(terminal.err);
    const facts = await gatherFacts({
      runner,
      world,
      packages: packages.value,
      all: true,
      origins: [],
      willBuild: () => false,
      onProgress: (read, known) => {
        progress.update(read, known);
      },
      stop: control.signals,
    });
    progress.clear();
    if (!facts.ok) return facts;
    listed = listVersions(listed, {...facts.value, finished: []});
  }
  const {withVersions} = request;
  if (config.value.json) return ok(listingJson(listed, {withVersions}));
  return ok(listingText(listed, {withVersions, palette: terminal.palette}));
}
