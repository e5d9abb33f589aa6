import type {Benchmark} from './row.js';

/** All benchmarks by name, in the order of the table. Each is loaded only in the process that runs it. */
export const benchmarks: Readonly<Record<string, () => Promise<Benchmark>>> = {
  plan: async () => (await import('./plan.js')).measurePlan,
  scheduler: async () => (await import('./scheduler.js')).measureScheduler,
  makespan: async () => (await import('./makespan.js')).measureMakespan,
  list: async () => (await import('./list.js')).measureList,
  versions: async () => (await import('./versions.js')).measureVersions,
  memory: async () => (await import('./memory.js')).measureMemory,
  sandbox: async () => (await import('./sandbox-run.js')).measureSandboxRun,
  forecast: async () => (await import('./forecast.js')).measureForecast,
  tokens: async () => (await import('./tokens.js')).measureTokens,
  lab: async () => (await import('./lab.js')).measureLab,
};
