import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {ok} from '../../../model/result.js';
import {readOptions, type CommandOptions} from '../command-options.js';
import {readPackages} from '../database.js';
import {parseManifest, type Installed, type Manifest} from '../manifest.js';
import {writePackageFile} from '../package-file.js';
import {parsePlist} from '../plist.js';
import {misuse, problem, reasonOf, type Attempt} from '../problem.js';
import {select, selectionFrom} from '../selection.js';
import {label, type Session} from '../session.js';
import {findSharedLibraries} from '../shared-libraries.js';
import {readStagedFiles} from '../staged-files.js';

const usage = 'pkg create [-agnqvx] [-o DIR] NAME… | pkg create [-qv] [-o DIR] -M MANIFEST -p PLIST -r ROOT';
const long = {
  all: 'a',
  glob: 'g',
  'no-clobber': 'n',
  'out-dir': 'o',
  manifest: 'M',
  plist: 'p',
  'root-dir': 'r',
  quiet: 'q',
  regex: 'x',
  verbose: 'v',
};

/** `pkg create`: makes package files, of what is installed or of staged files. */
export function create(session: Session, args: readonly string[]): Attempt<number> {
  const options = readOptions(args, 'agno:M:p:r:qvxf:l:T:t:', long);
  if (!options.ok) return options;
  const manifest = options.value.value('M');
  return manifest === undefined
    ? backUp(session, options.value)
    : createFromStage(session, options.value, manifest);
}

const extension = '.pkg';

function packagePath(options: CommandOptions, manifest: Manifest): string {
  return join(options.value('o') ?? '.', `${label(manifest)}${extension}`);
}

function createFromStage(session: Session, options: CommandOptions, manifestPath: string): Attempt<number> {
  const root = options.value('r') ?? '/';
  let manifestText: string;
  let plistText: string;
  try {
    manifestText = readFileSync(manifestPath, 'utf8');
    const plist = options.value('p');
    plistText = plist === undefined ? '' : readFileSync(plist, 'utf8');
  } catch (error) {
    return problem(reasonOf(error));
  }
  const manifest = parseManifest(manifestText, manifestPath);
  if (!manifest.ok) return manifest;
  const plist = parsePlist(plistText, manifest.value.prefix);
  if (!plist.ok) return plist;
  const staged = readStagedFiles(plist.value, root);
  if (!staged.ok) return staged;
  const {files, directories, contents, flatsize} = staged.value;
  const libraries = findSharedLibraries(
    [...contents].map(([path, content]) => ({path, content})),
    Object.keys(files),
  );
  const complete: Manifest = {
    ...manifest.value,
    abi: manifest.value.abi || session.settings.abi,
    arch: manifest.value.arch || session.settings.abi.toLowerCase(),
    flatsize,
    shlibs_provided: libraries.provided,
    shlibs_required: libraries.required,
    files,
    directories,
  };
  return write(packagePath(options, complete), complete, contents);
}

function backUp(session: Session, options: CommandOptions): Attempt<number> {
  const selection = selectionFrom(options, 'exact');
  if (options.value('r') !== undefined) {
    return problem('Do not specify a rootdir without also specifying either a metadatadir or manifest');
  }
  if (options.operands.length === 0 && selection.kind !== 'all') return misuse(usage);
  const read = readPackages(session.settings.databaseDirectory);
  if (!read.ok) return read;
  let status = 0;
  for (const operand of selection.kind === 'all' ? [''] : options.operands) {
    const chosen = select(read.value, operand, selection);
    if (chosen.length === 0) {
      session.output.warn(`No installed package matching "${operand}" found`);
      status = 1;
    }
    for (const one of chosen) {
      session.output.print(`Creating package for ${label(one)}\n`);
      if (options.has('n') && existsSync(packagePath(options, one))) {
        session.output.print(`${label(one)} already packaged, skipping...\n`);
        continue;
      }
      const made = backUpOne(options, one);
      if (made.ok) continue;
      for (const {lines} of made.failures) for (const line of lines) session.output.warn(line);
      status = 1;
    }
  }
  return ok(status);
}

/**
 * Packs what is on the disk now under the checksums of the installation, as pkg(8) does: user annotations go along, the
 * automatic flag and the lock do not.
 */
function backUpOne(options: CommandOptions, one: Installed): Attempt<number> {
  const contents = new Map<string, Buffer>();
  for (const [path, file] of Object.entries(one.files)) {
    if (file.symlink_target !== undefined) continue;
    try {
      contents.set(path, readFileSync(path));
    } catch {
      return problem(`file '${path}' is missing`);
    }
  }
  const flatsize = [...contents.values()].reduce((sum, {length}) => sum + length, 0);
  return write(packagePath(options, one), {...one, flatsize}, contents);
}

function write(path: string, manifest: Manifest, contents: ReadonlyMap<string, Buffer>): Attempt<number> {
  try {
    writePackageFile(path, {manifest, contents});
    return ok(0);
  } catch (error) {
    return problem(`cannot write ${path}: ${reasonOf(error)}`);
  }
}
