import {mkdir, readdir, realpath, rm} from 'node:fs/promises';
import {availableParallelism} from 'node:os';
import {join, resolve} from 'node:path';
import {succeeded} from '../model/command.js';
import {fail, ok, type Result} from '../model/result.js';
import type {CommandRunner} from '../system/command.js';
import {writeWhole} from '../system/files.js';
import {installGeneration} from './installed-generation.js';
import {sandboxEntries, sandboxEnvironment, sandboxLayout, type SandboxLayout} from './layout.js';
import type {SandboxTree} from './port-model.js';
import {handMadeTree} from './ports.js';
import {randomTree} from './random-tree.js';
import {configText, pkgScript, readmeText, shellText} from './settings-files.js';
import {writeTree} from './tree-files.js';

/** What a sandbox is to be, and how it is made. */
export interface SandboxOptions {
  readonly directory: string;
  readonly runner: CommandRunner;
  /** Makes a random tree of so many ports instead of the hand-made one. */
  readonly ports?: number;
  /** Chooses the random tree; the same seed gives the same tree. */
  readonly seed?: number;
  /** BSD make; by default `make` on the BSDs and `bmake` elsewhere. */
  readonly make?: string;
  readonly progress?: (progress: SandboxProgress) => void;
}

/** How far the work is: packages of the older generation that are installed, and the last of them. */
export interface SandboxProgress {
  readonly done: number;
  readonly total: number;
  readonly origin: string;
}

/** A finished sandbox. */
export interface Sandbox {
  readonly directory: string;
  /** The configuration file for portpar. */
  readonly config: string;
  /** Packages that are installed. */
  readonly installed: number;
}

/**
 * Makes a sandbox: the older generation of a ports tree built and installed, the newer one laid out. The folder has to be
 * new, empty, or a sandbox (which is then made anew).
 */
export async function initSandbox(options: SandboxOptions): Promise<Result<Sandbox>> {
  const {runner} = options;
  if (options.ports !== undefined && !(Number.isInteger(options.ports) && options.ports > 0)) {
    return fail({kind: 'invalid-usage', message: 'the number of ports has to be a whole number above 0'});
  }
  const make = options.make ?? (process.platform.endsWith('bsd') ? 'make' : 'bmake');
  const tools = await checkTools(runner, make);
  if (!tools.ok) return tools;
  try {
    const layout = await prepareDirectory(options.directory);
    if (!layout.ok) return layout;
    const tree = options.ports === undefined ? handMadeTree() : randomTree(options.ports, options.seed ?? 1);
    return await fill(layout.value, tree, make, options);
  } catch (error) {
    const {code, path, message} = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return fail({
      kind: 'file-trouble',
      action: 'make a sandbox in',
      path: path ?? options.directory,
      message,
    });
  }
}

async function checkTools(runner: CommandRunner, make: string): Promise<Result<undefined>> {
  const needed = [
    {
      tool: make,
      args: ['-f', '/dev/null', '-V', 'MAKE_VERSION'],
      hint: 'A sandbox needs BSD make (on Debian: apt install bmake).',
    },
    {tool: 'cc', args: ['--version'], hint: 'A sandbox needs a C compiler.'},
  ];
  for (const {tool, args, hint} of needed) {
    const {outcome} = await runner.capture({program: tool, args});
    if (!succeeded(outcome)) return fail({kind: 'tool-missing', tool, hint});
  }
  return ok(undefined);
}

/** Characters that neither make nor a shell takes for anything else. */
const plainPath = /^[A-Za-z0-9_./+@-]+$/;

async function prepareDirectory(wanted: string): Promise<Result<SandboxLayout>> {
  const directory = resolve(wanted);
  if (!plainPath.test(directory)) {
    return fail({
      kind: 'invalid-usage',
      message: `a sandbox cannot be in ${directory}`,
      hint: 'make(1) needs a path of letters, digits and . _ + @ - without blanks.',
    });
  }
  await mkdir(directory, {recursive: true});
  const layout = sandboxLayout(await realpath(directory));
  const entries = await readdir(layout.directory);
  if (entries.length > 0 && !entries.includes('sandbox.json')) {
    return fail({
      kind: 'invalid-usage',
      message: `${directory} is not empty and is not a sandbox`,
      hint: 'Name a folder that does not exist yet.',
    });
  }
  // The marker comes first, so that what an interrupted call leaves can be made anew.
  for (const entry of sandboxEntries) {
    if (entry !== 'sandbox.json') await rm(join(layout.directory, entry), {recursive: true, force: true});
  }
  return ok(layout);
}

async function fill(
  layout: SandboxLayout,
  tree: SandboxTree,
  make: string,
  options: SandboxOptions,
): Promise<Result<Sandbox>> {
  const {runner, ports, seed, progress} = options;
  await writeWhole(
    layout.marker,
    `${JSON.stringify({format: 1, ports: ports ?? 'hand-made', seed: seed ?? 1})}\n`,
  );
  const environment = sandboxEnvironment(layout, process.env['PATH'] ?? '');
  const directories = [
    layout.prefix,
    layout.database,
    layout.packages,
    layout.distfiles,
    layout.work,
    layout.options,
    layout.state,
    layout.logs,
  ];
  for (const directory of directories) await mkdir(directory, {recursive: true});
  await writeWhole(layout.pkg, pkgScript(layout), {mode: 0o755});
  await writeTree(layout, tree.old);
  const installed = await installGeneration(tree.old, tree.wanted, {
    layout,
    runner,
    make,
    // Nothing that the caller has set for ports of its own may reach these builds.
    environment: {
      ...environment,
      MAKEFLAGS: undefined,
      SANDBOX_FAIL: undefined,
      SANDBOX_BUILD_SECONDS: undefined,
    },
    builders: Math.max(2, availableParallelism()),
    progress: (done, total, origin) => progress?.({done, total, origin}),
  });
  if (!installed.ok) return installed;
  await writeTree(layout, tree.new);
  await rm(layout.work, {recursive: true, force: true});
  await mkdir(layout.work);
  await writeWhole(join(layout.directory, 'env.sh'), shellText(layout, environment));
  await writeWhole(join(layout.directory, 'README'), readmeText(layout, make));
  await writeWhole(layout.config, configText(layout, make, environment));
  return ok({directory: layout.directory, config: layout.config, installed: installed.value});
}
