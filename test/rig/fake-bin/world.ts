import {createHash} from 'node:crypto';
import {readFileSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

/** One port in one flavor, as the stand-in make knows it. */
export interface FakePort {
  readonly origin: string;
  readonly name: string;
  readonly version: string;
  /** The answers to `make -V`, by variable. */
  readonly variables: Readonly<Record<string, string>>;
  /** What make says instead of any answer. */
  readonly unreadable?: string;
  /** Names of the packages that the port's package needs at run time. */
  readonly runNeeds: readonly string[];
  readonly flavor?: string;
  readonly message?: string;
  /** Package names that cannot be installed beside this one. */
  readonly conflicts: readonly string[];
}

/** An installed package, or the contents of a package file. */
export interface FakePackage {
  readonly name: string;
  readonly version: string;
  readonly origin: string;
  readonly automatic: boolean;
  readonly locked: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  readonly dependencies: readonly string[];
  /** Contents by full path. */
  readonly files: Readonly<Record<string, string>>;
  readonly message: string;
  readonly conflicts: readonly string[];
}

/** All that does not change while portpar runs. */
export interface FakeWorld {
  readonly socket: string;
  readonly prefix: string;
  readonly ports: readonly FakePort[];
}

/** The package database. */
export interface FakeState {
  readonly packages: readonly FakePackage[];
  /** In place of every answer of pkg, or of those to calls that begin with these words. */
  readonly trouble?: {readonly text: string; readonly status: number; readonly words?: string};
}

/** The files by which the test and its stand-ins tell each other what the world is like; all in the control folder. */
export const controlFiles = {
  world: 'world.json',
  state: 'packages.json',
  makeAnswers: 'make-answers.sh',
  pkgAnswers: 'pkg-answers.sh',
  calls: 'calls',
  /** Exists while the reading of ports waits for the test. */
  holdReading: 'hold-reading',
} as const;

export function readWorld(control: string): FakeWorld {
  return JSON.parse(readFileSync(join(control, controlFiles.world), 'utf8')) as FakeWorld;
}

export function readState(control: string): FakeState {
  return JSON.parse(readFileSync(join(control, controlFiles.state), 'utf8')) as FakeState;
}

/** Writes a file so that no reader ever sees half of it. */
export function replaceFile(path: string, text: string): void {
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, text);
  renameSync(partial, path);
}

/** The files that a package of this name and version puts below the prefix; one of them only this version has. */
export function filesOf(prefix: string, name: string, version: string): Record<string, string> {
  return {
    [join(prefix, 'bin', name)]: `${name} ${version}\n`,
    [join(prefix, 'lib', `lib${name}.so`)]: `library of ${name} ${version}\n`,
    [join(prefix, 'share', `${name}-${version}`)]: 'of this version alone\n',
  };
}

/** A package file: its name and what it needs in plain lines, which the quick answers read, then everything as JSON. */
export function packageText(item: FakePackage): string {
  const lines = [`${item.name}\t${item.version}`, ...item.dependencies];
  return `${lines.join('\n')}\n\n${JSON.stringify(item)}\n`;
}

/** Reads a package file; undefined when it is not there or is none. */
export function readPackage(path: string): FakePackage | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return JSON.parse(text.slice(text.indexOf('\n\n'))) as FakePackage;
  } catch {
    return undefined;
  }
}

/** What `pkg info -D` prints of a package: its message, below the occasion it is for. */
export function messageLines({message}: FakePackage): string[] {
  return message === '' ? [] : ['Always:', message];
}

/** The lines that a query gives for one package: one for each value of a list-valued column, none where the list is empty. */
export function queryLines(format: string, item: FakePackage): string[] {
  const rows = rowsOf(format, item);
  return rows.map((row) =>
    format.replaceAll(/%(?:A[tv]|F[ps]|d[nov]|[a-zA-Z])/g, (column) => row[column] ?? ''),
  );
}

function rowsOf(format: string, item: FakePackage): Record<string, string>[] {
  const flag = (value: boolean): string => (value ? '1' : '0');
  const base = {
    '%n': item.name,
    '%v': item.version,
    '%o': item.origin,
    '%a': flag(item.automatic),
    '%k': flag(item.locked),
    '%V': '0',
    '%M': item.message,
  };
  if (format.includes('%A')) {
    const annotations = Object.entries(item.annotations);
    // As pkg(8) has it: a package without any gives one line, with empty columns.
    if (annotations.length === 0) return [{...base, '%At': '', '%Av': ''}];
    return annotations.map(([tag, value]) => ({...base, '%At': tag, '%Av': value}));
  }
  if (format.includes('%d')) return item.dependencies.map((name) => ({...base, '%dn': name}));
  if (format.includes('%F')) {
    return Object.entries(item.files).map(([path, text]) => ({
      ...base,
      '%Fp': path,
      '%Fs': `1$${createHash('sha256').update(text).digest('hex')}`,
    }));
  }
  // Shared libraries play no part in these worlds.
  return /%[bB]/.test(format) ? [] : [base];
}
