import {getStaticTOMLValue, ParseError, parseTOML, type AST} from 'toml-eslint-parser';
import type {Failure} from '../model/failure.js';
import {fail, ok, type Result} from '../model/result.js';
import type {PartialConfig} from './config.js';
import {configKeys} from './config-keys.js';
import {KeyLines, type KeyPath} from './key-lines.js';
import {nearestKey} from './nearest-key.js';
import {readPortTables} from './port-tables.js';
import {readSetting} from './setting-kinds.js';

/** Reads a config file's text. All that is wrong in it is reported at once, each with its line. */
export function parseConfigFile(file: string, text: string): Result<PartialConfig> {
  const parsed = parse(file, text);
  if (!parsed.ok) return parsed;
  const {values, lines} = parsed.value;
  const failures: Failure[] = [];
  const config: Record<string, unknown> = {};
  for (const key of lines.keysBelow([])) {
    const line = lines.lineOf([key]);
    const place = {kind: 'invalid-config', file, ...(line === undefined ? {} : {line})} as const;
    const known = Object.hasOwn(configKeys, key) ? configKeys[key as keyof typeof configKeys] : undefined;
    if (known === undefined) {
      failures.push({
        ...place,
        message: `${key} is not a setting of portpar`,
        ...nearestKey(key, Object.keys(configKeys)),
      });
    } else if (known.kind === 'ports') {
      const rules = readPortTables(file, values[key], lines);
      if (rules.ok) config[known.field] = rules.value;
      else failures.push(...rules.failures);
    } else {
      const read = readSetting(known.kind, values[key]);
      if ('trouble' in read) failures.push({...place, message: `${key} ${read.trouble}`});
      else config[known.field] = read.value;
    }
  }
  return failures.length > 0 ? fail(...failures) : ok(config as PartialConfig);
}

/** The line on which a key stands in a file that was read before; undefined where it is not in it. */
export function lineOfKey(text: string, path: KeyPath): number | undefined {
  return new KeyLines(parseTOML(text)).lineOf(path);
}

function parse(
  file: string,
  text: string,
): Result<{readonly values: Readonly<Record<string, unknown>>; readonly lines: KeyLines}> {
  let program: AST.TOMLProgram;
  try {
    program = parseTOML(text);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return fail<Failure>({
      kind: 'invalid-config',
      file,
      line: lineOfError(text, error),
      message: error.message,
    });
  }
  const values = getStaticTOMLValue(program) as Record<string, unknown>;
  return ok({values, lines: new KeyLines(program)});
}

/** The parser notices that a value is missing only on a later line: what is wrong is the line of the equals sign. */
function lineOfError(text: string, {index, lineNumber}: ParseError): number {
  const before = text.slice(0, index).trimEnd();
  return before.endsWith('=') ? before.split('\n').length : lineNumber;
}
