import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {writePkgAnswers} from './answers.js';
import {obey} from './remote.js';
import {
  controlFiles,
  messageLines,
  packageText,
  queryLines,
  readPackage,
  readState,
  readWorld,
  replaceFile,
  type FakePackage,
} from './world.js';

/**
 * The stand-in for pkg(8): `pkg.js CONTROL [-o NAME=VALUE] COMMAND …`. Questions are answered at once; what changes
 * something waits for the test. It keeps to what the real one was seen to do: installing a file over an older version
 * loses its user annotations and, without `-A`, the automatic flag; a conflict exits 3 and changes nothing.
 */
const [control = '', ...argv] = process.argv.slice(2);
const words = argv[0] === '-o' ? argv.slice(2) : argv;
const [command = '', ...args] = words;
const operands = args.filter((word) => !word.startsWith('-'));
const isChange = ['install', 'create', 'delete', 'set', 'annotate'].includes(command) && !args.includes('-n');

// `set -n` is no dry run, but a new name.
if (isChange || command === 'set') await obey(readWorld(control).socket, {program: 'pkg', argv}, change);
else process.exitCode = answer();

/** Answers a question and returns the exit status. */
function answer(): number {
  const {packages} = readState(control);
  switch (command) {
    case 'query':
      return query(packages);
    case 'info':
      return info(packages.find(({name}) => name === operands[0]));
    case 'which':
      return which(packages);
    case 'check':
      return check(packages.find(({name}) => name === operands[0]));
    case 'install':
      return forecast(packages);
    default:
      throw new Error(`The stand-in pkg has no answer to: ${words.join(' ')}`);
  }
}

function query(packages: readonly FakePackage[]): number {
  const [format = '', name] = operands;
  const chosen = args.includes('-a') ? packages : packages.filter((item) => item.name === name);
  for (const line of chosen.flatMap((item) => queryLines(format, item))) process.stdout.write(`${line}\n`);
  return chosen.length === 0 && !args.includes('-a') ? 1 : 0;
}

function info(item: FakePackage | undefined): number {
  for (const line of item === undefined ? [] : messageLines(item)) process.stdout.write(`${line}\n`);
  return item === undefined ? 1 : 0;
}

function which(packages: readonly FakePackage[]): number {
  let status = 0;
  for (const path of operands) {
    const owner = packages.find(({files}) => Object.hasOwn(files, path));
    if (owner === undefined) status = 1;
    const text =
      owner === undefined
        ? `${path} was not found in the database`
        : `${path} was installed by package ${owner.name}-${owner.version}`;
    process.stdout.write(`${text}\n`);
  }
  return status;
}

function check(item: FakePackage | undefined): number {
  if (item === undefined) return 1;
  const broken = Object.entries(item.files).filter(
    ([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text,
  );
  for (const [path] of broken)
    process.stderr.write(`${item.name}-${item.version}: checksum mismatch for ${path}\n`);
  return broken.length > 0 ? 1 : 0;
}

function forecast(packages: readonly FakePackage[]): number {
  const fresh = readPackage(operands.at(-1) ?? '');
  if (fresh === undefined) return 1;
  const going = packages.filter(({name}) => fresh.conflicts.includes(name));
  if (going.length > 0) {
    process.stdout.write('Installed packages to be REMOVED:\n');
    for (const {name, version} of going) process.stdout.write(`\t${name}: ${version}\n`);
    process.stdout.write('\n');
  }
  process.stdout.write(`New packages to be INSTALLED:\n\t${fresh.name}: ${fresh.version}\n`);
  return 1; // As the real one: a dry run ends unanswered.
}

/**
 * Does what was asked. An installation knows two variants: `half` takes the old version away and puts nothing in its place,
 * `untidy` leaves the files that only the old version had where they are, as some releases of pkg(8) do.
 */
function change(variant: string): void {
  const {packages} = readState(control);
  switch (command) {
    case 'install':
      save(variant === 'half' ? halfInstalled(packages) : installed(packages, variant === 'untidy'));
      return;
    case 'create':
      backUp(packages);
      return;
    case 'delete':
      for (const item of packages) if (operands.includes(item.name)) removeFiles(item);
      save(packages.filter(({name}) => !operands.includes(name)));
      return;
    case 'set':
      save(flagged(packages));
      return;
    case 'annotate': {
      const [name, tag = '', value = ''] = operands;
      save(
        packages.map((item) =>
          item.name === name ? {...item, annotations: {...item.annotations, [tag]: value}} : item,
        ),
      );
      return;
    }
    default:
      throw new Error(`The stand-in pkg does not know: ${words.join(' ')}`);
  }
}

function givenFile(): FakePackage {
  const path = operands.at(-1) ?? '';
  const item = readPackage(path);
  if (item === undefined) throw new Error(`The stand-in pkg cannot read ${path}`);
  return item;
}

function installed(packages: readonly FakePackage[], untidy: boolean): FakePackage[] {
  const fresh = givenFile();
  for (const item of packages) if (item.name === fresh.name && !untidy) removeFiles(item);
  for (const [path, text] of Object.entries(fresh.files)) {
    mkdirSync(dirname(path), {recursive: true});
    writeFileSync(path, text);
  }
  process.stdout.write(`[1/1] Installing ${fresh.name}-${fresh.version}...\n`);
  const others = packages.filter(({name}) => name !== fresh.name);
  return [...others, {...fresh, automatic: args.includes('-A'), locked: false}];
}

function halfInstalled(packages: readonly FakePackage[]): FakePackage[] {
  const {name} = givenFile();
  for (const item of packages) if (item.name === name) removeFiles(item);
  return packages.filter((item) => item.name !== name);
}

function backUp(packages: readonly FakePackage[]): void {
  const [directory = '.', name] = operands;
  const item = packages.find((candidate) => candidate.name === name);
  if (item === undefined) throw new Error(`No installed package matching "${String(name)}" found`);
  const text = packageText({...item, automatic: false, locked: false});
  replaceFile(join(directory, `${item.name}-${item.version}.pkg`), text);
}

/** `set -A 0|1 NAME`, or `set -n OLD:NEW`: the new name is known to those who need the package, too. */
function flagged(packages: readonly FakePackage[]): FakePackage[] {
  if (args.includes('-A')) {
    const [value, name] = operands;
    return packages.map((item) => (item.name === name ? {...item, automatic: value === '1'} : item));
  }
  const [from = '', to = ''] = operands[0]?.split(':') ?? [];
  const renamed = (name: string): string => (name === from ? to : name);
  return packages.map((item) => ({
    ...item,
    name: renamed(item.name),
    dependencies: item.dependencies.map(renamed),
  }));
}

function removeFiles({files}: FakePackage): void {
  for (const path of Object.keys(files)) rmSync(path, {force: true});
}

function save(packages: readonly FakePackage[]): void {
  const state = {packages};
  replaceFile(join(control, controlFiles.state), JSON.stringify(state));
  writePkgAnswers(control, state);
}
