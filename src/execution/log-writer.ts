import {appendFile} from 'node:fs/promises';
import type {CommandSpec} from '../model/command.js';

/** Heads each command in a phase's log, so that the log can be read without knowing portpar. A full disk is no reason to stop. */
export async function logCommand(log: string, spec: CommandSpec): Promise<void> {
  await logLine(log, `$ ${[spec.program, ...spec.args].join(' ')}`);
}

/** Adds a line of portpar's own to a phase's log. */
export async function logLine(log: string, line: string): Promise<void> {
  try {
    await appendFile(log, `===> portpar: ${line}\n`);
  } catch {
    // The command that follows fails on the same disk with a better message.
  }
}
