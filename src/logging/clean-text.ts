import {stripVTControlCharacters} from 'node:util';

const controls = /[^\P{Cc}\n\t]/gu;
/** Characters that turn the direction of the text around them. */
const directions = /[\u202A-\u202E\u2066-\u2069]/gu;

/**
 * Text of foreign origin (logs, ports, packages) made safe to show: no escape sequences, no control characters but line
 * ends and tabs. Lines that a program wrote over (progress bars) keep only their last state.
 */
export function cleanBlock(text: string): string {
  return stripVTControlCharacters(text)
    .split('\n')
    .map(lastState)
    .join('\n')
    .replaceAll(controls, '')
    .replaceAll(directions, '');
}

/** What is left of a line after its carriage returns; those at the end belong to the line end. */
function lastState(line: string): string {
  let end = line.length;
  while (line[end - 1] === '\r') end -= 1;
  const ended = line.slice(0, end);
  return ended.slice(ended.lastIndexOf('\r') + 1);
}

/** The same as one line: every run of blanks and line ends becomes one space. */
export function cleanLine(text: string): string {
  return cleanBlock(text).replaceAll(/\s+/g, ' ').trim();
}
