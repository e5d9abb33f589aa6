import type {CommandOutcome} from '../model/command.js';
import {unreachable} from '../model/unreachable.js';

const plainWord = /^[\w@%+=:,./-]+$/;

/** A command as one could type it: words with other characters than the harmless ones are in quotes. */
export function commandText(argv: readonly string[]): string {
  return argv.map((word) => (plainWord.test(word) ? word : quoted(word))).join(' ');
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** How a command ended, after a subject: `ended with exit status 1`. */
export function outcomeText(outcome: CommandOutcome): string {
  switch (outcome.kind) {
    case 'exited':
      return `ended with exit status ${outcome.status}`;
    case 'signalled':
      return `was ended by ${outcome.signal}${outcome.signal === 'SIGKILL' ? ', perhaps for want of memory' : ''}`;
    case 'not-started':
      return `could not be started (${outcome.code})`;
    case 'stopped':
      return 'was stopped';
    default:
      return unreachable(outcome);
  }
}
