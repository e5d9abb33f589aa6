import type {Config} from '../config/config.js';
import type {Plan} from '../model/plan.js';
import type {CommandRunner} from '../system/command.js';
import {TokenPool} from '../system/token-pool.js';
import {plainNumbers, type JobTokens} from '../system/token-pool-types.js';

/** The job tokens of a run, and how they are given up when it is over. */
export interface RunTokens {
  readonly tokens: JobTokens;
  /** Why there is no shared pool though some build could use it. */
  readonly trouble?: string;
  close(): void;
}

/** One pool for all builds, where a build is driven by GNU make and can take its jobs from it; plain numbers elsewhere. */
export async function openTokens(plan: Plan, config: Config, runner: CommandRunner): Promise<RunTokens> {
  const none: RunTokens = {tokens: plainNumbers, close: () => undefined};
  const canShare = plan.steps.some(
    ({parallel, phases}) => parallel === 'gnu-make' && phases.includes('build'),
  );
  if (!canShare) return none;
  const pool = await TokenPool.create(config.jobsTotal, runner);
  if ('trouble' in pool) return {...none, trouble: pool.trouble};
  return {
    tokens: pool,
    close: () => {
      pool.close();
    },
  };
}
