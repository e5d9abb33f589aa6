import {readFile} from 'node:fs/promises';
import type {Failure} from '../model/failure.js';
import type {Result} from '../model/result.js';
import {ExecaRunner} from '../system/execa-runner.js';
import {exitStatus, statusOfFailures, statusOfSignal} from './exit-status.js';
import {parseCommandLine, type Invocation} from './program.js';
import {StopControl} from './stop-control.js';
import {openTerminal, type Terminal} from './terminal.js';

/** Runs portpar with the arguments of the command line; resolves to the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const terminal = openTerminal();
  const control = new StopControl();
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') control.stop('SIGPIPE');
  });
  process.stderr.on('error', () => undefined); // Nowhere left to say anything.
  try {
    const invocation = parseCommandLine(argv, await readVersion());
    const status = invocation.ok ? await dispatch(invocation.value, argv, terminal, control) : invocation;
    if (status.ok) return status.value;
    await complain(status.failures, terminal);
    return statusOfFailures(status.failures);
  } catch (error) {
    const trouble = systemTrouble(error);
    if (trouble !== undefined) {
      await complain([trouble], terminal);
      return statusOfFailures([trouble]);
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    terminal.err.write(
      `portpar: this is a bug in portpar; please report it with its version and command.\n${text}\n`,
    );
    return exitStatus.internal;
  } finally {
    control.dispose();
    terminal.info.dispose();
  }
}

async function dispatch(
  invocation: Invocation,
  argv: readonly string[],
  terminal: Terminal,
  control: StopControl,
): Promise<Result<number>> {
  // Each command loads only what it needs: `-l` has to be there at once.
  const runner = new ExecaRunner();
  switch (invocation.kind) {
    case 'text':
      terminal.out.write(invocation.text);
      return {ok: true, value: exitStatus.done};
    case 'list': {
      const {listPorts} = await import('./commands/list.js');
      const text = await listPorts(invocation, runner, terminal, control);
      // A reader that has gone away (`portpar -l | head -1`) had what it wanted.
      const signal = control.reason();
      if (signal !== undefined && signal !== 'SIGPIPE') return {ok: true, value: statusOfSignal(signal)};
      if (!text.ok) return text;
      terminal.out.write(text.value);
      return {ok: true, value: exitStatus.done};
    }
    case 'upgrade': {
      const {upgradePorts} = await import('./commands/upgrade.js');
      return upgradePorts({...invocation, command: ['portpar', ...argv]}, runner, terminal, control);
    }
    case 'ctl': {
      const {controlRun} = await import('./commands/ctl.js');
      const text = await controlRun(invocation);
      if (!text.ok) return text;
      terminal.out.write(text.value);
      return {ok: true, value: exitStatus.done};
    }
    case 'status': {
      const {showStatus} = await import('./commands/status.js');
      return showStatus(invocation, terminal, control);
    }
    case 'sandbox-init': {
      const {makeSandbox} = await import('./commands/sandbox.js');
      return makeSandbox(invocation, runner, terminal);
    }
  }
}

/** An error of the file system that nobody foresaw is still no bug: a full disk, a folder that cannot be written. */
function systemTrouble(error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  const {code, path, syscall = 'use', message} = error as NodeJS.ErrnoException;
  if (code === undefined || path === undefined) return undefined;
  return {kind: 'file-trouble', action: syscall, path, message};
}

/** Loads the words for failures only where there is one: measuring widths of text takes a table that is slow to build. */
async function complain(failures: readonly Failure[], {err, palette}: Terminal): Promise<void> {
  const {failureText} = await import('../logging/failure-text.js');
  for (const failure of failures) err.write(`portpar: ${failureText(failure, {palette})}`);
}

async function readVersion(): Promise<string> {
  const manifest = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as {readonly version: string}).version;
}
