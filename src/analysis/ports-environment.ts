import {join} from 'node:path';
import {succeeded} from '../model/command.js';
import type {World} from '../model/world.js';
import type {CommandRunner, StopSignals} from '../system/command.js';
import {surroundingsOf} from '../util/port-settings.js';
import type {AnswerCache} from './answer-cache.js';
import type {AnswerWatch} from './answer-watch.js';
import {surroundingsKey} from './make-surroundings.js';
import {traceArgument} from './make-trace.js';
import {besidesArguments, splitBesides} from './make-variables.js';

/** What is needed to ask make. */
export interface AskingTools {
  readonly runner: CommandRunner;
  readonly world: World;
  readonly cache: AnswerCache;
  readonly stop: StopSignals;
}

/** Variables of the framework with their values. */
export type PortsEnvironment = Readonly<Record<string, string>>;

/** What Mk/Scripts/functions.sh sets to reach every variable worth handing on (`export_ports_env`). */
const reachAll = [
  '_PORTS_ENV_CHECK=1',
  'PACKAGE_BUILDING=1',
  'GNU_CONFIGURE=1',
  'USE_JAVA=1',
  'USE_LINUX=1',
  'USES=python compiler:features objc',
];

/** Each variable that the framework names in PORTS_ENV_VARS, with its value, each behind a mark. */
const mark = '--portpar-variable--';
const allVariables = `\${PORTS_ENV_VARS:O:u:@v@${mark}\${v}=\${\${v}}@}`;

/**
 * Asks the framework once for what it would find out in every call by running programs: machine, system version,
 * compilers (Mk/bsd.port.mk, PORTS_ENV_VARS). A framework that does not answer leaves each call to itself.
 */
export async function askPortsEnvironment(
  options: AskingTools & {readonly watch: () => AnswerWatch},
): Promise<PortsEnvironment | 'no-make'> {
  const {runner, world, cache, stop} = options;
  const {environment, makeArguments} = surroundingsOf(world, {});
  const key = `ports-environment ${surroundingsKey(world, environment, makeArguments)}`;
  const kept = cache.find(key);
  if (kept !== undefined) return parseEnvironment(kept[0] ?? '');
  for (let isLast = false; ; isLast = true) {
    const watch = options.watch();
    const expressions = [...watch.expressions, allVariables];
    const askedAtMs = Date.now();
    const directory = world.portsDirectory;
    const {outcome, stdout, stderr} = await runner.capture(
      {
        program: world.make,
        args: [
          '-C',
          directory,
          traceArgument,
          '-f',
          join(directory, 'Mk', 'bsd.port.mk'),
          ...makeArguments,
          ...reachAll,
          ...besidesArguments(expressions),
        ],
        env: {...environment, BATCH: 'yes', FLAVOR: undefined},
      },
      stop,
    );
    if (outcome.kind === 'not-started') return 'no-make';
    const values = succeeded(outcome) ? splitBesides(stdout, expressions.length) : undefined;
    const answer = values?.pop();
    if (values === undefined || answer === undefined) return {};
    const path = environment['PATH'] ?? process.env['PATH'] ?? '';
    const watched = watch.watch({directory, path, program: world.make, stderr, values, folders: []});
    if (watched === 'ask-again' && !isLast) continue;
    if (typeof watched === 'object') cache.keep(key, [answer], watched, askedAtMs);
    return parseEnvironment(answer);
  }
}

/** Empty values are not handed on: to the framework, empty is another thing than unset. */
function parseEnvironment(text: string): PortsEnvironment {
  const found: Record<string, string> = {};
  for (const part of text.split(mark).slice(1)) {
    const cut = part.indexOf('=');
    const name = part.slice(0, cut);
    const value = part.slice(cut + 1).trim();
    if (/^\w+$/.test(name) && value !== '') found[name] = value;
  }
  return found;
}
