import type {World} from '../../src/model/world.js';

/** A world that is nowhere. */
export const fakeWorld: World = {
  portsDirectory: '/usr/ports',
  make: 'make',
  pkg: 'pkg',
  environment: {},
  makeArguments: [],
  portSettings: [],
  stateDirectory: '/state',
  cores: 2,
};
