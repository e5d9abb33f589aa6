import {Command, CommanderError, InvalidArgumentError, Option} from 'commander';

import {mostWorkers, type PartialConfig} from '../config/config.js';
import type {Failure} from '../model/failure.js';
import {fail, ok, type Result} from '../model/result.js';
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
      readonly kind: 'sandbox-init';
      readonly directory: string;
      readonly ports?: number;
      readonly seed?: number;
    };

interface Options {
  readonly all?: true;
  readonly list?: true;
  readonly listVersions?: true;
  readonly dryRun?: true;
  readonly force?: true;
  readonly fetchOnly?: true;
  readonly jobs?: number;
  readonly exclude?: string[];
  readonly package?: true;
  readonly keepBackup?: true;
  readonly noBackup?: true;
  readonly noCleanBefore?: true;
  readonly noCleanAfter?: true;
  readonly makeArgs?: string;
  readonly verbose?: true;
  readonly yes?: true;
  readonly failFast?: true;
  readonly config?: string;
  readonly json?: true;
}

const examples = `
Examples:
  portpar -a              upgrade everything that is out of date, in parallel
  portpar -L              list installed ports and what is newer in the tree
  portpar -n -a           show what would be done, and why; change nothing
  portpar www/nginx       build or rebuild one port with what it needs
  portpar 'py39-*'        rebuild all installed packages that match

Exit status:
  0 done, or nothing to do    1 some step failed or was skipped
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
      return fail<Failure>({
        kind: 'invalid-usage',
        message: 'portpar sandbox takes a command: portpar sandbox init DIR',
      });
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
    .option('-n, --dry-run', 'show the plan and change nothing')
    .option('-f, --force', 'with -a: rebuild what is up to date as well')
    .option('-F, --fetch-only', 'only fetch and check distfiles')
    .option('-j, --jobs <n>', 'build this many ports side by side (default: number of cores)', count)
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
  return program;
}

/** commander keeps a `--no-x` option as `x: false`; here every option is either given or absent. */
function normalise(options: Record<string, unknown>): Options {
  const {backupPackage, cleanBefore, cleanAfter, confirm, ...rest} = options;
  return {
    ...rest,
    ...(backupPackage === false ? {noBackup: true} : {}),
    ...(cleanBefore === false ? {noCleanBefore: true} : {}),
    ...(cleanAfter === false ? {noCleanAfter: true} : {}),
    ...(confirm === false ? {yes: true} : {}),
  };
}

function interpret(operands: readonly string[], options: Options): Result<Invocation> {
  const usage = (message: string): Result<Invocation> => fail<Failure>({kind: 'invalid-usage', message});
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

function flagsOf(options: Options): PartialConfig {
  return {
    ...(options.dryRun === true ? {dryRun: true} : {}),
    ...(options.force === true ? {force: true} : {}),
    ...(options.fetchOnly === true ? {fetchOnly: true} : {}),
    ...(options.jobs === undefined ? {} : {builders: options.jobs}),
    ...(options.exclude === undefined ? {} : {exclude: options.exclude}),
    ...(options.package === true ? {keepPackages: true} : {}),
    ...(options.keepBackup === true ? {keepBackups: true, backup: true} : {}),
    ...(options.noBackup === true ? {backup: false} : {}),
    ...(options.noCleanBefore === true ? {cleanBefore: false} : {}),
    ...(options.noCleanAfter === true ? {cleanAfter: false} : {}),
    ...(options.makeArgs === undefined ? {} : {makeArguments: words(options.makeArgs)}),
    ...(options.verbose === true ? {verbose: true} : {}),
    ...(options.yes === true ? {yes: true} : {}),
    ...(options.failFast === true ? {failFast: true} : {}),
    ...(options.json === true ? {json: true} : {}),
  };
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
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
