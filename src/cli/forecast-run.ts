import type {Config} from '../config/config.js';
import type {Forecast} from '../model/forecast.js';
import type {Plan} from '../model/plan.js';
import type {World} from '../model/world.js';
import {unlimited} from '../scheduling/admission.js';
import {makeForecast} from '../scheduling/forecast.js';
import type {SimulationOptions} from '../scheduling/simulate.js';
import type {CommandRunner} from '../system/command.js';
import {Machine} from '../system/resources.js';

/** What a run of this configuration is simulated with, where its builds may use so much memory (in bytes). */
export function simulationOptions(config: Config, world: World, memoryBytes: number): SimulationOptions {
  const {builders, fetchers, jobsTotal} = config;
  return {builders, fetchers, jobsTotal, cores: world.cores, budget: {...unlimited, memoryBytes}};
}

/** How long the plan will take on this machine, with the memory that it has available now. */
export async function forecastRun(
  plan: Plan,
  config: Config,
  world: World,
  runner: CommandRunner,
): Promise<Forecast> {
  const available = await new Machine({runner}).availableMemory();
  const memoryBytes = Math.min(config.memoryLimit ?? Infinity, available);
  return makeForecast(plan.nodes, simulationOptions(config, world, memoryBytes));
}
