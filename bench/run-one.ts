// Runs one benchmark in this process and writes its rows to a file: node dist/bench/run-one.js NAME FILE.json
import {writeFileSync} from 'node:fs';
import {benchmarks} from './registry.js';

const [name = '', output = ''] = process.argv.slice(2);
const load = benchmarks[name];
if (load === undefined || output === '') {
  process.stderr.write('usage: node dist/bench/run-one.js NAME FILE.json\n');
  process.exitCode = 64;
} else {
  const measure = await load();
  writeFileSync(output, JSON.stringify(await measure()));
}
