import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {labPkg, PkgBench, sandboxPkg, type PkgProgram} from './pkg-bench.js';
import {contractCases, contractPackages} from './pkg-cases.js';

const lab = process.env['PORTPAR_LAB'];

/** Runs the whole contract against one pkg program. */
function contract(title: string, find: () => PkgProgram, skip: string | false): void {
  describe(title, {skip}, () => {
    let directory: string;
    let bench: PkgBench;
    before(() => {
      directory = realpathSync(mkdtempSync(join(tmpdir(), 'portpar-pkg-')));
      bench = new PkgBench(find(), directory);
      for (const one of contractPackages) bench.makePackage(one);
      writeFileSync(join(bench.packages, 'broken.pkg'), 'this is no package');
    });
    after(() => {
      rmSync(directory, {recursive: true, force: true});
    });
    for (const {name, steps} of contractCases) {
      it(name, () => {
        bench.clear();
        for (const step of steps) bench.take(step);
      });
    }
    it('create finds the shared libraries of ELF files', () => {
      bench.clear();
      checkSharedLibraries(bench, directory);
    });
  });
}

/** A lab's pkg believes that it is on FreeBSD; files compiled here are for this system. */
const hostAbi = process.platform === 'linux' ? {ABI: 'Linux:6.1:x86_64', OSVERSION: undefined} : {};

function checkSharedLibraries(bench: PkgBench, directory: string): void {
  const stage = join(bench.stage, bench.prefix);
  rmSync(bench.stage, {recursive: true, force: true});
  for (const folder of ['lib', 'bin', 'libexec']) mkdirSync(join(stage, folder), {recursive: true});
  const compile = (...args: readonly string[]): void => {
    execFileSync('cc', args, {cwd: directory});
  };
  const shared = ['-shared', '-fPIC'];
  writeFileSync(join(directory, 'one.c'), 'int one(void) { return 1; }\n');
  writeFileSync(join(directory, 'two.c'), 'int two(void) { return 2; }\n');
  writeFileSync(
    join(directory, 'main.c'),
    'int one(void);\nint two(void);\nint main(void) { return one() + two(); }\n',
  );
  compile(...shared, '-Wl,-soname,libone.so.3', '-o', join(stage, 'lib/libone.so.3'), 'one.c');
  symlinkSync('libone.so.3', join(stage, 'lib/libone.so'));
  compile(...shared, '-Wl,-soname,plugin.so', '-o', join(stage, 'libexec/plugin.so'), 'one.c');
  compile(...shared, '-Wl,-soname,libtwo.so.1', '-o', 'libtwo.so', 'two.c');
  compile('-o', join(stage, 'bin/both'), 'main.c', `-L${stage}/lib`, '-lone', '-L.', '-ltwo');
  const files = ['bin/both', 'lib/libone.so', 'lib/libone.so.3', 'libexec/plugin.so'];
  bench.packStage({name: 'elf', version: '1', files, extra: {abi: '', arch: ''}}, hostAbi);
  const query = (format: string): readonly string[] =>
    bench
      .run(['query', '-F', join(bench.packages, 'elf-1.pkg'), format], hostAbi)
      .stdout.trim()
      .split('\n');
  assert.deepEqual(query('%b'), ['libone.so.3']);
  const [base = '', ...others] = query('%B');
  assert.match(base, /^libc\.so/);
  assert.deepEqual(others, ['libtwo.so.1']);
}

contract("the sandbox's pkg", () => sandboxPkg, false);
contract(
  'the real pkg(8)',
  () => labPkg(lab ?? ''),
  lab === undefined && 'PORTPAR_LAB does not name a lab with a real pkg(8)',
);
