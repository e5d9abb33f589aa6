import {closest, distance} from 'fastest-levenshtein';
import {getStaticTOMLValue, ParseError, parseTOML, type AST} from 'toml-eslint-parser';
import type {Failure} from '../model/failure.js';
import {fail, ok, type Result} from '../model/result.js';
import type {PartialConfig} from './config.js';
import {configKeys, valueTrouble} from './config-keys.js';

/** Reads a config file's text. All that is wrong in it is reported at once, each with its line. */
export function parseConfigFile(file: string, text: string): Result<PartialConfig> {
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
  const lines = keyLines(program);
  const failures: Failure[] = [];
  const config: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    const line = lines.get(key);
    const place = {kind: 'invalid-config', file, ...(line === undefined ? {} : {line})} as const;
    const known = Object.hasOwn(configKeys, key) ? configKeys[key as keyof typeof configKeys] : undefined;
    if (known === undefined) {
      failures.push({...place, message: `${key} is not a setting of portpar`, ...suggestion(key)});
      continue;
    }
    const trouble = valueTrouble(known.kind, value);
    if (trouble === undefined) config[known.field] = value;
    else failures.push({...place, message: `${key} ${trouble}`});
  }
  return failures.length > 0 ? fail(...failures) : ok(config as PartialConfig);
}

/** The parser notices that a value is missing only on a later line: what is wrong is the line of the equals sign. */
function lineOfError(text: string, {index, lineNumber}: ParseError): number {
  const before = text.slice(0, index).trimEnd();
  return before.endsWith('=') ? before.split('\n').length : lineNumber;
}

/** The line on which each top-level key, or the first part of a table's name, stands. */
function keyLines(program: AST.TOMLProgram): Map<string, number> {
  const lines = new Map<string, number>();
  for (const item of program.body[0].body) {
    const [first] = item.key.keys;
    if (first === undefined) continue;
    const name = first.type === 'TOMLBare' ? first.name : first.value;
    if (!lines.has(name)) lines.set(name, item.loc.start.line);
  }
  return lines;
}

function suggestion(key: string): {hint?: string} {
  const nearest = closest(key, Object.keys(configKeys));
  return distance(key, nearest) <= 3 ? {hint: `Did you mean ${nearest}?`} : {};
}
