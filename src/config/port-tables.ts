import type {Failure} from '../model/failure.js';
import type {PortSettingsRule} from '../model/port-settings.js';
import {fail, ok, type Result} from '../model/result.js';
import {portKeys} from './config-keys.js';
import type {KeyLines, KeyPath} from './key-lines.js';
import {nearestKey} from './nearest-key.js';
import {isTable, readSetting} from './setting-kinds.js';

/** The `[port."GLOB"]` tables of a file as rules, in the order of the file. All that is wrong in them is reported at once. */
export function readPortTables(
  file: string,
  ports: unknown,
  lines: KeyLines,
): Result<readonly PortSettingsRule[]> {
  const failures: Failure[] = [];
  const complain = (path: KeyPath, message: string, hint: {hint?: string} = {}): void => {
    const line = lines.lineOf(path);
    failures.push({
      kind: 'invalid-config',
      file,
      ...(line === undefined ? {} : {line}),
      message,
      ...hint,
    });
  };
  if (!isTable(ports)) {
    complain(['port'], `port ${tablesWanted}`);
    return fail(...failures);
  }
  const rules = lines.keysBelow(['port']).map((glob): PortSettingsRule => {
    const table = ports[glob];
    const settings: Record<string, unknown> = {};
    if (glob.trim() === '') complain(['port', glob], 'port takes a glob that is not empty');
    if (!isTable(table)) {
      complain(['port', glob], `port ${tablesWanted}`);
      return {glob, settings: {}};
    }
    for (const key of lines.keysBelow(['port', glob])) {
      const path = ['port', glob, key];
      const known = Object.hasOwn(portKeys, key) ? portKeys[key as keyof typeof portKeys] : undefined;
      if (known === undefined) {
        complain(
          path,
          `port."${glob}": ${key} is not a setting of a port`,
          nearestKey(key, Object.keys(portKeys)),
        );
        continue;
      }
      const read = readSetting(known.kind, table[key]);
      if ('trouble' in read) complain(path, `port."${glob}": ${key} ${read.trouble}`);
      else settings[known.field] = read.value;
    }
    return {glob, settings};
  });
  return failures.length > 0 ? fail(...failures) : ok(rules);
}

const tablesWanted = 'takes a table for each glob, as [port."www/*"]';
