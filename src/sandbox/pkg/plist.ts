import {isAbsolute, join} from 'node:path';
import {ok} from '../../model/result.js';
import {problem, type Attempt} from './problem.js';

/** A packing list with all paths absolute. */
export interface Plist {
  readonly files: readonly {
    readonly path: string;
    readonly perm?: string;
    readonly uname?: string;
    readonly gname?: string;
  }[];
  readonly directories: readonly string[];
}

/**
 * Reads a packing list: one path on each line, those that are not absolute below the prefix. Known keywords are
 * `@comment`, `@dir`, `@mode`, `@owner`, `@group`, `@cwd` and `@(owner,group,mode)`.
 */
export function parsePlist(text: string, prefix: string): Attempt<Plist> {
  const files = new Map<string, Plist['files'][number]>();
  const directories: string[] = [];
  const current: {perm?: string; uname?: string; gname?: string} = {};
  let base = prefix;
  const absolute = (path: string): string => (isAbsolute(path) ? path : join(base, path));
  const setting = (field: keyof typeof current, value: string): void => {
    if (value === '') Reflect.deleteProperty(current, field);
    else current[field] = value;
  };
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const owned = /^@\(([^,)]*),([^,)]*),([^,)]*)(?:,[^)]*)?\)\s+(.+)$/.exec(line);
    const keyword = /^@(\S+)\s*(.*)$/.exec(line);
    if (owned !== null) {
      const [, uname = '', gname = '', mode = '', path = ''] = owned;
      const full = absolute(path);
      files.set(full, {
        path: full,
        ...current,
        ...(uname === '' ? {} : {uname}),
        ...(gname === '' ? {} : {gname}),
        ...(mode === '' ? {} : {perm: octal(mode)}),
      });
    } else if (keyword === null) {
      const path = absolute(line);
      files.set(path, {path, ...current});
    } else {
      const [, word = '', rest = ''] = keyword;
      if (word === 'comment') continue;
      else if (word === 'dir') directories.push(absolute(rest).replace(/(?<=.)\/+$/, ''));
      else if (word === 'mode') setting('perm', rest === '' ? '' : octal(rest));
      else if (word === 'owner') setting('uname', rest);
      else if (word === 'group') setting('gname', rest);
      else if (word === 'cwd') base = rest === '' ? prefix : rest;
      else return problem(`unknown keyword in the packing list: @${word}`);
    }
  }
  return ok({files: [...files.values()], directories});
}

const octal = (mode: string): string => `0${mode.replace(/^0+(?=.)/, '')}`;
