/**
 * The order of package versions, as pkg(8) has it (libpkg, `pkg_version_cmp`; `pkg version -t A B` prints its answer).
 *
 * A version is `VERSION[_REVISION][,EPOCH]`; the epoch outranks the version and the version the revision. The version is
 * read as components of the form number, letter, patch level; what is missing from a component has a value of its own,
 * so that `1.0.a1 < 1.0 < 1.0.1 < 1.0a`. `*` is smaller than any component, and `+` starts a new block that is compared
 * only after what stands before it.
 */
interface Component {
  readonly number: bigint;
  readonly letter: number;
  readonly patch: bigint;
}

const nothing: Component = {number: 0n, letter: 0, patch: 0n};

/** Words that begin a component of their own and sort before its missing number; `pl` sorts before all letters. */
const stages: readonly {readonly word: string; readonly letter: number}[] = [
  {word: 'pl', letter: 0},
  {word: 'snap', letter: letterValue('s')},
  {word: 'alpha', letter: letterValue('a')},
  {word: 'beta', letter: letterValue('b')},
  {word: 'pre', letter: letterValue('p')},
  {word: 'rc', letter: letterValue('r')},
];

function letterValue(letter: string): number {
  return letter.toLowerCase().charCodeAt(0) - 97 + 2;
}

const isDigit = (text: string, at: number): boolean => /^[0-9]$/.test(text.charAt(at));
const isLetter = (text: string, at: number): boolean => /^[A-Za-z]$/.test(text.charAt(at));

/** strtoll(3)'s limit: pkg(8) reads longer numbers as this one. */
const largest = 9223372036854775807n;

function readNumber(text: string, at: number): {readonly value: bigint; readonly end: number} {
  let end = at;
  while (isDigit(text, end)) end += 1;
  const value = BigInt(text.slice(at, end));
  return {value: value > largest ? largest : value, end};
}

/** Reads one component from `at`, and passes over the separators behind it. */
function readComponent(text: string, at: number): {readonly component: Component; readonly next: number} {
  let position = at;
  let number: bigint;
  let startsWithLetter = false;
  if (isDigit(text, position)) {
    const read = readNumber(text, position);
    number = read.value;
    position = read.end;
  } else if (text.charAt(position) === '*') {
    number = -2n;
    do position += 1;
    while (position < text.length && text.charAt(position) !== '+');
  } else {
    number = -1n;
    startsWithLetter = true;
  }

  let letter = 0;
  let hasPatch = false;
  if (isLetter(text, position)) {
    const stage = stageAt(text, position);
    if (stage === undefined) {
      letter = letterValue(text.charAt(position));
      while (isLetter(text, position)) position += 1;
      hasPatch = true;
    } else if (startsWithLetter) {
      letter = stage.letter;
      position += stage.word.length;
      hasPatch = true;
    }
    // Otherwise the word belongs to the next component: `1.0rc1` is read as `1.0.rc1`.
  }

  let patch = 0n;
  if (hasPatch) {
    patch = -1n;
    if (isDigit(text, position)) {
      const read = readNumber(text, position);
      patch = read.value;
      position = read.end;
    }
  }
  while (position < text.length && !/[0-9A-Za-z+*]/.test(text.charAt(position))) position += 1;
  return {component: {number, letter, patch}, next: position};
}

function stageAt(text: string, at: number): {readonly word: string; readonly letter: number} | undefined {
  if (!isLetter(text, at + 1)) return undefined;
  const rest = text.slice(at).toLowerCase();
  return stages.find(({word}) => rest.startsWith(word) && !isLetter(rest, word.length));
}

interface SplitVersion {
  readonly text: string;
  /** Where the version proper ends in `text`; components are read past it only to find their end. */
  readonly end: number;
  readonly revision: bigint;
  readonly epoch: bigint;
}

function splitVersion(version: string): SplitVersion {
  const text = version.slice(version.lastIndexOf('-') + 1);
  const revisionAt = text.lastIndexOf('_');
  const epochAt = text.lastIndexOf(',');
  // An epoch counts only behind the revision, where there is one.
  const hasEpoch = epochAt > revisionAt;
  const end = revisionAt >= 0 ? revisionAt : hasEpoch ? epochAt : text.length;
  return {
    text,
    end,
    revision: revisionAt < 0 ? 0n : leadingNumber(text.slice(revisionAt + 1)),
    epoch: hasEpoch ? leadingNumber(text.slice(epochAt + 1)) : 0n,
  };
}

/** strtoul(3): blanks and a sign may stand before the digits. */
function leadingNumber(text: string): bigint {
  const digits = /^\s*[+]?(\d+)/.exec(text)?.[1];
  return digits === undefined ? 0n : BigInt(digits);
}

const order = <T extends bigint | number>(a: T, b: T): -1 | 0 | 1 => (a < b ? -1 : a > b ? 1 : 0);

/** -1 when `a` is the older version, 1 when `b` is, 0 when pkg(8) takes them for the same. */
export function compareVersions(a: string, b: string): -1 | 0 | 1 {
  const left = splitVersion(a);
  const right = splitVersion(b);
  return order(left.epoch, right.epoch) || compareProper(left, right) || order(left.revision, right.revision);
}

function compareProper(left: SplitVersion, right: SplitVersion): -1 | 0 | 1 {
  if (left.text.slice(0, left.end).toLowerCase() === right.text.slice(0, right.end).toLowerCase()) return 0;
  let i = 0;
  let j = 0;
  while (i < left.end || j < right.end) {
    const leftBlocked = i >= left.end || left.text.charAt(i) === '+';
    const rightBlocked = j >= right.end || right.text.charAt(j) === '+';
    if (leftBlocked && rightBlocked) {
      if (i < left.end) i += 1;
      if (j < right.end) j += 1;
      continue;
    }
    let a = nothing;
    let b = nothing;
    if (!leftBlocked) ({component: a, next: i} = readComponent(left.text, i));
    if (!rightBlocked) ({component: b, next: j} = readComponent(right.text, j));
    const result = order(a.number, b.number) || order(a.letter, b.letter) || order(a.patch, b.patch);
    if (result !== 0) return result;
  }
  return 0;
}

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  '>=': (result) => result >= 0,
  '<=': (result) => result <= 0,
  '>': (result) => result > 0,
  '<': (result) => result < 0,
  '==': (result) => result === 0,
  '=': (result) => result === 0,
};

/** A dependency pattern on a package, such as `perl5>=5.32<5.33`. */
export interface PackagePattern {
  readonly name: string;
  readonly bounds: readonly {readonly operator: string; readonly version: string}[];
}

/** Reads `name>=version…`; undefined for patterns that name a file, a program or a library. */
export function parsePackagePattern(pattern: string): PackagePattern | undefined {
  const start = pattern.search(/[<>=]/);
  if (start <= 0) return undefined;
  const bounds = [...pattern.slice(start).matchAll(/([<>=]=?)([^<>=]*)/g)].map(
    ([, operator = '', version = '']) => ({operator, version}),
  );
  return {name: pattern.slice(0, start), bounds};
}

/** True when `version` lies within all bounds of the pattern. */
export function meetsPattern(pattern: PackagePattern, version: string): boolean {
  return pattern.bounds.every(({operator, version: bound}) =>
    comparisons[operator]?.(compareVersions(version, bound)),
  );
}
