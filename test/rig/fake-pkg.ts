import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {CommandSpec} from '../../src/model/command.js';
import type {FakeAnswer, FakeCommandRunner} from './fake-command-runner.js';

export interface FakePackage {
  readonly version: string;
  /** `cat/NAME` when not given. */
  readonly origin?: string;
  readonly automatic?: boolean;
  readonly locked?: boolean;
  readonly vital?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly message?: string;
  /** Its files are there as registered; false for a package that an installation left half done. */
  readonly whole?: boolean;
  /** Checksums of its files by path, in pkg(8)'s words. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface FakePackageFile extends FakePackage {
  readonly name: string;
  readonly dependencies?: readonly string[];
}

/**
 * How a command goes wrong. refused: nothing happens. damaged: the old package stays registered, its files do not. lost:
 * it is registered no more. ignored: pkg ends with 0 and has done nothing. failed-after: all is done, and pkg ends with 1.
 */
export type Mishap = 'refused' | 'damaged' | 'lost' | 'ignored' | 'failed-after';

/** A package database in memory that answers the calls of pkg(8) that portpar makes. */
export class FakePkg {
  readonly installed = new Map<string, FakePackage>();
  readonly files = new Map<string, FakePackageFile>();
  /** What `pkg install -n` prints. */
  forecast = '';
  readonly #mishaps: {readonly words: string; readonly mishap: Mishap}[] = [];

  answerFor(runner: FakeCommandRunner): this {
    runner.on('pkg', (spec) => this.#answer(spec));
    return this;
  }

  /** The next command that has this text in it goes wrong. */
  breaks(words: string, mishap: Mishap): this {
    this.#mishaps.push({words, mishap});
    return this;
  }

  #answer({args}: CommandSpec): FakeAnswer {
    const words = args[0] === '-o' ? args.slice(2) : args;
    switch (words[0]) {
      case 'query':
        return this.#query(words.slice(1));
      case 'info':
        return {stdout: `${this.installed.get(words.at(-1) ?? '')?.message ?? ''}\n`};
      case 'which':
        return {
          stdout: words
            .slice(1)
            .map((path) => this.#owner(path))
            .join(''),
        };
      case 'check':
        return {status: this.installed.get(words.at(-1) ?? '')?.whole === false ? 1 : 0};
      default:
        return words.includes('-n') && words[0] === 'install' ? {stdout: this.forecast} : this.#change(words);
    }
  }

  #owner(path: string): string {
    for (const [name, {version, files}] of this.installed) {
      if (files?.[path] !== undefined) return `${path} was installed by package ${name}-${version}\n`;
    }
    return `${path} was not found in the database\n`;
  }

  #query([first = '', second = '', third = '']: readonly string[]): FakeAnswer {
    if (first === '-F') {
      const file = this.files.get(second);
      if (file === undefined) return {status: 1, stderr: `pkg: ${second} is not a valid package`};
      return third === '%dn'
        ? {stdout: (file.dependencies ?? []).map((name) => `${name}\n`).join('')}
        : {stdout: `${file.name}\t${file.version}\n`};
    }
    if (first === '-a') {
      const rows = [...this.installed].map(([name, item]) =>
        second === '%o' ? originOf(name, item) : `${name}\t${item.version}`,
      );
      return {stdout: rows.map((row) => `${row}\n`).join('')};
    }
    const item = this.installed.get(second);
    if (item === undefined) return {status: 1};
    switch (first) {
      case '%n\t%v\t%o\t%a\t%k\t%V\t%At\t%Av': {
        const flags = [item.automatic, item.locked, item.vital].map(flag);
        const basics = [second, item.version, originOf(second, item), ...flags].join('\t');
        const annotations = Object.entries(item.annotations ?? {});
        const rows = annotations.length === 0 ? [['', '']] : annotations;
        return {stdout: rows.map((row) => `${basics}\t${row.join('\t')}\n`).join('')};
      }
      case '%Fp\t%Fs':
        return {
          stdout: Object.entries(item.files ?? {})
            .map((row) => `${row.join('\t')}\n`)
            .join(''),
        };
      case '%M':
        return {stdout: `${item.message ?? ''}\n`};
      default:
        throw new Error(`The fake pkg does not know the query ${first}`);
    }
  }

  #change(words: readonly string[]): FakeAnswer {
    const index = this.#mishaps.findIndex((candidate) => words.join(' ').includes(candidate.words));
    const [broken] = index < 0 ? [] : this.#mishaps.splice(index, 1);
    switch (broken?.mishap) {
      case 'refused':
        return {status: 1};
      case 'ignored':
        return {};
      case 'damaged':
      case 'lost':
        this.#harm(words, broken.mishap);
        return {status: 1};
      case 'failed-after':
        this.#do(words);
        return {status: 1};
      case undefined:
        this.#do(words);
        return {};
    }
  }

  /** Harms the installed package that the file of an installation would have replaced. */
  #harm(words: readonly string[], mishap: 'damaged' | 'lost'): void {
    const name = this.files.get(words.at(-1) ?? '')?.name ?? '';
    const item = this.installed.get(name);
    if (mishap === 'lost') this.installed.delete(name);
    else if (item !== undefined) this.installed.set(name, {...item, whole: false});
  }

  #do(words: readonly string[]): void {
    const [command, last = ''] = [words[0], words.at(-1)];
    switch (command) {
      case 'install':
        this.#install(last, words.includes('-f'), words.includes('-A'));
        return;
      case 'create': {
        const item = this.#known(last);
        const path = join(words[words.indexOf('-o') + 1] ?? '', `${last}-${item.version}.pkg`);
        // The content goes with the file, wherever that is moved to.
        writeFileSync(path, JSON.stringify({...item, name: last}));
        return;
      }
      case 'delete':
        this.installed.delete(last);
        return;
      case 'annotate': {
        const [name = '', tag = '', value = ''] = words.slice(-3);
        const item = this.#known(name);
        this.installed.set(name, {...item, annotations: {...item.annotations, [tag]: value}});
        return;
      }
      case 'set': {
        if (words.includes('-A')) {
          this.installed.set(last, {...this.#known(last), automatic: words[words.indexOf('-A') + 1] === '1'});
          return;
        }
        if (words.includes('-v')) {
          this.installed.set(last, {...this.#known(last), vital: true});
          return;
        }
        const [from = '', to = ''] = last.split(':');
        if (words.includes('-o')) {
          for (const [name, item] of this.installed) {
            if (originOf(name, item) === from) this.installed.set(name, {...item, origin: to});
          }
          return;
        }
        // pkg(8) takes a name that nobody has: only the dependents' records are changed then.
        const item = this.installed.get(from);
        if (item === undefined) return;
        this.installed.delete(from);
        this.installed.set(to, {...item, origin: originOf(from, item)});
        return;
      }
      default:
        throw new Error(`The fake pkg does not know: ${words.join(' ')}`);
    }
  }

  /** The automatic flag of an installed package is kept, its annotations are not: as pkg(8) does it. */
  #install(path: string, force: boolean, automatic: boolean): void {
    const file = this.files.get(path) ?? (JSON.parse(readFileSync(path, 'utf8')) as FakePackageFile);
    const old = this.installed.get(file.name);
    if (old?.version === file.version && !force) return;
    const {version, annotations, message, files} = file;
    this.installed.set(file.name, {
      version,
      automatic: old === undefined ? automatic : (old.automatic ?? false),
      ...(annotations === undefined ? {} : {annotations}),
      ...(message === undefined ? {} : {message}),
      ...(files === undefined ? {} : {files}),
    });
  }

  #known(name: string): FakePackage {
    const item = this.installed.get(name);
    if (item === undefined) throw new Error(`The fake pkg has no package ${name}`);
    return item;
  }
}

function originOf(name: string, {origin}: FakePackage): string {
  return origin ?? `cat/${name}`;
}

function flag(value: boolean | undefined): string {
  return value === true ? '1' : '0';
}
