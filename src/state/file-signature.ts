import {createHash} from 'node:crypto';
import {lstatSync, readdirSync, statSync, type Stats} from 'node:fs';

/** What is known of a path at the moment. */
export interface Sight {
  /** Size, times and identity as one text; a path that cannot be looked at has the reason here. */
  readonly signature: string;
  readonly isThere: boolean;
  readonly isFolder: boolean;
  /** The last change of the content, the name or the mode, in milliseconds since 1970. */
  readonly changedMs: number;
}

const absent: Sight = {signature: '-', isThere: false, isFolder: false, changedMs: 0};

/** Looks at each path once; made anew for every run. Follows symbolic links. */
export class Sights {
  readonly #seen = new Map<string, Sight>();
  readonly #links = new Map<string, number | undefined>();
  readonly #names = new Map<string, string>();

  at(path: string): Sight {
    let sight = this.#seen.get(path);
    if (sight === undefined) {
      sight = look(path);
      this.#seen.set(path, sight);
    }
    return sight;
  }

  /** A digest of the names in a folder, without those that come and go; '' when it cannot be read. */
  namesIn(folder: string): string {
    let digest = this.#names.get(folder);
    if (digest === undefined) {
      digest = digestOfNames(folder);
      this.#names.set(folder, digest);
    }
    return digest;
  }

  /** The last change of a symbolic link itself; undefined for anything else. */
  linkChangedMs(path: string): number | undefined {
    if (!this.#links.has(path)) this.#links.set(path, lookAtLink(path));
    return this.#links.get(path);
  }
}

function look(path: string): Sight {
  let info: Stats | undefined;
  try {
    info = statSync(path, {throwIfNoEntry: false});
  } catch (error) {
    return {...absent, signature: (error as NodeJS.ErrnoException).code ?? 'unknown'};
  }
  if (info === undefined) return absent;
  const {size, mtimeMs, ctimeMs, ino, dev} = info;
  const isFolder = info.isDirectory();
  return {
    signature: `${isFolder ? 'd' : size} ${mtimeMs} ${ctimeMs} ${ino} ${dev}`,
    isThere: true,
    isFolder,
    // A time in the future was set by hand (tar(1) keeps what it finds); the time of that is `ctimeMs`.
    changedMs: mtimeMs > Date.now() ? ctimeMs : Math.max(mtimeMs, ctimeMs),
  };
}

function lookAtLink(path: string): number | undefined {
  try {
    const info = lstatSync(path, {throwIfNoEntry: false});
    return info?.isSymbolicLink() === true ? info.ctimeMs : undefined;
  } catch {
    return undefined;
  }
}

/** Names in a folder that come and go with every build: work directories of the framework (`WRKDIR`). */
const passing = /^work(?:$|[.-])|^\.git$/;

function digestOfNames(folder: string): string {
  try {
    const names = readdirSync(folder).filter((name) => !passing.test(name));
    return createHash('sha256').update(names.sort().join('/')).digest('base64url');
  } catch {
    return '';
  }
}
