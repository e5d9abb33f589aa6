import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {dirname, isAbsolute, join} from 'node:path';
import type {Watched} from './answer-cache.js';
import {unknownPart, watchCommand, wider} from './command-watch.js';
import {parseTrace} from './make-trace.js';
import {scanMakefile, splitExpressions, type Expression, type MakefileScan} from './makefile-scan.js';

/** What one call of make says of how it came to its answers. */
export interface CallTraces {
  /** Where make ran. */
  readonly directory: string;
  /** PATH of the call. */
  readonly path: string;
  readonly program: string;
  /** The trace (`traceArgument`) among other things. */
  readonly stderr: string;
  /** Answers to `expressions`. */
  readonly values: readonly string[];
  /** Folders of which every file counts: those of the port, and of its master. */
  readonly folders: readonly string[];
}

/** The makefiles that were read, sys.mk and saved options included (make(1), `.MAKE.MAKEFILES`). */
const makefilesExpression = '${.MAKE.MAKEFILES}';

/** Where the makefiles are that come with make(1): FreeBSD, Debian. */
const systemFolders = /^\/usr\/(?:local\/)?share\/(?:mk|bmake)\//;

/** A makefile of the framework, in any tree. */
const frameworkFile = /\/Mk\/(?:\w+\/)?[^/]+\.mk$/;

/** The most texts that one command with loop variables is taken to stand for. */
const mostTexts = 64;

/**
 * Tells what answers of make depend on: the makefiles that were read, all files that make looked for, and what the shell
 * commands in those makefiles look at. Commands and optional includes are found in the text of the makefiles; what their
 * variables stand for is asked in the same call as the answers.
 */
export class AnswerWatch {
  /** To be asked with every question (`besidesArguments`). Grows with what is found in further makefiles. */
  readonly #expressions: string[] = [];
  readonly #scans = new Map<string, MakefileScan | undefined>();
  readonly #portsDirectory: string;
  /** Makefiles that came with make: they are no part of the ports tree. */
  readonly #systemScans = new Set<MakefileScan>();
  /** The framework's own: where a variable of theirs is set again, it is in a branch that asks nothing, or a compiler's name. */
  readonly #framework = new Set<MakefileScan>();
  readonly #places = new Map<string, number>();
  /** How many expressions have to be answered to know all of a makefile. */
  readonly #learned = new Map<MakefileScan, number>();
  /** Variables that take the output of a command in the framework: whether they are defined is asked. */
  readonly #known: ReadonlySet<string>;

  /** Reads the framework's makefiles, to know which variables their commands use. */
  constructor(portsDirectory: string) {
    this.#portsDirectory = portsDirectory;
    const scans = frameworkMakefiles(portsDirectory).flatMap((path) => this.#scan(path) ?? []);
    this.#known = new Set(scans.flatMap(({commands}) => commands.flatMap(({variable}) => variable ?? [])));
    const definedOnes = [...this.#known].map((name) => `\${${name}:D${name} }`).join('');
    for (const text of [makefilesExpression, definedOnes]) this.#add(text);
    for (const scan of scans) this.#learn(scan);
  }

  /** What to ask besides the question itself. */
  get expressions(): readonly string[] {
    return [...this.#expressions];
  }

  /**
   * What an answer depends on; `ask-again` when more has to be known of the makefiles that were read, undefined when it
   * cannot be told, so that the answer must not be kept.
   */
  watch(call: CallTraces): Watched | 'ask-again' | undefined {
    const {directory, values} = call;
    const trace = parseTrace(call.stderr, directory);
    const makefiles = (values[0] ?? '').split(/\s+/).filter((path) => path !== '');
    if (trace === undefined || makefiles.length === 0) return undefined;
    const scans: MakefileScan[] = [];
    const files = new Set<string>();
    for (const path of makefiles.map((name) => (isAbsolute(name) ? name : join(directory, name)))) {
      if (files.has(path)) continue;
      files.add(path);
      const scan = this.#scan(path);
      if (scan === undefined || scan.tellsTime) return undefined;
      scans.push(scan);
      this.#learn(scan);
    }
    if (scans.some((scan) => (this.#learned.get(scan) ?? 0) > values.length)) return 'ask-again';

    const {probes, absent} = {probes: new Set(trace.probes), absent: new Set(trace.absent)};
    const listings = new Set(call.folders.flatMap((folder) => [folder, join(folder, 'files')]));
    for (const path of call.folders.flatMap(filesIn)) files.add(path);
    const commandPlaces = {path: call.path.split(':'), directory, exists: existsSync};
    for (const path of watchCommand(call.program, commandPlaces).paths) files.add(path);
    const gone = new Set(scans.flatMap((scan) => [...scan.undefined]));
    const usedMacros = new Set(scans.flatMap((scan) => [...scan.usedMacros]));
    const defined = new Set((values[1] ?? '').split(/\s+/));
    let onPackages: Watched['onPackages'];
    for (const scan of scans) {
      for (const text of scan.includes) {
        for (const path of this.#texts(text, scan, values, true)) {
          if (path.includes(unknownPart)) return undefined;
          if (!path.startsWith('/')) continue;
          probes.add(path);
          if (!makefiles.includes(path)) absent.add(path);
        }
      }
      for (const {text, variable, macro, isOvertaken} of scan.commands) {
        if (macro !== undefined && !usedMacros.has(macro)) continue;
        const wasNotRun =
          variable !== undefined &&
          this.#known.has(variable) &&
          !defined.has(variable) &&
          !gone.has(variable);
        if (wasNotRun) continue;
        if (isOvertaken === true && !this.#framework.has(scan)) return undefined;
        for (const command of this.#texts(text, scan, values, false)) {
          const watched = watchCommand(command, commandPlaces);
          if (watched.isOpaque) return undefined;
          // make's own makefiles look for tools on the path at most (sys/Generic.mk).
          if (watched.onPackages === undefined || !this.#systemScans.has(scan))
            onPackages = wider(onPackages, watched.onPackages);
          else for (const folder of commandPlaces.path) if (folder.startsWith('/')) listings.add(folder);
          for (const path of watched.paths) files.add(path);
          for (const path of watched.contents.flatMap(filesIn)) files.add(path);
          for (const path of watched.makefiles) {
            if (!readsFrameworkOnly(path)) return undefined;
            for (const file of [...filesIn(dirname(path)), ...frameworkMakefiles(this.#portsDirectory)])
              files.add(file);
            listings.add(dirname(path));
          }
        }
      }
    }
    return {files, probes, absent, listings, onPackages};
  }

  /** Sees to it that what a makefile's commands and includes stand for is asked for. */
  #learn(scan: MakefileScan): void {
    if (this.#learned.has(scan)) return;
    let needed = 0;
    for (const text of expressionsIn(scan)) needed = Math.max(needed, this.#add(text) + 1);
    this.#learned.set(scan, needed);
  }

  #add(text: string): number {
    const place = this.#places.get(text) ?? this.#expressions.push(text) - 1;
    this.#places.set(text, place);
    return place;
  }

  #scan(path: string): MakefileScan | undefined {
    if (!this.#scans.has(path)) {
      const scan = readScan(path);
      this.#scans.set(path, scan);
      if (scan !== undefined && systemFolders.test(path)) this.#systemScans.add(scan);
      // By whatever name the tree is reached.
      if (scan !== undefined && frameworkFile.test(path)) this.#framework.add(scan);
    }
    return this.#scans.get(path);
  }

  /** All that a text can stand for: loop variables give it several meanings, or none. */
  #texts(text: string, scan: MakefileScan, values: readonly string[], exact: boolean, depth = 0): string[] {
    let texts = [''];
    for (const part of splitExpressions(text)) {
      const meanings = typeof part === 'string' ? [part] : this.#meanings(part, scan, values, exact, depth);
      texts = texts.flatMap((before) => meanings.map((meaning) => `${before}${meaning}`));
      if (texts.length > mostTexts) return [unknownPart];
    }
    return texts;
  }

  #meanings(
    part: Expression,
    scan: MakefileScan,
    values: readonly string[],
    exact: boolean,
    depth: number,
  ): string[] {
    const lists = part.variable === undefined ? undefined : scan.loops.get(part.variable);
    if (lists !== undefined) {
      if (depth > 3 || (exact && part.raw.includes(':'))) return [unknownPart];
      const words = lists.flatMap((list) => this.#texts(list, scan, values, exact, depth + 1));
      return [...new Set(words.flatMap((list) => list.split(/\s+/)))].filter((word) => word !== '');
    }
    const asked = this.#places.get(askable(part, exact) ?? '');
    const value = asked === undefined ? undefined : values[asked];
    return [value ?? unknownPart];
  }
}

/** The expressions that have to be asked for to know what a makefile's commands and includes stand for. */
function expressionsIn({commands, includes, loops}: MakefileScan): Set<string> {
  const found = new Set<string>();
  const look = (text: string, exact: boolean, depth: number): void => {
    for (const part of splitExpressions(text)) {
      if (typeof part === 'string') continue;
      const lists = part.variable === undefined ? undefined : loops.get(part.variable);
      if (lists !== undefined) {
        if (depth < 4) for (const list of lists) look(list, exact, depth + 1);
        continue;
      }
      const expression = askable(part, exact);
      if (expression !== undefined) found.add(expression);
    }
  };
  for (const {text} of commands) look(text, false, 0);
  for (const text of includes) look(text, true, 0);
  return found;
}

/**
 * What to ask for an expression: itself, where its modifiers are plain ones; else, unless it has to be exact, the variable
 * alone. Modifiers that run commands or loop are never asked for.
 */
function askable({raw, variable}: Expression, exact: boolean): string | undefined {
  if (variable === undefined) return undefined;
  if (/^\$[{(][\w.]+(?::(?:[HTREQ]|t[lu]))*[)}]$/.test(raw)) return `\${${raw.slice(2, -1)}}`;
  return exact ? undefined : `\${${variable}}`;
}

function frameworkMakefiles(portsDirectory: string): string[] {
  return ['Mk', 'Mk/Uses', 'Mk/Features'].flatMap((folder) =>
    filesIn(join(portsDirectory, folder)).filter((path) => path.endsWith('.mk')),
  );
}

/** True for a port's Makefile that includes nothing but the framework: another make that reads it reads no more either. */
function readsFrameworkOnly(path: string): boolean {
  try {
    const includes = readFileSync(path, 'utf8').match(/^\.\s*(?:[sd-])?include\b.*$/gm) ?? [];
    return includes.every((line) => /<bsd\.port(?:\.\w+)*\.mk>/.test(line));
  } catch {
    return false;
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, {withFileTypes: true})
      .filter((entry) => !entry.isDirectory())
      .map(({name}) => join(folder, name));
  } catch {
    return []; // Not there, most often.
  }
}

function readScan(path: string): MakefileScan | undefined {
  try {
    return scanMakefile(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // Gone since, or another file of that name.
  }
}
