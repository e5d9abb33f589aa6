import type {Config} from '../config/config.js';
import type {Forecast} from '../model/forecast.js';
import type {Plan} from '../model/plan.js';
import type {World} from '../model/world.js';
import {unlimited} from '../scheduling/admission.js';
import {makeForecast} from '../scheduling/forecast.js';
import type {SimulationOptions} from '../scheduling/simulate.js';

/** What a run of this configuration is simulated with. */
export function simulationOptions(config: Config, world: World): SimulationOptions {
  const {builders, fetchers, jobsTotal, memoryLimit} = config;
  return {
    builders,
    fetchers,
    jobsTotal,
    cores: world.cores,
    budget: {...unlimited, memoryBytes: memoryLimit ?? Infinity},
  };
}

/** How long the plan will take. */
export function forecastRun(plan: Plan, config: Config, world: World): Forecast {
  return makeForecast(plan.nodes, simulationOptions(config, world));
}
