import type {Output} from './output.js';
import type {Settings} from './settings.js';

/** What every command has at hand. */
export interface Session {
  readonly settings: Settings;
  readonly output: Output;
}

/** `name-version`. */
export function label(one: {readonly name: string; readonly version: string}): string {
  return `${one.name}-${one.version}`;
}
