import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

/** One call of make, as portpar made it. */
interface RecordedCall {
  readonly directory: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** A stand-in for make that notes its arguments and environment, and then becomes the real one. */
export function writeRecorder(folder: string, make: string): {program: string; record: string} {
  const program = join(folder, 'recording-make');
  const record = join(folder, 'calls');
  // A line for each call is written at once, so that calls side by side do not mix.
  const script = [
    '#!/usr/bin/env node',
    "const {appendFileSync} = require('node:fs');",
    "const {spawnSync} = require('node:child_process');",
    'const args = process.argv.slice(2);',
    `appendFileSync(${JSON.stringify(record)}, JSON.stringify({directory: process.cwd(), args, environment: process.env}) + '\\n');`,
    `const {status} = spawnSync(${JSON.stringify(make)}, args, {stdio: 'inherit'});`,
    'process.exit(status ?? 1);',
    '',
  ];
  writeFileSync(program, script.join('\n'), {mode: 0o755});
  return {program, record};
}

/**
 * The recorded calls as shell commands, one a line, and the environment that all of them share. What differs between calls
 * is set in the command.
 */
export function replayOf(
  record: string,
  make: string,
): {commands: string; environment: Record<string, string>; calls: number} {
  if (!existsSync(record)) throw new Error('portpar called no make that could be recorded');
  const calls = readFileSync(record, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedCall);
  const [first] = calls;
  const environment = Object.fromEntries(
    Object.entries(first?.environment ?? {}).filter(([name, value]) =>
      calls.every((call) => call.environment[name] === value),
    ),
  );
  const commands = calls.map(({directory, args, environment: own}) => {
    const settings = Object.entries(own)
      .filter(([name]) => !Object.hasOwn(environment, name) && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      .map(([name, value]) => `${name}=${quote(value)}`);
    const go = directory === process.cwd() ? '' : `cd ${quote(directory)} && `;
    return `${go}${settings.length === 0 ? '' : `${settings.join(' ')} `}exec ${[make, ...args].map(quote).join(' ')}`;
  });
  if (commands.some((line) => line.includes('\n'))) {
    throw new Error('a call of make has a line break in it and cannot be given to xargs');
  }
  return {commands: `${commands.join('\n')}\n`, environment, calls: calls.length};
}

function quote(text: string): string {
  return /^[A-Za-z0-9_./=:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
