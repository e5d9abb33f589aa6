import {join} from 'node:path';
import type {CommandSpec} from '../model/command.js';
import {originParts, portDirectory, type PortOrigin} from '../model/origin.js';
import type {Phase, Step} from '../model/plan.js';
import type {World} from '../model/world.js';

/** How make is called for the phases of a step. */
export interface MakeOptions {
  /** Clean the work directory before building (not with `-C`). */
  readonly cleanBefore: boolean;
  /** Clean it when the package is made (not with `-K`). */
  readonly cleanAfter: boolean;
  /** Where finished packages go; must exist, or the framework leaves the package in the work directory. */
  readonly packageDirectory: string;
}

/** The phases that make carries out; an installation is pkg(8)'s. */
export type MakePhase = Exclude<Phase, 'install'>;

/**
 * The calls of make for one phase, in order. Staging belongs to the package phase: the framework checks run-time
 * dependencies there (`_STAGE_SEQ` in Mk/bsd.port.mk). `NO_DEPENDS` keeps the framework from installing anything itself.
 */
export function makeCommands(
  world: World,
  step: Step,
  phase: MakePhase,
  options: MakeOptions,
  jobs: number,
): CommandSpec[] {
  const targets = targetsOf(phase, options);
  const sources =
    phase === 'build'
      ? step.sources.map(({origin, target}) =>
          makeCommand(world, step, origin, [target === 'fetch' ? 'checksum' : target], options, jobs),
        )
      : [];
  return [...sources, makeCommand(world, step, step.origin, targets, options, jobs)];
}

function targetsOf(phase: MakePhase, {cleanBefore, cleanAfter}: MakeOptions): string[] {
  switch (phase) {
    case 'fetch':
      return ['checksum'];
    case 'build':
      return cleanBefore ? ['clean', 'build'] : ['build'];
    case 'package':
      return cleanAfter ? ['package', 'clean'] : ['package'];
  }
}

function makeCommand(
  world: World,
  step: Step,
  origin: PortOrigin,
  targets: readonly string[],
  options: MakeOptions,
  jobs: number,
): CommandSpec {
  return {
    program: world.make,
    args: [
      '-C',
      join(world.portsDirectory, portDirectory(origin)),
      '-DNO_DEPENDS',
      ...world.makeArguments,
      `PACKAGES=${options.packageDirectory}`,
      'NOCLEANDEPENDS=yes',
      // A port that may not be published (NO_PACKAGE) makes no package otherwise; this one stays on this machine.
      'FORCE_PACKAGE=yes',
      ...targets,
    ],
    env: {
      ...world.environment,
      BATCH: 'yes',
      FLAVOR: originParts(origin).flavor,
      MAKE_JOBS_NUMBER_LIMIT: String(jobs),
      // What portmaster tells ports about the upgrade under way (portmaster(8), "ENVIRONMENT").
      UPGRADE_TOOL: 'portpar',
      UPGRADE_PORT:
        step.replaces === undefined ? undefined : `${step.replaces.name}-${step.replaces.version}`,
      UPGRADE_PORT_VER: step.replaces?.version,
    },
  };
}

/** Where the framework puts a step's package (`PKGFILE` in Mk/bsd.port.mk). */
export function packageFileOf(step: Step, packageDirectory: string): string {
  return join(packageDirectory, 'All', `${step.name}-${step.version}${step.packageSuffix}`);
}
