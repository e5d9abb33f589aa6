import type {PortSettingsRule} from '../model/port-settings.js';

/** Everything that can be set, by flag, environment, config file or default. */
export interface Config {
  readonly portsDirectory: string;
  readonly stateDirectory: string;
  /** Undefined: `make` where that is a BSD make, `bmake` elsewhere. */
  readonly make?: string;
  readonly pkg: string;
  /** Set for every command that portpar runs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Builds and packages side by side. */
  readonly builders: number;
  /** Fetches side by side. */
  readonly fetchers: number;
  /** Processes that all builds together may run. */
  readonly jobsTotal: number;
  /** Bytes of memory that all builds together may use. Undefined: what the machine has free. */
  readonly memoryLimit?: number;
  /** Builds start only while the load of the last minute is under it. Undefined: whatever the load is. */
  readonly loadLimit?: number;
  /** Bytes that are kept free on the file system of the work directories. */
  readonly diskReserve: number;
  /** A folder on a memory file system, for the work directories of ports that are set to use it. */
  readonly tmpfsDirectory?: string;
  /** A phase that failed is tried once more where other conditions may help. */
  readonly secondTry: boolean;
  /** Settings of single ports, in the order in which they apply. */
  readonly portSettings: readonly PortSettingsRule[];
  readonly exclude: readonly string[];
  readonly force: boolean;
  readonly fetchOnly: boolean;
  readonly dryRun: boolean;
  /** Keep packages in PACKAGES after installing (`-g`). */
  readonly keepPackages: boolean;
  /** Keep backup packages after success (`-b`). */
  readonly keepBackups: boolean;
  /** Make backup packages at all (off with `-B`). */
  readonly backup: boolean;
  readonly cleanBefore: boolean;
  readonly cleanAfter: boolean;
  readonly makeArguments: readonly string[];
  readonly verbose: boolean;
  readonly yes: boolean;
  readonly failFast: boolean;
  readonly json: boolean;
}

/** The part of the configuration that a source sets. */
export type PartialConfig = {readonly [Key in keyof Config]?: Exclude<Config[Key], undefined>};

/** What the defaults depend on. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  readonly home: string;
  readonly cores: number;
}

/** What holds where nothing is set. */
export function defaultConfig({environment, isRoot, home, cores}: Surroundings): Config {
  const stateHome = environment['XDG_STATE_HOME'];
  const userState = stateHome !== undefined && stateHome.startsWith('/') ? stateHome : `${home}/.local/state`;
  return {
    portsDirectory: '/usr/ports',
    stateDirectory: isRoot ? '/var/db/portpar' : `${userState}/portpar`,
    pkg: 'pkg',
    environment: {},
    builders: cores,
    fetchers: 2,
    jobsTotal: cores,
    diskReserve: 0,
    secondTry: true,
    portSettings: [],
    exclude: [],
    force: false,
    fetchOnly: false,
    dryRun: false,
    keepPackages: false,
    keepBackups: false,
    backup: true,
    cleanBefore: true,
    cleanAfter: true,
    makeArguments: [],
    verbose: false,
    yes: false,
    failFast: false,
    json: false,
  };
}

/** The greatest number of builders or fetchers that is believed to be meant. */
export const mostWorkers = 1024;
