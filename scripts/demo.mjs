// The main job in a sandbox: `npm run demo`. Builds portpar, makes a ports tree with an older generation installed, lists
// what is out of date, and upgrades it all in parallel. Nothing outside a temporary folder is touched.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {build, installPrerequisites, run} from './prerequisites.mjs';

installPrerequisites();
build();
const folder = mkdtempSync(join(tmpdir(), 'portpar-demo-'));
const portpar = new URL('../bin/portpar.js', import.meta.url).pathname;

function show(...args) {
  console.log(`\n$ portpar ${args.join(' ')}`);
  // Each build is made to last a little, as real ones do: these ports are small.
  run(process.execPath, [portpar, ...args], {env: {...process.env, SANDBOX_BUILD_SECONDS: '1'}});
}

try {
  const config = ['--config', join(folder, 'sandbox', 'portpar.toml')];
  show('sandbox', 'init', join(folder, 'sandbox'));
  show(...config, '-L');
  show(...config, '-a', '-y', '-j', '4');
  show(...config, '-n', '-a');
  console.log('\nTo try it yourself: bin/portpar.js sandbox init DIR');
} finally {
  rmSync(folder, {recursive: true, force: true});
}
