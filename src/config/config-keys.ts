import {mostWorkers, type Config} from './config.js';

type KeyKind = 'path' | 'program' | 'boolean' | 'count' | 'texts' | 'table';

/** The keys of a config file: what each sets, and of what kind its value is. The order is the one they are documented in. */
export const configKeys = {
  ports_dir: {field: 'portsDirectory', kind: 'path'},
  state_dir: {field: 'stateDirectory', kind: 'path'},
  make: {field: 'make', kind: 'program'},
  pkg: {field: 'pkg', kind: 'program'},
  builders: {field: 'builders', kind: 'count'},
  fetchers: {field: 'fetchers', kind: 'count'},
  exclude: {field: 'exclude', kind: 'texts'},
  force: {field: 'force', kind: 'boolean'},
  fetch_only: {field: 'fetchOnly', kind: 'boolean'},
  dry_run: {field: 'dryRun', kind: 'boolean'},
  keep_packages: {field: 'keepPackages', kind: 'boolean'},
  keep_backups: {field: 'keepBackups', kind: 'boolean'},
  backup: {field: 'backup', kind: 'boolean'},
  clean_before: {field: 'cleanBefore', kind: 'boolean'},
  clean_after: {field: 'cleanAfter', kind: 'boolean'},
  make_arguments: {field: 'makeArguments', kind: 'texts'},
  verbose: {field: 'verbose', kind: 'boolean'},
  yes: {field: 'yes', kind: 'boolean'},
  fail_fast: {field: 'failFast', kind: 'boolean'},
  json: {field: 'json', kind: 'boolean'},
  environment: {field: 'environment', kind: 'table'},
} as const satisfies Readonly<Record<string, {readonly field: keyof Config; readonly kind: KeyKind}>>;

/** What is wrong with a value of this kind, or undefined. */
export function valueTrouble(kind: KeyKind, value: unknown): string | undefined {
  switch (kind) {
    case 'path':
      return typeof value === 'string' && value.startsWith('/')
        ? undefined
        : 'takes a full path, as "/usr/ports"';
    case 'program':
      return typeof value === 'string' && value !== '' ? undefined : 'takes the name or path of a program';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'takes true or false';
    case 'count':
      return isCount(value) ? undefined : `takes a whole number from 1 to ${mostWorkers}`;
    case 'texts':
      return Array.isArray(value) && value.every((item) => typeof item === 'string')
        ? undefined
        : 'takes a list of texts, as ["one", "two"]';
    case 'table':
      return isTextTable(value) ? undefined : 'takes a table of texts, as NAME = "value"';
  }
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= mostWorkers;
}

function isTextTable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Date)
    return false;
  return Object.entries(value).every(
    ([name, text]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && typeof text === 'string',
  );
}
