import {ok} from '../../model/result.js';
import type {FileRecord, Installed} from './manifest.js';
import {problem, type Attempt} from './problem.js';

/** The packages that need a package, and what is needed now of each of its dependencies. */
export interface Neighbours {
  readonly dependents: readonly {readonly name: string; readonly origin: string; readonly version: string}[];
  /** The installed version of a dependency, where it is installed. */
  readonly versionOf: (name: string) => string | undefined;
}

/** One element of a list variable: the texts of its parts, by their letter. */
type Element = Readonly<Record<string, string>>;

interface Part {
  readonly text: (one: Installed, neighbours: Neighbours, element: Element | undefined) => string;
}

/** A format string of pkg-query(8), ready to be used on packages. */
export interface QueryFormat {
  /** The lines that the format gives for one package, without line ends. */
  render(one: Installed, neighbours: Neighbours): readonly string[];
}

/** List variables: the letters that may follow, and their elements. A variable without such letters has '' as its part. */
const lists: Readonly<
  Record<
    string,
    {readonly parts: string; readonly elements: (one: Installed, near: Neighbours) => readonly Element[]}
  >
> = {
  d: {
    parts: 'nov',
    elements: (one, near) =>
      Object.entries(one.deps).map(([name, {origin, version}]) => ({
        n: name,
        o: origin,
        v: near.versionOf(name) ?? version,
      })),
  },
  r: {
    parts: 'nov',
    elements: (_, near) =>
      near.dependents.map(({name, origin, version}) => ({n: name, o: origin, v: version})),
  },
  C: {parts: '', elements: (one) => one.categories.map(single)},
  F: {parts: 'psugmftl', elements: (one) => Object.entries(one.files).map(fileElement)},
  O: {parts: 'kv', elements: (one) => pairs(one.options, 'k', 'v')},
  D: {parts: '', elements: (one) => Object.keys(one.directories).map(single)},
  L: {parts: '', elements: (one) => one.licenses.map(single)},
  U: {parts: '', elements: () => []},
  G: {parts: '', elements: () => []},
  B: {parts: '', elements: (one) => one.shlibs_required.map(single)},
  b: {parts: '', elements: (one) => one.shlibs_provided.map(single)},
  y: {parts: '', elements: () => []},
  Y: {parts: '', elements: () => []},
  A: {parts: 'tv', elements: (one) => pairs(one.annotations, 't', 'v')},
};

const single = (text: string): Element => ({'': text});
const pairs = (record: Readonly<Record<string, string>>, key: string, value: string): readonly Element[] =>
  Object.entries(record)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => ({[key]: name, [value]: text}));
const octal = (perm: string): string => perm.replace(/^0+(?=.)/, '');

function fileElement([path, file]: readonly [string, FileRecord]): Element {
  return {
    p: path,
    s: file.sum,
    u: file.uname,
    g: file.gname,
    m: octal(file.perm),
    f: '',
    t: file.symlink_target ?? '',
    l: String(file.mtime),
  };
}

/** Variables with one value for each package. */
const values: Readonly<Record<string, (one: Installed) => string>> = {
  n: (one) => one.name,
  v: (one) => one.version,
  o: (one) => one.origin,
  p: (one) => one.prefix,
  m: (one) => one.maintainer,
  c: (one) => one.comment,
  e: (one) => one.desc,
  w: (one) => one.www,
  l: () => 'single',
  q: (one) => one.abi,
  Q: (one) => one.arch,
  a: (one) => (one.automatic ? '1' : '0'),
  k: (one) => (one.locked ? '1' : '0'),
  V: (one) => (one.vital ? '1' : '0'),
  M: (one) => one.messages.map(({message}) => message).join('\n'),
  t: (one) => String(one.time),
  R: (one) => one.annotations['repository'] ?? '',
};

const counted = 'drCFODLUGBbAyY';
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  a: '\u0007',
  b: '\b',
  f: '\f',
  r: '\r',
  '\\': '\\',
  t: '\t',
};

/**
 * Reads a format string. As in pkg(8) there must be at least one variable in it, a list variable gives one line for each
 * element, and two different ones cannot stand together; `%?x` (are there any?) and `%#x` (how many?) count as such.
 */
export function parseQueryFormat(format: string): Attempt<QueryFormat> {
  if (!format.includes('%')) return problem('Invalid query: query should contain a format string');
  const parts: Part[] = [];
  let multiline = '';
  let hasValue = false;
  for (let at = 0; at < format.length; at += 1) {
    const character = format.charAt(at);
    if (character === '\\') {
      at += 1;
      const escaped = escapes[format.charAt(at)] ?? '';
      parts.push({text: () => escaped});
    } else if (character === '%') {
      at += 1;
      const key = format.charAt(at);
      const value = values[key];
      const options = followers(key);
      if (value === undefined && options === undefined) return problem(`Unknown query format key: '%${key}'`);
      let option = '';
      if (options !== undefined && options !== '') {
        at += 1;
        option = format.charAt(at);
        if (option === '' || !options.includes(option)) {
          return problem(`Invalid query: '%${key}' should be followed by: ${Array.from(options).join(', ')}`);
        }
      }
      if (isMultiline(key)) {
        if (multiline !== '' && multiline !== key) {
          return problem(`Invalid query: '%${multiline}' and '%${key}' cannot be queried at the same time`);
        }
        multiline = key;
      } else hasValue = true;
      parts.push(variable(key, option));
    } else parts.push({text: () => character});
  }
  return ok({render: (one, neighbours) => render(parts, multiline, hasValue, one, neighbours)});
}

const isMultiline = (key: string): boolean => key === '?' || key === '#' || Object.hasOwn(lists, key);

/** The letters of which one has to follow a key: none for '', and undefined for an unknown key. */
function followers(key: string): string | undefined {
  if (key === '?' || key === '#') return counted;
  if (key === 's') return 'hb';
  return Object.hasOwn(lists, key) ? lists[key]?.parts : undefined;
}

function variable(key: string, option: string): Part {
  if (key === '?' || key === '#') {
    const count = (one: Installed, near: Neighbours): number =>
      lists[option]?.elements(one, near).length ?? 0;
    return {text: (one, near) => String(key === '#' ? count(one, near) : Math.min(1, count(one, near)))};
  }
  if (key === 's') return {text: (one) => (option === 'b' ? String(one.flatsize) : humanSize(one.flatsize))};
  const value = values[key];
  if (value !== undefined) return {text: value};
  return {text: (_, __, element) => element?.[option] ?? ''};
}

function render(
  parts: readonly Part[],
  multiline: string,
  hasValue: boolean,
  one: Installed,
  near: Neighbours,
): readonly string[] {
  const line = (element?: Element): string => parts.map((part) => part.text(one, near, element)).join('');
  const list = lists[multiline];
  if (list === undefined) return [line()];
  const lines = list.elements(one, near).map(line);
  // A package whose list is empty still has a line when something else was asked of it.
  return lines.length === 0 && hasValue ? [line()] : lines;
}

/** A size as pkg(8) shows it to people: three digits and a binary unit. */
export function humanSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(1)}${units[unit] ?? ''}`;
}
