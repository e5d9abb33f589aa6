import {ok} from '../../model/result.js';
import {problem, type Attempt} from './problem.js';

/** What a package says of one of its files. `sum` is `1$` and a SHA-256 in hex, as pkg(8) writes it. */
export interface FileRecord {
  readonly sum: string;
  readonly uname: string;
  readonly gname: string;
  /** Octal, with a leading zero. */
  readonly perm: string;
  readonly mtime: number;
  readonly symlink_target?: string;
}

/** A directory that a package keeps even when it is empty. */
export interface DirectoryRecord {
  readonly uname: string;
  readonly gname: string;
  readonly perm: string;
}

/** A text for the user; without a type it is shown at every occasion. */
export interface Message {
  readonly message: string;
  readonly type?: string;
}

/** The contents of `+MANIFEST`, under pkg(8)'s own key names. */
export interface Manifest {
  readonly name: string;
  readonly origin: string;
  readonly version: string;
  readonly comment: string;
  readonly maintainer: string;
  readonly www: string;
  readonly abi: string;
  readonly arch: string;
  readonly prefix: string;
  readonly flatsize: number;
  readonly desc: string;
  readonly licenses: readonly string[];
  readonly deps: Readonly<Record<string, {readonly origin: string; readonly version: string}>>;
  readonly categories: readonly string[];
  readonly shlibs_required: readonly string[];
  readonly shlibs_provided: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, FileRecord>>;
  readonly directories: Readonly<Record<string, DirectoryRecord>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly messages: readonly Message[];
}

/** A package in the database: its manifest, and what the user and pkg decided about it. */
export interface Installed extends Manifest {
  readonly automatic: boolean;
  readonly locked: boolean;
  readonly vital: boolean;
  /** Seconds since 1970. */
  readonly time: number;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const entries = (value: unknown): readonly (readonly [string, unknown])[] =>
  isObject(value) ? Object.entries(value) : [];

function record<T>(value: unknown, read: (element: unknown) => T | undefined): Readonly<Record<string, T>> {
  const pairs: [string, T][] = [];
  for (const [key, element] of entries(value)) {
    const one = read(element);
    if (one !== undefined) pairs.push([key, one]);
  }
  return Object.fromEntries(pairs);
}

function readFile(value: unknown): FileRecord | undefined {
  // The short form of older packages is the checksum alone.
  const source: Json = isObject(value) ? value : {sum: value};
  const target = source['symlink_target'];
  return {
    sum: text(source['sum']),
    uname: text(source['uname']) || 'root',
    gname: text(source['gname']) || 'wheel',
    perm: text(source['perm']) || '0644',
    mtime: Number(source['mtime'] ?? 0),
    ...(typeof target === 'string' ? {symlink_target: target} : {}),
  };
}

function readDirectory(value: unknown): DirectoryRecord {
  const source: Json = isObject(value) ? value : {};
  return {
    uname: text(source['uname']) || 'root',
    gname: text(source['gname']) || 'wheel',
    perm: text(source['perm']) || '0755',
  };
}

function readMessage(value: unknown): Message {
  if (!isObject(value)) return {message: text(value)};
  const type = text(value['type']);
  return {message: text(value['message']), ...(type === '' ? {} : {type})};
}

/** Makes a manifest of parsed JSON; what is missing becomes empty. Without a name, version and origin it is none. */
export function manifestFrom(value: unknown, whose: string): Attempt<Manifest> {
  if (!isObject(value)) return problem(`${whose}: the manifest is not an object`);
  for (const key of ['name', 'version', 'origin', 'prefix']) {
    if (text(value[key]) === '') return problem(`${whose}: the manifest has no ${key}`);
  }
  return ok({
    name: text(value['name']),
    origin: text(value['origin']),
    version: text(value['version']),
    comment: text(value['comment']),
    maintainer: text(value['maintainer']),
    www: text(value['www']),
    abi: text(value['abi']),
    arch: text(value['arch']),
    prefix: text(value['prefix']),
    flatsize: Number(value['flatsize'] ?? 0),
    desc: text(value['desc']),
    licenses: list(value['licenses']).map(text),
    deps: record(value['deps'], (dependency) =>
      isObject(dependency)
        ? {origin: text(dependency['origin']), version: text(dependency['version'])}
        : undefined,
    ),
    categories: list(value['categories']).map(text).sort(),
    shlibs_required: list(value['shlibs_required']).map(text),
    shlibs_provided: list(value['shlibs_provided']).map(text),
    annotations: record(value['annotations'], text),
    options: record(value['options'], text),
    files: record(value['files'], readFile),
    directories: record(value['directories'], readDirectory),
    scripts: record(value['scripts'], text),
    messages: list(value['messages']).map(readMessage),
  });
}

/** Reads a manifest's text. Only the JSON kind of UCL is understood. */
export function parseManifest(source: string, whose: string): Attempt<Manifest> {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    return problem(`${whose}: the manifest is not JSON`);
  }
  return manifestFrom(value, whose);
}

/** All keys of a manifest in pkg(8)'s order; the compact one ends before `files`. */
const compactKeys = [
  'name',
  'origin',
  'version',
  'comment',
  'maintainer',
  'www',
  'abi',
  'arch',
  'prefix',
  'flatsize',
  'licenses',
  'desc',
  'deps',
  'categories',
  'shlibs_required',
  'shlibs_provided',
  'options',
  'annotations',
  'messages',
] as const satisfies readonly (keyof Manifest)[];
const bulkKeys = ['files', 'directories', 'scripts'] as const satisfies readonly (keyof Manifest)[];

/** The manifest as JSON, without what is empty; `compact` leaves out files and scripts. */
export function formatManifest(manifest: Manifest, compact = false): string {
  const keys = compact ? compactKeys : [...compactKeys, ...bulkKeys];
  const filled = keys
    .map((key) => [key, manifest[key]] as const)
    .filter(([, value]) => typeof value !== 'object' || Object.keys(value).length > 0);
  return JSON.stringify(Object.fromEntries(filled));
}
