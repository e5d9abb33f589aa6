import {readFileSync, writeFileSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import {inTurn, median, medianOfPairs, runTimed} from './measure.js';
import {msText, ratioText} from './number-text.js';
import {replayOf, writeRecorder} from './recorded-calls.js';
import type {Row} from './row.js';

const mostTimes = 1.1;

export interface ColdList {
  readonly what: string;
  readonly note: string;
  /** For what is recorded. */
  readonly folder: string;
  /** The real make. */
  readonly make: string;
  /** The config file that portpar is called with. */
  readonly config: string;
  readonly pairs: number;
  /** Lets portpar forget what it knows of ports. */
  forget(): void | Promise<void>;
  /** `portpar -L` with this config file; gives its wall time in milliseconds. */
  list(config: string): number | Promise<number>;
}

/** `portpar -L` with nothing remembered, against xargs running the very same calls of make on all cores. */
export async function coldListRow(cold: ColdList): Promise<Row> {
  const cores = availableParallelism();
  const recorder = writeRecorder(cold.folder, cold.make);
  const recording = join(cold.folder, 'recording.toml');
  const settings = readFileSync(cold.config, 'utf8').replace(/^make = .*\n/m, '');
  writeFileSync(recording, `make = ${JSON.stringify(recorder.program)}\n${settings}`);
  await cold.forget();
  await cold.list(recording);
  const {commands, environment, calls} = replayOf(recorder.record, cold.make);
  const times = await inTurn(
    cold.pairs,
    async () => {
      await cold.forget();
      return cold.list(cold.config);
    },
    () =>
      runTimed('xargs', ['-P', String(cores), '-d', '\\n', '-n', '1', 'sh', '-c', 'eval "$1"', 'sh'], {
        env: environment,
        input: commands,
      }).ms,
  );
  const ratio = medianOfPairs(times, (portpar, xargs) => portpar / xargs);
  const [portparMs, xargsMs] = [median(times.a), median(times.b)];
  return {
    what: `${cold.what} against xargs -P ${cores}`,
    measured: `${ratioText(ratio)} times`,
    bound: `≤ ${mostTimes} times`,
    met: ratio <= mostTimes,
    note: `portpar -L ${msText(portparMs)}, xargs ${msText(xargsMs)} for the same ${calls} calls of make with the same arguments and environment (each through one sh that becomes make), ${msText(xargsMs / calls)} a call; median of ${cold.pairs} pairs; ${cold.note}`,
    values: {ratio, portparMs, xargsMs, calls},
  };
}
