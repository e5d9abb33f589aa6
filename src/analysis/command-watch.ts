import {basename, dirname, isAbsolute, join, resolve} from 'node:path';

/** What the output of a shell command depends on. */
export interface CommandWatch {
  /** Files and folders, by name, size and time. */
  readonly paths: readonly string[];
  /** Folders of which it may read any file. */
  readonly contents: readonly string[];
  /** It may depend on anything that is installed; `names`: on which packages there are, of whatever version. */
  readonly onPackages: 'all' | 'names' | undefined;
  /** It depends on what cannot be watched: the answers are good for this once. */
  readonly isOpaque: boolean;
  /** It asks make about these makefiles (`make -f FILE -V NAME`). */
  readonly makefiles: readonly string[];
}

/** Stands for a part of the text that could not be expanded. */
export const unknownPart = '\u0000';

/** Words of the shell's own (sh(1)), and programs that tell only of the machine, which every answer is kept by anyway. */
const shellWords = new Set(
  ': . [ ! { } if then else elif fi while until do done for case esac in echo printf test true false cd set unset read exit return export eval exec command shift local'.split(
    ' ',
  ),
);
/** Programs that run what their arguments name. */
const wrappers = new Set('env sh bash xargs nice exec command time timeout eval su'.split(' '));
/** Programs with output that no file explains. */
const opaquePrograms = new Set(
  (
    'date find gmake fetch curl ping host hostname du df mount jobs ps getent ifconfig kldstat ' +
    'git svn svnlite svnversion hg fossil'
  ).split(' '),
);
const makes = new Set(['make', 'bmake']);
/** Programs that tell of the names of files, and not of what is in them. */
const namers = new Set('ls echo printf test [ basename dirname'.split(' '));
/** Programs that run a file that is named first: what that reads in turn is not known. */
const interpreter = /^(?:sh|bash|ksh|zsh|perl|ruby|python|lua|tclsh)[\d.]*$/;
/** Modules that come with the interpreter itself. */
const ownModules = new Set(['sys', 'os', 'rbconfig', 'sysconfig', 'strict', 'warnings', 'config']);

export interface CommandPlaces {
  /** PATH of the command. */
  readonly path: readonly string[];
  /** Where it is run. */
  readonly directory: string;
  /** True for a path that is there. */
  readonly exists: (path: string) => boolean;
}

/**
 * Tells from the text of a shell command, its variables filled in, what its output can depend on. It takes too much
 * rather than too little: a word that looks like a path is watched, be it a path or not.
 */
export function watchCommand(text: string, places: CommandPlaces): CommandWatch {
  const paths = new Set<string>();
  const contents = new Set<string>();
  const makefiles = new Set<string>();
  let onPackages: CommandWatch['onPackages'] = usesOnlyOwnModules(text) ? undefined : 'all';
  let isOpaque = false;
  for (const segment of text.split(/[|;&()`\n]+/)) {
    const words = segment.split(/[\s<>'"]+/).filter((word) => word !== '');
    let wrapped = true;
    let isNamer = false;
    if (leaves(words, places.directory) || runsFile(words) || readsBelow(words)) isOpaque = true;
    // Below a folder that only the shell knows.
    if (words.some((word) => /^\$\{?\w+\}?\//.test(word))) isOpaque = true;
    for (const [index, word] of words.entries()) {
      if (word.includes(unknownPart)) {
        const folder = knownFolder(word);
        if (wrapped || folder === undefined) onPackages = 'all';
        else paths.add(folder);
        continue;
      }
      const isOption = word.startsWith('-') || /^[\w]+=/.test(word);
      if (wrapped && !isOption && !shellWords.has(word)) {
        const program = basename(word);
        isNamer = namers.has(program);
        if (opaquePrograms.has(program)) isOpaque = true;
        if (makes.has(program)) {
          const makefile = askedMakefile(words.slice(index + 1), places.directory);
          if (makefile === undefined) isOpaque = true;
          else makefiles.add(makefile);
        }
        if (/^pkg(?:-static)?$|^pkg_/.test(program)) {
          onPackages = wider(onPackages, askedOfPkg(words.slice(index + 1)));
        }
        if (!word.includes('/')) for (const place of onPath(word, places)) paths.add(place);
        wrapped = wrappers.has(program);
      }
      const folder = /[$*?[]/.test(word) ? knownFolder(word) : undefined;
      if (folder !== undefined) {
        paths.add(folder);
        if (!isNamer) contents.add(folder);
      } else if (isAbsolute(word) && !word.startsWith('/dev/')) paths.add(word);
      else if (word.includes('/') && !isOption) paths.add(join(places.directory, word));
      // An option or an assignment may carry a path: `-f/path`, `FOO=/path`.
      const inner = isOption ? word.indexOf('/') : -1;
      if (inner > 0) paths.add(word.slice(inner));
    }
  }
  return {paths: [...paths], contents: [...contents], onPackages, isOpaque, makefiles: [...makefiles]};
}

/** True where names are looked for in another folder from here on. */
function leaves(words: readonly string[], directory: string): boolean {
  const at = words.indexOf('cd');
  return at >= 0 && resolve(directory, words[at + 1] ?? '') !== directory;
}

/** True where an interpreter is given a file to run, and not the program itself (`-c`, `-e`). */
function runsFile(words: readonly string[]): boolean {
  const at = words.findIndex((word) => interpreter.test(basename(word)));
  const rest = at < 0 ? [] : words.slice(at + 1);
  if (rest.some((word) => /^-\w*[cEe]$/.test(word))) return false;
  return rest.find((word) => !word.startsWith('-'))?.includes('/') === true;
}

/** True where a program reads all there is below a folder. */
function readsBelow(words: readonly string[]): boolean {
  return words.some(
    (word, at) =>
      (/grep$/.test(word) && words.slice(at).some((option) => /^-\w*[rR]/.test(option))) ||
      (basename(word) === 'ls' && words.slice(at).some((option) => /^-\w*R/.test(option))),
  );
}

/**
 * `pkg -v` and `pkg version -t` say nothing of what is installed. `pkg which FILE` tells the owner of a file, which is
 * watched itself; a package of another name may take it over without a change of the file.
 */
function askedOfPkg(words: readonly string[]): CommandWatch['onPackages'] {
  const rest = words.filter((word) => word !== '2');
  if (rest.join(' ') === '-v' || (rest[0] === 'version' && rest[1] === '-t')) return undefined;
  return rest[0] === 'which' ? 'names' : 'all';
}

/** What holds for two commands together. */
export function wider(
  one: CommandWatch['onPackages'],
  other: CommandWatch['onPackages'],
): CommandWatch['onPackages'] {
  return one === 'all' || other === 'all' ? 'all' : (one ?? other);
}

/** The makefile that a call of make asks for variables; undefined where it may do anything else. */
function askedMakefile(words: readonly string[], directory: string): string | undefined {
  if (!words.some((word) => word.startsWith('-V')) || words.some((word) => word.startsWith('-C')))
    return undefined;
  const at = words.indexOf('-f');
  const file = at < 0 ? 'Makefile' : words[at + 1];
  if (file === undefined) return undefined;
  return isAbsolute(file) ? file : join(directory, file);
}

function usesOnlyOwnModules(text: string): boolean {
  const modules = [...text.matchAll(/\b(?:import|require|from|use)\b[\s"'\\(]*([\w.]*)/g)];
  return modules.every(([, name = '']) => ownModules.has(name.toLowerCase()));
}

/** The folder that a path with unknown parts is certainly below. */
function knownFolder(word: string): string | undefined {
  if (!word.startsWith('/')) return undefined;
  const literal = word.slice(0, word.replaceAll(unknownPart, '$').search(/[$*?[]/));
  const folder = dirname(`${literal}x`);
  return folder === '/' ? undefined : folder;
}

/** Where a program of this name is looked for, up to the place where it is found. */
function onPath(word: string, {path, exists}: CommandPlaces): string[] {
  const places: string[] = [];
  for (const folder of path) {
    if (folder === '') continue;
    const place = join(folder, word);
    places.push(place);
    if (exists(place)) break;
  }
  return places;
}
