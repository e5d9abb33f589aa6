import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

/** The full path of something in the repository, told from where the compiled tests are (`dist/test/unit`). */
export function repositoryPath(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}

/** The text of a file below `test/fixtures`. */
export function fixture(path: string): string {
  return readFileSync(repositoryPath(`test/fixtures/${path}`), 'utf8');
}
