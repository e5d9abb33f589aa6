import type {PhaseContext, PhaseResult} from './phase-runner.js';

/** A phase that throws costs its step, not the run: a full disk is met in the middle of portpar's own notes too. */
export function troubleOf({step, phase, log}: PhaseContext, error: unknown): PhaseResult {
  const message = error instanceof Error ? error.message : String(error);
  return {kind: 'failed', failure: {kind: 'phase-trouble', origin: step.origin, phase, log, message}};
}
