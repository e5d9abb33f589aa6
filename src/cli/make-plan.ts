import {gatherFacts} from '../analysis/gather-facts.js';
import {readInstalledPackages} from '../analysis/installed-packages.js';
import type {Config} from '../config/config.js';
import type {Facts} from '../model/facts.js';
import type {PortOrigin} from '../model/origin.js';
import type {InstalledPackage} from '../model/package.js';
import type {Plan} from '../model/plan.js';
import {fail, ok, type Result} from '../model/result.js';
import type {World} from '../model/world.js';
import {buildPlan} from '../planning/build-plan.js';
import {needsUpgrade} from '../planning/change.js';
import {estimatesFrom} from '../planning/estimates.js';
import {FinishedPackages} from '../state/finished-packages.js';
import {History} from '../state/history.js';
import type {CommandRunner, StopSignals} from '../system/command.js';
import {excludeMatcher} from '../util/glob.js';
import {settingsOf} from '../util/port-settings.js';
import {openCache} from './open-cache.js';
import {checkPortsTree} from './open-world.js';
import {noSuchPort, resolveOperands, type OperandContext} from './operands.js';
import {ReadProgress} from './read-progress.js';
import type {Terminal} from './terminal.js';

export interface PlanInputs {
  readonly all: boolean;
  readonly operands: readonly string[];
  readonly config: Config;
  readonly world: World;
  readonly runner: CommandRunner;
  readonly terminal: Terminal;
  readonly stop: StopSignals;
}

/** A plan, and what it was made from. */
export interface MadePlan {
  readonly plan: Plan;
  readonly packagesDirectory: string;
  readonly packages: readonly InstalledPackage[];
  /** Sizes of the distfiles of each port, where they are known. */
  readonly distfileBytes: ReadonlyMap<PortOrigin, number>;
}

/** Reads the world and plans. Changes nothing anywhere but what it remembers of ports (`cache/` in the state folder). */
export async function makePlan(inputs: PlanInputs): Promise<Result<MadePlan>> {
  const {all, config, world, runner, stop} = inputs;
  const tree = await checkPortsTree(world);
  if (!tree.ok) return tree;
  const packages = await readInstalledPackages(runner, world, stop);
  if (!packages.ok) return packages;
  const context: OperandContext = {
    packages: packages.value,
    portsDirectory: world.portsDirectory,
    workingDirectory: workingDirectory(),
  };
  const origins = await resolveOperands(inputs.operands, context);
  if (!origins.ok) return origins;

  const asked = new Set(origins.value);
  const cache = openCache(world, packages.value);
  const progress = new ReadProgress(inputs.terminal.err, inputs.terminal.info);
  const gathered = await gatherFacts({
    runner,
    world,
    packages: packages.value,
    all,
    origins: origins.value,
    cache,
    willBuild: (port, installed) =>
      installed === undefined || config.force || asked.has(port.origin) || needsUpgrade(installed, port),
    onProgress: (read, known) => {
      progress.update(read, known);
    },
    stop,
  });
  progress.clear();
  await cache.save();
  if (!gathered.ok) return gathered;
  const unknown = unknownOrigins(origins.value, gathered.value, packages.value);
  if (unknown.length > 0)
    return fail(...(await Promise.all(unknown.map((origin) => noSuchPort(origin, context)))));

  const {asked: today, packagesDirectory, ...facts} = gathered.value;
  const finished = await new FinishedPackages(world.stateDirectory).list();
  for (const pattern of unusedExcludes(config.exclude, facts)) {
    inputs.terminal.err.write(
      `portpar: -x '${pattern}' matches no port; nothing is left alone because of it.\n`,
    );
  }
  const plan = buildPlan(
    {...facts, finished},
    {
      all,
      origins: origins.value.map((origin) => today[origin] ?? origin),
      force: config.force,
      exclude: config.exclude,
      fetchOnly: config.fetchOnly,
    },
    {
      estimate: estimatesFrom(await new History(world.stateDirectory).read(), facts.ports),
      settings: settingsOf(config.portSettings),
    },
  );
  const distfileBytes = new Map(
    facts.ports.flatMap((port) =>
      port.distfileBytes === undefined ? [] : [[port.origin, port.distfileBytes] as const],
    ),
  );
  return ok({plan, packagesDirectory, packages: packages.value, distfileBytes});
}

/** Patterns that leave nothing alone: mistyped, more often than not. */
function unusedExcludes(
  patterns: readonly string[],
  {packages, ports}: Pick<Facts, 'packages' | 'ports'>,
): string[] {
  return patterns.filter((pattern) => {
    const matches = excludeMatcher(pattern);
    return !packages.some((item) => matches(item)) && !ports.some((port) => matches(port));
  });
}

/** Origins that neither the tree nor the package database has ever heard of. */
function unknownOrigins(
  origins: readonly PortOrigin[],
  facts: Pick<Facts, 'missing'>,
  packages: readonly {readonly origin: PortOrigin}[],
): PortOrigin[] {
  return origins.filter((origin) => {
    const why = facts.missing.find((port) => port.origin === origin)?.why.kind;
    const isUnknown = why === 'not-in-tree' || why === 'no-such-flavor';
    return isUnknown && !packages.some((item) => item.origin === origin);
  });
}

/** Where relative operands start; a directory that was deleted under us has no name any more. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}
