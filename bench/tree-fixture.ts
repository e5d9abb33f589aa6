import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {brotliDecompressSync} from 'node:zlib';

/** The kinds of dependency lines that the fixture holds, in the order of `TreeFixture.counts`. */
export const fixtureKinds = ['fetch', 'extract', 'patch', 'build', 'lib', 'run'] as const;

/**
 * The dependency graph of a whole ports tree, each port in its default flavor. Rows are ports in order of origin; flat lists
 * of numbers keep it small in memory too.
 */
export interface TreeFixture {
  readonly source: string;
  /** `category/name` of each row. */
  readonly origins: readonly string[];
  /** `name-version` of each row. */
  readonly packages: readonly string[];
  /** All flavors of each row, the default one first, blank separated; empty for a port without flavors. */
  readonly flavors: readonly string[];
  /** Rows of ports that say of themselves that they are not to be built. */
  readonly ignored: readonly number[];
  readonly broken: readonly number[];
  /** Every dependency line there is, once: `pattern:origin[@flavor][:target]`. */
  readonly lines: readonly string[];
  /** For each row six numbers: how many lines of each kind it has. */
  readonly counts: readonly number[];
  /** The indexes of all these lines in `lines`, row after row and kind after kind. */
  readonly needs: readonly number[];
}

/** Where the repository keeps the fixture, told from where the compiled benchmarks are (`dist/bench`). */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../../bench/fixtures/${name}`, import.meta.url));
}

export const wholeTree = 'freebsd-ports-2023q3.json.br';

export function readTreeFixture(path = fixturePath(wholeTree)): TreeFixture {
  return JSON.parse(brotliDecompressSync(readFileSync(path)).toString('utf8')) as TreeFixture;
}
