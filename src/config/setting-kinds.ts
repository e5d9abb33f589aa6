import {mostWorkers} from './config.js';
import {parseSize} from './size.js';

/** What the value of a key has to be. */
export type SettingKind =
  | 'path'
  | 'program'
  | 'text'
  | 'boolean'
  | 'count'
  | 'nice'
  | 'integer'
  | 'number'
  | 'size'
  | 'size-or-none'
  | 'texts'
  | 'table';

/** A value as the configuration keeps it, or what is wrong with it. */
export type ReadSetting = {readonly value: unknown} | {readonly trouble: string};

/** Reads a value of a config file. Sizes become bytes; everything else stays as it is. */
export function readSetting(kind: SettingKind, value: unknown): ReadSetting {
  switch (kind) {
    case 'path':
      return check(isText(value) && value.startsWith('/'), value, 'takes a full path, as "/usr/ports"');
    case 'program':
      return check(isText(value), value, 'takes the name or path of a program');
    case 'text':
      return check(isText(value), value, 'takes a text that is not empty');
    case 'boolean':
      return check(typeof value === 'boolean', value, 'takes true or false');
    case 'count':
      return check(isWhole(value, 1, mostWorkers), value, `takes a whole number from 1 to ${mostWorkers}`);
    case 'nice':
      return check(isWhole(value, 0, 20), value, 'takes a whole number from 0 to 20');
    case 'integer':
      return check(
        isWhole(value, -mostPriority, mostPriority),
        value,
        `takes a whole number from -${mostPriority} to ${mostPriority}`,
      );
    case 'number':
      return check(
        typeof value === 'number' && value > 0 && Number.isFinite(value),
        value,
        'takes a number above 0, as 4 or 7.5',
      );
    case 'size': {
      const size = parseSize(value);
      return check(size !== undefined && size > 0, size, 'takes a size above 0, as "8G", "512M" or bytes');
    }
    case 'size-or-none': {
      const size = parseSize(value);
      return check(size !== undefined, size, 'takes a size, as "10G", "512M" or bytes');
    }
    case 'texts':
      return check(
        Array.isArray(value) && value.every((item) => typeof item === 'string'),
        value,
        'takes a list of texts, as ["one", "two"]',
      );
    case 'table':
      return check(isTextTable(value), value, 'takes a table of texts, as NAME = "value"');
  }
}

/** Priorities beyond this are not believed to be meant. */
const mostPriority = 1_000_000;

function check(isRight: boolean, value: unknown, trouble: string): ReadSetting {
  return isRight ? {value} : {trouble};
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

/** True for what a TOML table becomes, and for nothing else. */
export function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function isTextTable(value: unknown): boolean {
  return (
    isTable(value) &&
    Object.entries(value).every(
      ([name, text]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && typeof text === 'string',
    )
  );
}
