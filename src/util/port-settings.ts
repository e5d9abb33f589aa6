import type {PortOrigin} from '../model/origin.js';
import type {PortSettings, PortSettingsRule} from '../model/port-settings.js';
import type {World} from '../model/world.js';
import {portMatcher} from './glob.js';

/** Gives the settings that hold for a port: of all rules that match, a later one above an earlier one. */
export type SettingsOf = (origin: PortOrigin) => PortSettings;

/**
 * Reads the rules once. A rule matches by origin, with and without flavor, or by the port's own name where its glob has no
 * slash. Environments of several rules are put together; everything else is taken from the last rule that sets it.
 */
export function settingsOf(rules: readonly PortSettingsRule[]): SettingsOf {
  const matchers = rules.map(({glob, settings}) => ({matches: portMatcher(glob), settings}));
  return (origin) => {
    let found: PortSettings = {};
    for (const {matches, settings} of matchers) {
      if (!matches({origin, name: ''})) continue;
      const environment = {...found.environment, ...settings.environment};
      found = {...found, ...settings, ...(Object.keys(environment).length > 0 ? {environment} : {})};
    }
    return found;
  };
}

/** No port has settings of its own. */
export const withoutSettings: SettingsOf = () => ({});

/** What a port's calls of make get beyond what its origin tells: for reading it as for building it. */
export interface PortSurroundings {
  readonly environment: Readonly<Record<string, string>>;
  readonly makeArguments: readonly string[];
}

/**
 * The environment and make arguments of a port: those of all ports, then its own. A port that is set to work in memory has
 * WRKDIRPREFIX in the configured folder (Mk/bsd.port.mk), unless its own environment says otherwise.
 */
export function surroundingsOf(
  world: Pick<World, 'environment' | 'makeArguments' | 'tmpfsDirectory'>,
  settings: PortSettings,
): PortSurroundings {
  const {tmpfsDirectory} = world;
  const inMemory =
    settings.tmpfs === true && tmpfsDirectory !== undefined ? {WRKDIRPREFIX: tmpfsDirectory} : {};
  return {
    environment: {...world.environment, ...inMemory, ...settings.environment},
    makeArguments: [...world.makeArguments, ...(settings.makeArguments ?? [])],
  };
}
