import {Command, CommanderError, InvalidArgumentError, Option} from 'commander';

import {mostWorkers, type PartialConfig} from '../config/config.js';
import type {ControlRequest} from '../control/protocol.js';
import type {Failure} from '../model/failure.js';
import {fail, ok, type Result} from '../model/result.js';
import {flagsOf, normalise, type Options} from './flags.js';
import {portmasterHint} from './portmaster-options.js';

/** What a command line asks for. */
export type Invocation =
  | {readonly kind: 'text'; readonly text: string}
  | {
      readonly kind: 'list';
      readonly withVersions: boolean;
      readonly flags: PartialConfig;
      readonly configFile?: string;
    }
  | {
      readonly kind: 'upgrade';
      readonly all: boolean;
      readonly operands: readonly string[];
      readonly flags: PartialConfig;
      readonly configFile?: string;
    }
  | {
      readonly kind: 'ctl';
      readonly request: ControlRequest;
      readonly run?: string;
      readonly flags: PartialConfig;
      readonly configFile?: string;
    }
  | {
      readonly kind: 'status';
      /** Show it again and again, until the run ends. */
      readonly follow: boolean;
      readonly run?: string;
      readonly flags: PartialConfig;
      readonly configFile?: string;
    }
  | {
      readonly kind: 'sandbox-init';
      readonly directory: string;
      readonly ports?: number;
      readonly seed?: number;
    };

const examples = `
Examples:
  portpar -a              upgrade everything that is out of date, in parallel
  portpar -L              list installed ports and what is newer in the tree
  portpar -n -a           show what would be done, and why; change nothing
  portpar www/nginx       build or rebuild one port with what it needs
  portpar 'py39-*'        rebuild all installed packages that match
  portpar status          from another terminal: what the run is doing
  portpar ctl workers +2  from another terminal: two more builders

Exit status:
  0 done, or nothing to do    1 some step failed or was skipped, or no run is alive
  64 usage   69 a tool or the ports tree is missing   70 internal error   74 file trouble
  75 another portpar is at work   77 not permitted   78 configuration   128+N ended by signal N
`;

/** Reads the command line. Nothing is done and nothing printed here: help and version come back as text. */
export function parseCommandLine(argv: readonly string[], version: string): Result<Invocation> {
  let invocation: Result<Invocation> | undefined;
  let output = '';
  const program = declare(version, (result) => {
    invocation = result;
  });
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap(({commands}) => commands),
  ]) {
    command.exitOverride();
    command.configureOutput({
      writeOut: (text) => {
        output += text;
      },
      writeErr: () => undefined,
    });
  }
  try {
    program.parse([...argv], {from: 'user'});
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return ok({kind: 'text', text: output});
    if (error.code === 'commander.help') {
      const message =
        argv.find((word) => word === 'ctl' || word === 'sandbox') === 'ctl'
          ? 'portpar ctl takes a command: workers, push, pause, resume or stop'
          : 'portpar sandbox takes a command: portpar sandbox init DIR';
      return fail<Failure>({kind: 'invalid-usage', message});
    }
    const message = error.message.replace(/^error: /, '');
    return fail<Failure>({kind: 'invalid-usage', message, ...portmasterHint(message)});
  }
  return invocation ?? ok({kind: 'text', text: program.helpInformation()});
}

function declare(version: string, found: (result: Result<Invocation>) => void): Command {
  const program = new Command('portpar')
    .description(
      'Upgrade installed ports in parallel. Operands: origins (www/nginx, devel/py-foo@py39), names of installed packages, globs of either, a port directory, or `.`',
    )
    .usage('[options] [port ...]')
    .argument('[port...]')
    .option('-a, --all', 'upgrade every installed port that has something newer in the tree')
    .option('-l, --list', 'list installed ports: root, trunk, branch, leaf')
    .option('-L, --list-versions', 'the same, with what is newer in the tree and what cannot be upgraded')
    .option('-n, --dry-run', 'show the plan and how long it will take; change nothing')
    .option('-f, --force', 'with -a: rebuild what is up to date as well')
    .option('-F, --fetch-only', 'only fetch and check distfiles')
    .option('-j, --jobs <n>', 'build this many ports side by side (default: number of cores)', count)
    .option(
      '--jobs-total <n>',
      'processes that all builds together may run (default: number of cores)',
      count,
    )
    .option('--no-second-try', 'do not try a failed build or fetch once more under other conditions')
    .option('-x, --exclude <glob>', 'leave matching ports alone (repeatable)', collect)
    .option('-g, --package', 'keep the new packages in PACKAGES')
    .option('-b, --keep-backup', 'keep backup packages of what is replaced')
    .option('-B, --no-backup-package', 'make no backup packages')
    .option('-C, --no-clean-before', 'do not clean work directories before building')
    .option('-K, --no-clean-after', 'do not clean work directories after building')
    .option('-m, --make-args <args>', 'arguments for every call of make, separated by blanks')
    .option('-v, --verbose', 'show every command')
    .option('-y, --yes', 'do not ask before the run starts')
    .option('--fail-fast', 'after a failure start nothing new')
    .option('--config <file>', 'read this config file and no other')
    .option('--json', 'one JSON document for -l, -L and -n; one event per line for a run')
    .version(version, '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .allowExcessArguments(true)
    .enablePositionalOptions();
  program.action((operands: string[]) => {
    found(interpret(operands, normalise(program.opts())));
  });
  program.addOption(new Option('--no-confirm', 'the same as --yes, for portmaster users').hideHelp());
  // What portmaster does with these, portpar always does: no options dialogs, output into logs, no distfile deleted.
  for (const flag of ['-G', '-H', '-D']) program.addOption(new Option(flag, 'always so').hideHelp());

  const sandbox = program
    .command('sandbox')
    .description('a world to try portpar in, without root and without FreeBSD');
  sandbox
    .command('init <dir>')
    .allowExcessArguments(false)
    .description('make a ports tree with an older generation of its ports installed')
    .option('--ports <n>', 'a random tree of this many ports instead of the small one', count)
    .option('--seed <s>', 'which random tree', wholeNumber)
    .action((directory: string, options: {ports?: number; seed?: number}) => {
      found(ok({kind: 'sandbox-init', directory, ...options}));
    });
  declareControl(program, found);
  return program;
}

/** What is for a run that is under way in another terminal. */
function declareControl(program: Command, found: (result: Result<Invocation>) => void): void {
  /** The options that say where to look; those of a run are out of place here. */
  const place = (command: Command): Result<Place> => {
    const stranger = program.options.find(
      (option) =>
        !['config', 'json'].includes(option.attributeName()) &&
        program.getOptionValueSource(option.attributeName()) === 'cli',
    );
    if (stranger !== undefined) {
      return usage(`${stranger.long ?? stranger.flags} is for starting a run, not for ${command.name()}`);
    }
    const {run, config, json} = normalise(command.optsWithGlobals());
    return ok({
      flags: flagsOf({...(json === undefined ? {} : {json})}),
      ...(config === undefined ? {} : {configFile: config}),
      ...(run === undefined ? {} : {run}),
    });
  };
  const common = (command: Command): Command =>
    command
      .allowExcessArguments(false)
      .option('--run <id>', 'which run, where several are alive')
      .option('--config <file>', 'the config file that the run was started with');
  const ask = (command: Command, request: ControlRequest): void => {
    const where = place(command);
    found(where.ok ? ok({kind: 'ctl', request, ...where.value}) : where);
  };

  common(program.command('status'))
    .description('from another terminal: show what the run is doing, and how long it still takes')
    .option('-w, --follow', 'go on showing it until the run ends')
    .option('--json', 'one JSON document')
    .action((options: {readonly follow?: true}, command: Command) => {
      const where = place(command);
      found(where.ok ? ok({kind: 'status', follow: options.follow === true, ...where.value}) : where);
    });
  const ctl = program.command('ctl').description('from another terminal: change the run while it goes on');
  common(ctl.command('workers <n>'))
    .usage('[options] N|+N|-N')
    .description('build with N builders, or with N more (+N) or fewer (-N)')
    .action((text: string, _options: unknown, command: Command) => {
      const request = workersRequest(text);
      if (request === undefined)
        found(usage(`workers takes N, +N or -N, such as 4, +1 or -1, and not ${text}`));
      else ask(command, request);
    });
  common(ctl.command('push <port>'))
    .description(
      'do a port of the run (origin, package or port name), and what it waits for, before all others',
    )
    .action((port: string, _options: unknown, command: Command) => {
      if (port.trim() === '') found(usage('push takes a port: an origin, a package or the name of a port'));
      else ask(command, {command: 'push', port});
    });
  for (const [name, description] of [
    ['pause', 'start nothing new; what runs goes on'],
    ['resume', 'go on after a pause'],
    ['stop', 'end the run, as SIGTERM does; given twice, at once'],
  ] as const) {
    common(ctl.command(name))
      .description(description)
      .action((_options: unknown, command: Command) => {
        ask(command, {command: name});
      });
  }
}

/** Where to look for a run. */
interface Place {
  readonly flags: PartialConfig;
  readonly configFile?: string;
  readonly run?: string;
}

/** `4`, `+1`, `-1`. */
function workersRequest(text: string): ControlRequest | undefined {
  const [, sign, digits = ''] = /^([+-]?)(\d{1,4})$/.exec(text) ?? [];
  const count = Number(digits);
  if (sign === undefined || count < 1 || count > mostWorkers) return undefined;
  if (sign === '') return {command: 'workers', change: 'to', count};
  return {command: 'workers', change: 'by', count: sign === '-' ? -count : count};
}

function usage(message: string): Result<never> {
  return fail<Failure>({kind: 'invalid-usage', message});
}

function interpret(operands: readonly string[], options: Options): Result<Invocation> {
  const common = {
    flags: flagsOf(options),
    ...(options.config === undefined ? {} : {configFile: options.config}),
  };
  if (options.list === true || options.listVersions === true) {
    if (options.all === true || operands.length > 0) {
      return usage('-l and -L list all installed ports: they take no operands, and no -a');
    }
    return ok({kind: 'list', withVersions: options.listVersions === true, ...common});
  }
  if (options.noBackup === true && options.keepBackup === true) {
    return usage('-b keeps backup packages and -B makes none: give one of them');
  }
  if (options.all !== true && operands.length === 0) return usage('nothing to do: give -a, -l, -L, or ports');
  return ok({kind: 'upgrade', all: options.all === true, operands, ...common});
}

function collect(value: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}

function count(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > mostWorkers) {
    throw new InvalidArgumentError(`It takes a whole number from 1 to ${mostWorkers}.`);
  }
  return value;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It takes a whole number.');
  return Number(text);
}
