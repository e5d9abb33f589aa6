import {ok} from '../../model/result.js';
import {readOptions} from './command-options.js';
import {databaseExists, readPackages} from './database.js';
import {Output} from './output.js';
import {misuse, problem, type Attempt} from './problem.js';
import type {Session} from './session.js';
import {readSettings} from './settings.js';

/** The pkg(8) whose behaviour this one follows. */
const followed = '2.8.99';

type Command = (session: Session, args: readonly string[]) => Attempt<number> | Promise<Attempt<number>>;

/** Commands are loaded when they are called: a query shall not wait for what only an installation needs. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  add: async () => (await import('./commands/add.js')).add,
  annotate: async () => (await import('./commands/annotate.js')).annotate,
  check: async () => (await import('./commands/check.js')).check,
  create: async () => (await import('./commands/create.js')).create,
  delete: async () => (await import('./commands/delete.js')).remove,
  info: async () => (await import('./commands/info.js')).info,
  install: async () => (await import('./commands/install.js')).install,
  lock: async () => {
    const {lock} = await import('./commands/lock.js');
    return (session, args) => lock(session, args, true);
  },
  query: async () => (await import('./commands/query.js')).query,
  set: async () => (await import('./commands/set.js')).set,
  unlock: async () => {
    const {lock} = await import('./commands/lock.js');
    return (session, args) => lock(session, args, false);
  },
  version: async () => (await import('./commands/version.js')).version,
  which: async () => (await import('./commands/which.js')).which,
};

async function run(args: readonly string[], output: Output): Promise<Attempt<number>> {
  const options = readOptions(args, 'vNo:', {version: 'v'});
  if (!options.ok) return options;
  const session: Session = {settings: readSettings(process.env, options.value.values('o')), output};
  if (options.value.has('v')) {
    output.print(`${followed}\n`);
    return ok(0);
  }
  if (options.value.has('N')) return activated(session);
  const [name, ...rest] = options.value.operands;
  if (name === undefined) return misuse('pkg [-vN] [-o NAME=VALUE] COMMAND [ARGUMENT…]');
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) return problem(`unknown command: ${name}`);
  const command = await load();
  return command(session, rest);
}

/** `pkg -N`: whether there is a package database with something in it. */
function activated({settings, output}: Session): Attempt<number> {
  if (!databaseExists(settings.databaseDirectory)) return problem('package database non-existent');
  const read = readPackages(settings.databaseDirectory);
  if (!read.ok) return read;
  if (read.value.length === 0) return problem('no packages registered');
  output.warn(`${read.value.length} packages installed`);
  return ok(0);
}

const output = new Output();
const result = await run(process.argv.slice(2), output);
if (!result.ok) {
  for (const {lines} of result.failures) for (const line of lines) output.warn(line);
}
output.flush();
process.exitCode = result.ok ? result.value : (result.failures[0]?.status ?? 1);
