// Runs the tests: `npm test` the default suites, `npm run test:lab` the one that needs a lab (PORTPAR_LAB).
import {readdirSync, rmSync} from 'node:fs';
import {build, installPrerequisites, run} from './prerequisites.mjs';

const suites =
  process.argv.length > 2 ? process.argv.slice(2) : ['unit', 'property', 'scenario', 'sandbox', 'lab'];
installPrerequisites();
rmSync(new URL('../dist/test', import.meta.url), {recursive: true, force: true});
rmSync(new URL('../dist/.tsbuildinfo', import.meta.url), {force: true});
build();

/** All compiled test files below a folder: node --test takes no globs in Node 20. */
function testFiles(folder) {
  return readdirSync(new URL(`../${folder}`, import.meta.url), {withFileTypes: true, recursive: true})
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.js'))
    .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`)
    .sort();
}

const files = suites.flatMap((suite) => testFiles(`dist/test/${suite}`));
run(process.execPath, ['--test', '--test-reporter=spec', ...files]);
