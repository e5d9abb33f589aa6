// Measures portpar: `npm run bench` everything, `npm run bench NAME…` some, `-- --strict` to fail when a bound is missed.
// docs/benchmarks.md tells what there is.
import {spawnSync} from 'node:child_process';
import {build, installPrerequisites} from './prerequisites.mjs';

installPrerequisites();
build();
const main = new URL('../dist/bench/main.js', import.meta.url).pathname;
const {status} = spawnSync(process.execPath, [main, ...process.argv.slice(2)], {stdio: 'inherit'});
process.exitCode = status ?? 70;
