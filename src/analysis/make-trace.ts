import {isAbsolute, join} from 'node:path';

/** The argument that makes make(1) tell every file it looks for (`-d d`, directory searching and caching). */
export const traceArgument = '-dd';

/** Beginnings of the lines that `-dd` adds to stderr; other lines are make's own complaints. */
const traceLine =
  /^(?:Searching for |checking |Expanding "|Caching |Using cached time |Cached |Looking for |\[dot last\]| {2,})/;

/** The lines of stderr that say something else than where make looked. */
export function withoutTrace(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => !traceLine.test(line))
    .join('\n');
}

/** The files that make looked for. */
export interface MakeTrace {
  readonly probes: ReadonlySet<string>;
  /** Those of them of which make says itself that they were not there. */
  readonly absent: ReadonlySet<string>;
}

/**
 * Reads from make's trace which files it looked for: `exists()` and includes that are looked for in several places (dir.c
 * of BSD make). The result has each path as make wrote it, relative ones below `directory`; undefined when there is no
 * trace, so that nothing is known of what the answers depend on.
 */
export function parseTrace(stderr: string, directory: string): MakeTrace | undefined {
  const probes = new Set<string>();
  const absent = new Set<string>();
  const folders = new Set<string>();
  const absolute = (path: string): string => (isAbsolute(path) ? path : join(directory, path));
  let wanted: string | undefined;
  for (const line of stderr.split('\n')) {
    const [, sought] = /^Searching for (.*?) \.\.\.(?:\[dot last\]\.\.\.)?$/.exec(line) ?? [];
    if (sought !== undefined) {
      wanted = sought;
      probes.add(absolute(sought));
      continue;
    }
    if (wanted?.startsWith('/') === true && /^ {3}(?:failed\.|must be here but isn't)/.test(line)) {
      absent.add(wanted);
      continue;
    }
    const [, checked] = /^(?:checking| {3}Looking for) "?(.*?)"? \.\.\.$/.exec(line) ?? [];
    if (checked !== undefined) {
      probes.add(absolute(checked));
      continue;
    }
    const [, folder] = /^ {3}(\/.*) \.\.\.$/.exec(line) ?? [];
    if (folder === undefined || wanted === undefined || wanted.includes('/')) continue;
    folders.add(folder);
    probes.add(join(folder, wanted));
  }
  if (wanted === undefined) return undefined;
  for (const folder of folders) probes.add(join(folder, 'sys.mk'));
  return {probes, absent};
}
