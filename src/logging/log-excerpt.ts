import {cleanBlock} from './clean-text.js';

const mostLines = 6;
const longestLine = 300;

/** A kind of line that tells an error, and which of its neighbours belongs to it. */
interface ErrorMark {
  readonly pattern: RegExp;
  /** Lines after it that explain it (the source line, the message). */
  readonly after?: number;
  /** Lines before it that explain it (which function, which directory). */
  readonly before?: number;
  /** Goes on to the first line that is not indented: what a traceback ends in. */
  readonly toUnindented?: boolean;
}

/** Lines that name a cause. The first that fits a line counts. */
const causes: readonly ErrorMark[] = [
  {pattern: /^Traceback \(most recent call last\)/, toUnindented: true},
  {pattern: /\bpanicked at\b/, after: 1},
  {pattern: /^CMake Error\b/, after: 2},
  {pattern: /^configure: error:/, before: 1},
  {pattern: /\bundefined reference\b/, before: 1},
  {pattern: /\b(ld|ld\.lld|collect2|lld): error:/, after: 1},
  {pattern: /^error(\[E\d+\])?:/, after: 1},
  {pattern: /: (fatal )?error( [A-Z]+\d+)?: /, after: 1},
  {pattern: /\b(fatal|internal compiler) error:/i, after: 1},
  {pattern: /: ERROR: /, before: 1},
  {pattern: /\bchecksum mismatch\b/i},
  {pattern: /\bsize mismatch\b/i},
  {pattern: /\bCouldn't fetch it\b/, before: 1},
  {pattern: /\bNo space left on device\b/i},
  {pattern: /\b(Cannot allocate memory|virtual memory exhausted|out of memory)\b/i},
  {pattern: /\bRead-only file system\b/},
  {pattern: /\bPermission denied\b/},
  {pattern: /\bSegmentation fault\b/},
  {pattern: /^Killed\b|\bKilled$/},
  {pattern: /\bdon't know how to make\b/},
  {pattern: /^npm (ERR!|error)/, after: 1},
  {pattern: /^\w*(Error|Exception): /},
  {pattern: /^===> {2}\S+ (is (marked as|forbidden)|has known vulnerabilities|conflicts with)/, after: 1},
  {pattern: /\bconflicts with\b.*\binstalls files\b/, after: 1},
  {pattern: /^pkg(-static)?: (?!Warning|warning)/},
  {pattern: /\b(command )?not found$/},
  {pattern: /^\S+: \*\*\* (?!\[|Waiting)/},
];

/** Lines that only pass on that something failed; they are of use when nothing names the cause. */
const consequences: readonly ErrorMark[] = [
  {pattern: /^FAILED: /, after: 1},
  {pattern: /^ninja: (error|build stopped)/},
  {pattern: /\*\*\* (\[|Error code \d)/, before: 1},
  {pattern: /(?<!-W|-Wno-)\b(error|failed)\b/i},
];

/** Lines that speak of errors without being one: options, probes, counts of none, failures that make(1) ignores. */
const harmless =
  /^(checking|looking) |^-- |\b(0|no) (errors?|failures?)\b|\bwithout errors?\b|\bignored\)?$|^(cc|c\+\+|clang|clang\+\+|gcc|g\+\+) .* -c |^configure: WARNING/i;

/** Lines that follow any error and explain nothing. */
const trailer =
  /^\*\*\* Error code|^Stop\.?$|^\S*make(\[\d+\])?: stopped in |^compilation terminated|^===> {2}Script "/;

/**
 * The first lines of a log that look like the error, with a line around them that explains them: at most six, in the order of
 * the log. Without any such line the last lines of the log that are not empty. `text` may be the tail of a longer log.
 */
export function excerptOf(text: string): string[] {
  const lines = cleanBlock(text)
    .split('\n')
    .map((line) => line.trimEnd().slice(0, longestLine));
  for (const marks of [causes, consequences]) {
    const chosen = chooseLines(lines, marks);
    if (chosen.length > 0) return chosen.map((index) => lines[index] ?? '');
  }
  return lines.filter((line) => line !== '').slice(-mostLines);
}

/** Indexes of the lines that the marks choose. */
function chooseLines(lines: readonly string[], marks: readonly ErrorMark[]): number[] {
  const chosen = new Set<number>();
  for (const [index, line] of lines.entries()) {
    if (harmless.test(line)) continue;
    const mark = marks.find(({pattern}) => pattern.test(line));
    if (mark === undefined) continue;
    const group = groupAround(lines, index, mark).filter((member) => !chosen.has(member));
    if (chosen.size > 0 && chosen.size + group.length > mostLines) break;
    for (const member of group.slice(0, mostLines)) chosen.add(member);
  }
  return [...chosen].sort((one, other) => one - other);
}

/** The line itself with the neighbours that belong to it, empty ones left out. */
function groupAround(lines: readonly string[], index: number, mark: ErrorMark): number[] {
  const group = [...before(lines, index, mark.before ?? 0), index, ...after(lines, index, mark.after ?? 0)];
  if (mark.toUnindented === true) {
    const end = lines.findIndex((line, at) => at > index && /^\S/.test(line));
    // The frame that failed, its source line, and what it failed with.
    if (end > 0) group.push(...[end - 2, end - 1, end].filter((member) => member > index));
  }
  return group;
}

function before(lines: readonly string[], index: number, count: number): number[] {
  return Array.from({length: count}, (_, back) => index - count + back).filter((at) => explains(lines, at));
}

function after(lines: readonly string[], index: number, count: number): number[] {
  const found: number[] = [];
  for (let at = index + 1; found.length < count && at < lines.length && at <= index + count + 1; at++)
    if (explains(lines, at)) found.push(at);
  return found;
}

function explains(lines: readonly string[], at: number): boolean {
  const line = (lines[at] ?? '').trim();
  return line !== '' && !trailer.test(line);
}
