import {join} from 'node:path';
import type {Forecast} from '../src/model/forecast.js';
import {inTemporaryFolder, portparProgram, runTimed} from './measure.js';
import {msText, ratioText} from './number-text.js';
import type {Row} from './row.js';
import {lastRun} from './run-journal.js';

const ports = 60;
const mostOff = 0.15;
/** The number of builders that the history is from, and another one. */
const builders = [2, 4];

/** What is forecast for a sandbox that was built once before, against the run that follows. */
export async function measureForecast(): Promise<readonly Row[]> {
  return inTemporaryFolder((folder) => {
    const sandbox = join(folder, 'sandbox');
    const portpar = (...args: readonly string[]): string =>
      runTimed(process.execPath, [portparProgram, ...args], {
        env: {...process.env, SANDBOX_BUILD_SECONDS: '0.5'},
      }).stdout;
    portpar('sandbox', 'init', sandbox, '--ports', String(ports), '--seed', '2');
    const config = ['--config', join(sandbox, 'portpar.toml')];
    const all = [...config, '-a', '-f'];
    portpar(...all, '-y', '-j', String(builders[0]));
    const rows = builders.map((count, index): Row => {
      const runsBefore = index + 1;
      const {forecast} = JSON.parse(portpar(...all, '-n', '--json', '-j', String(count))) as {
        forecast: Forecast;
      };
      portpar(...all, '-y', '-j', String(count));
      const {plan, summary} = lastRun(join(sandbox, 'state', 'runs'));
      const off = forecast.ms / summary.wallMs - 1;
      const measured = forecast.foundation.measured;
      return {
        what: `forecast of a run of ${plan.steps.length} sandbox ports, ${count} builders`,
        measured: `${msText(forecast.ms)} for ${msText(summary.wallMs)}: ${ratioText(1 + off)}`,
        bound: `within ${mostOff * 100} %`,
        met: Math.abs(off) <= mostOff,
        note: `${measured} ports measured before, in ${runsBefore} ${runsBefore === 1 ? 'run' : 'runs'} with ${builders[0]} builders`,
        values: {forecastMs: forecast.ms, wallMs: summary.wallMs},
      };
    });
    return Promise.resolve(rows);
  });
}
