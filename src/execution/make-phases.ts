import {join} from 'node:path';
import type {CommandSpec} from '../model/command.js';
import {originParts, portDirectory, type PortOrigin} from '../model/origin.js';
import type {Phase, Step} from '../model/plan.js';
import type {SecondTry} from '../model/second-try.js';
import type {World} from '../model/world.js';
import {surroundingsOf} from '../util/port-settings.js';

/** How make is called for the phases of a step. */
export interface MakeOptions {
  /** Clean the work directory before building (not with `-C`). */
  readonly cleanBefore: boolean;
  /** Clean it when the package is made (not with `-K`). */
  readonly cleanAfter: boolean;
  /** Where finished packages go; must exist, or the framework leaves the package in the work directory. */
  readonly packageDirectory: string;
}

/** What differs from one try of a phase to the next. */
export interface MakeTry {
  /** Processes side by side. */
  readonly jobs: number;
  /** Flags that make GNU make share the pool of job tokens; '' where it does not. */
  readonly makeFlags?: string;
  readonly again?: SecondTry;
  /** Sites that are asked before all others. */
  readonly sitesFirst?: readonly string[];
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
  attempt: MakeTry,
): CommandSpec[] {
  const targets = targetsOf(phase, options);
  const make = (origin: PortOrigin, words: readonly string[]): CommandSpec =>
    makeCommand(
      world,
      step,
      origin,
      [
        `PACKAGES=${options.packageDirectory}`,
        'NOCLEANDEPENDS=yes',
        // A port that may not be published (NO_PACKAGE) makes no package otherwise; this one stays on this machine.
        'FORCE_PACKAGE=yes',
        ...argumentsOf(phase, attempt),
        ...words,
      ],
      environmentOf(world, step, phase, attempt),
    );
  const sources =
    phase === 'build'
      ? step.sources.map(({origin, target}) => make(origin, [target === 'fetch' ? 'checksum' : target]))
      : [];
  return [...sources, make(step.origin, targets)];
}

/** A call of make that asks the step's port for something short: the sites of its files. */
export function askPort(world: World, step: Step, words: readonly string[]): CommandSpec {
  return makeCommand(world, step, step.origin, words, {});
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
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): CommandSpec {
  const surroundings = surroundingsOf(world, step.settings);
  const args = [
    '-C',
    join(world.portsDirectory, portDirectory(origin)),
    '-DNO_DEPENDS',
    ...surroundings.makeArguments,
    ...words,
  ];
  const {nice} = step.settings;
  return {
    ...(nice === undefined
      ? {program: world.make, args}
      : {program: 'nice', args: ['-n', String(nice), world.make, ...args]}),
    env: {
      ...surroundings.environment,
      BATCH: 'yes',
      FLAVOR: originParts(origin).flavor,
      // What portmaster tells ports about the upgrade under way (portmaster(8), "ENVIRONMENT").
      UPGRADE_TOOL: 'portpar',
      UPGRADE_PORT:
        step.replaces === undefined ? undefined : `${step.replaces.name}-${step.replaces.version}`,
      UPGRADE_PORT_VER: step.replaces?.version,
      ...environment,
    },
  };
}

/**
 * Arguments of one try. The number of jobs is given under the name that the framework compares with MAKE_JOBS_NUMBER_LIMIT
 * (`_MAKE_JOBS_NUMBER`, "Multiple make jobs support" in Mk/bsd.port.mk): a MAKE_JOBS_NUMBER in make.conf, meant for one build
 * at a time, does not change it; a limit that the port or make.conf sets still holds, and so does MAKE_JOBS_UNSAFE.
 */
function argumentsOf(phase: MakePhase, {jobs, again, sitesFirst = []}: MakeTry): string[] {
  if (phase === 'build' && again !== 'one-job') return [`_MAKE_JOBS_NUMBER=${jobs}`];
  // Asked before MASTER_SITES and the backup site (Mk/Scripts/do-fetch.sh); an empty RANDOM_CMD keeps that order.
  return sitesFirst.length === 0 ? [] : [`MASTER_SITE_OVERRIDE=${sitesFirst.join(' ')}`, 'RANDOM_CMD='];
}

function environmentOf(
  world: World,
  step: Step,
  phase: MakePhase,
  {jobs, makeFlags = '', again}: MakeTry,
): Record<string, string> {
  const limit = {MAKE_JOBS_NUMBER_LIMIT: String(jobs)};
  if (phase !== 'build') return limit;
  if (again === 'one-job') return {...limit, DISABLE_MAKE_JOBS: 'yes'};
  if (makeFlags === '') return limit;
  const {environment} = surroundingsOf(world, step.settings);
  const flags = environment['GNUMAKEFLAGS'] ?? process.env['GNUMAKEFLAGS'] ?? '';
  // An explicit -jN would take GNU make out of the pool. Without `_MAKE_JOBS` the framework gives none, and still tells
  // those parts of a build that only take a number which one (MAKE_JOBS_NUMBER; DISABLE_MAKE_JOBS would make it 1).
  return {...limit, _MAKE_JOBS: '', GNUMAKEFLAGS: `${flags} ${makeFlags}`.trim()};
}

/** Where the framework puts a step's package (`PKGFILE` in Mk/bsd.port.mk). */
export function packageFileOf(step: Step, packageDirectory: string): string {
  return join(packageDirectory, 'All', `${step.name}-${step.version}${step.packageSuffix}`);
}
