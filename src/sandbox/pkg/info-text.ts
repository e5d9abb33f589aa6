import type {Packages} from './database.js';
import type {Installed} from './manifest.js';
import {humanSize} from './query-format.js';
import {label} from './session.js';

/** What `pkg info` is asked to print of a package, and how. */
export interface InfoFields {
  /** Letters of pkg-info(8)'s options. */
  readonly letters: string;
  readonly full: boolean;
  /** Values alone, without the package in front. */
  readonly quiet: boolean;
}

/** Works out the fields; without any a list of all packages has comments, and a single package is shown in full. */
export function requestedFields(
  options: {has(letter: string): boolean},
  asked: {readonly all: boolean; readonly single: boolean},
): InfoFields {
  const quiet = options.has('q');
  if (options.has('O')) return {letters: quiet ? '' : 'I', full: false, quiet: false};
  const letters = Array.from('opkIsdrlbBAD')
    .filter((letter) => options.has(letter))
    .join('');
  if (letters === '' && asked.all && !quiet) return {letters: 'I', full: false, quiet};
  const full = options.has('f') || (letters === '' && asked.single && !quiet && !options.has('E'));
  return {letters, full, quiet: quiet && letters !== ''};
}

type Field = (one: Installed, packages: Packages) => string | readonly string[];

const annotationLines = (one: Installed): readonly string[] =>
  Object.entries(one.annotations)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([tag, value]) => `${tag.padEnd(15)}: ${value}`);

/** Fields of one value stand beside the package, the others below it. */
const fields: Readonly<Record<string, Field>> = {
  o: (one) => one.origin,
  p: (one) => one.prefix,
  k: (one) => (one.locked ? 'yes' : 'no'),
  I: (one) => one.comment,
  s: (one) => humanSize(one.flatsize),
  d: (one) => Object.entries(one.deps).map(([name, {version}]) => `${name}-${version}`),
  r: (one, packages) => packages.filter((other) => Object.hasOwn(other.deps, one.name)).map(label),
  l: (one) => Object.keys(one.files),
  b: (one) => one.shlibs_provided,
  B: (one) => one.shlibs_required,
  A: (one) => annotationLines(one),
};

const occasions: Readonly<Record<string, string>> = {
  install: 'On install:',
  upgrade: 'On upgrade:',
  remove: 'On remove:',
};

function messageText(one: Installed): string {
  return one.messages
    .map(({message, type}) => `${occasions[type ?? ''] ?? 'Always:'}\n${message}\n`)
    .join('\n');
}

/** The text that `pkg info` prints for a package. */
export function describe(one: Installed, packages: Packages, {letters, full, quiet}: InfoFields): string {
  if (full) return fullText(one);
  if (letters === '') return `${label(one)}\n`;
  return Array.from(letters, (letter) => fieldText(one, packages, letter, quiet)).join('');
}

function fieldText(one: Installed, packages: Packages, letter: string, quiet: boolean): string {
  if (letter === 'D') return `${quiet ? '' : `${label(one)}:\n`}${messageText(one)}\n`;
  const value = fields[letter]?.(one, packages) ?? '';
  if (typeof value === 'string') return quiet ? `${value}\n` : `${label(one).padEnd(30)} ${value}\n`;
  if (value.length === 0) return '';
  const lines = value.map((line) => (quiet ? `${line}\n` : `\t${line}\n`)).join('');
  return quiet ? lines : `${label(one)}:\n${lines}`;
}

function fullText(one: Installed): string {
  const rows: readonly (readonly [string, string])[] = [
    ['Name', one.name],
    ['Version', one.version],
    ...(one.time === 0 ? [] : [['Installed on', new Date(one.time * 1000).toUTCString()] as const]),
    ['Origin', one.origin],
    ['Architecture', one.arch],
    ['Prefix', one.prefix],
    ['Categories', one.categories.join(' ')],
    ['Licenses', one.licenses.join(' ')],
    ['Maintainer', one.maintainer],
    ['WWW', one.www],
    ['Comment', one.comment],
  ];
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['Shared Libs required', one.shlibs_required],
    ['Shared Libs provided', one.shlibs_provided],
    ['Annotations', annotationLines(one)],
  ];
  return [
    label(one),
    ...rows.map(([name, value]) => `${name.padEnd(15)}: ${value}`),
    ...lists.flatMap(([name, lines]) =>
      lines.length === 0 ? [] : [`${name.padEnd(15)}:`, ...lines.map((line) => `\t${line}`)],
    ),
    `${'Flat size'.padEnd(15)}: ${humanSize(one.flatsize)}`,
    `${'Description'.padEnd(15)}:`,
    one.desc,
    '',
  ].join('\n');
}
