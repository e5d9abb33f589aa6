import {mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';

/** An empty directory of the test's own, removed when the test ends. */
export function temporaryDirectory(context: TestContext): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'portpar-test-')));
  context.after(() => {
    rmSync(path, {recursive: true, force: true});
  });
  return path;
}
