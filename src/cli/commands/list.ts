import {listingQueries, readInstalledPackages} from '../../analysis/installed-packages.js';
import type {PartialConfig} from '../../config/config.js';
import {listingJson, listingText} from '../../logging/listing-text.js';
import {ok, type Result} from '../../model/result.js';
import {classifyPackages} from '../../planning/classify.js';
import type {CommandRunner} from '../../system/command.js';
import {openConfig, openWorld, openWorldWithoutMake} from '../open-world.js';
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
  const {withVersions} = request;
  const world = withVersions ? await openWorld(config.value, runner) : openWorldWithoutMake(config.value);
  const packages = await readInstalledPackages(runner, world, control.signals, listingQueries);
  if (!packages.ok) return packages;
  let listed = classifyPackages(packages.value);
  if (withVersions) {
    // Reading the tree takes much more code, which `-l` need not load.
    const {listWithVersions} = await import('../list-with-versions.js');
    const found = await listWithVersions(listed, packages.value, {world, runner, terminal, control});
    if (!found.ok) return found;
    listed = found.value;
  }
  if (config.value.json) return ok(listingJson(listed, {withVersions}));
  return ok(listingText(listed, {withVersions, palette: terminal.palette}));
}
