import assert from 'node:assert/strict';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {describe, test, type TestContext} from 'node:test';
import {attemptMake} from '../../src/execution/make-attempt.js';
import {PhaseCommands} from '../../src/execution/phase-commands.js';
import type {PhaseResult} from '../../src/execution/phase-runner.js';
import type {Phase, Step} from '../../src/model/plan.js';
import type {SecondTry} from '../../src/model/second-try.js';
import {sandboxEnvironment, sandboxLayout} from '../../src/sandbox/layout.js';
import {distributionFile} from '../../src/sandbox/port-files.js';
import type {SandboxPort} from '../../src/sandbox/port-model.js';
import {writeTree} from '../../src/sandbox/tree-files.js';
import {ExecaRunner} from '../../src/system/execa-runner.js';
import {TokenPool} from '../../src/system/token-pool.js';
import {plainNumbers, type JobTokens} from '../../src/system/token-pool-types.js';
import {installed, planAll, port, stepOf} from '../rig/builders.js';
import {gnuMake, mostAtOnce, stamped} from '../rig/running-count.js';
import {temporaryDirectory} from '../unit/temporary-directory.js';

const timeout = 120_000;
const make = process.platform.endsWith('bsd') ? 'make' : 'bmake';

/** One port in a tree with the sandbox's framework, and phases of it carried out by the real make. */
class Attempts {
  readonly directory: string;
  readonly step: Step = {
    ...stepOf(planAll(port('misc/one'), installed('one', '1', 'misc/one')), 'misc/one'),
    parallel: 'gnu-make',
  };
  readonly #port: SandboxPort;

  constructor(context: TestContext, own: Pick<SandboxPort, 'sources'> & Partial<SandboxPort>) {
    this.directory = temporaryDirectory(context);
    this.#port = {
      origin: 'misc/one',
      name: 'one',
      version: '2',
      comment: 'A port for one test',
      dependencies: [],
      ...own,
    };
  }

  async write(): Promise<void> {
    await writeTree(sandboxLayout(this.directory), {ports: [this.#port], moved: []});
  }

  get log(): string {
    return join(this.directory, 'log');
  }

  /** A site that gives a file of the right name and size with other bytes in it. */
  writeBadSite(): string {
    const {path, content} = distributionFile(this.#port);
    const site = join(this.directory, 'bad');
    mkdirSync(site);
    writeFileSync(join(site, basename(path)), Buffer.alloc(content.length, 'x'));
    return `file://${site}`;
  }

  run(
    phase: Extract<Phase, 'fetch' | 'build'>,
    more: {tokens?: JobTokens; makeArguments?: readonly string[]; again?: SecondTry} = {},
  ): Promise<PhaseResult> {
    const {tokens = plainNumbers, makeArguments = [], again} = more;
    const layout = sandboxLayout(this.directory);
    const runner = new ExecaRunner();
    const context = {
      step: this.step,
      phase,
      log: this.log,
      jobs: 3,
      stop: {},
      emit: () => undefined,
      ...(again === undefined ? {} : {again}),
    };
    const world = {
      portsDirectory: layout.ports,
      make,
      pkg: layout.pkg,
      environment: sandboxEnvironment(layout, process.env['PATH'] ?? ''),
      makeArguments,
      portSettings: [],
      stateDirectory: layout.state,
      cores: 3,
    };
    const options = {
      runner,
      world,
      make: {cleanBefore: true, cleanAfter: true, packageDirectory: layout.packages},
      tokens,
      secondTry: true,
      excerpt: (text: string) => text.split('\n'),
    };
    return attemptMake(options, context, phase, new PhaseCommands(runner, context));
  }
}

describe('a try of a phase with the real make', () => {
  test(
    'that fetched from a site with wrong content is made again from the next',
    {timeout},
    async (context) => {
      const attempts = new Attempts(context, {sources: {README: 'text\n'}});
      await attempts.write();
      const good = `file://${sandboxLayout(attempts.directory).mirror}`;
      const makeArguments = [`MASTER_SITES=${attempts.writeBadSite()} ${good}`];
      const first = await attempts.run('fetch', {makeArguments});
      assert.ok(first.kind === 'failed' && first.again === 'other-site');
      const second = await attempts.run('fetch', {makeArguments, again: first.again});
      assert.equal(second.kind, 'succeeded', readFileSync(attempts.log, 'utf8'));
      assert.ok(readFileSync(attempts.log, 'utf8').includes(`second try, first from ${good}/\n`));
    },
  );

  test(
    'takes its jobs from the pool, and in a second try has one',
    {timeout, skip: gnuMake() !== 'gmake' && 'there is no gmake'},
    async (context) => {
      const names = Array.from({length: 12}, (_, index) => `part${index}`).join(' ');
      const stamps = join(temporaryDirectory(context), 'stamps');
      const recipe = stamped(stamps, 'sleep 0.05').replaceAll('$', '$$$$');
      const makefile = (end: string): string => `all: ${names}\n\t${end}\n${names}:\n\t@${recipe}\n`;
      const attempts = new Attempts(context, {
        makefile: ['USES=\tgmake'],
        sources: {Makefile: makefile('@echo done'), 'main.c': ''},
      });
      await attempts.write();
      assert.equal((await attempts.run('fetch')).kind, 'succeeded');
      const tokens = await TokenPool.create(3, new ExecaRunner());
      assert.ok(tokens instanceof TokenPool);
      const built = await attempts.run('build', {tokens});
      assert.equal(built.kind, 'succeeded', readFileSync(attempts.log, 'utf8'));
      assert.deepEqual(mostAtOnce(stamps), {most: 3, started: 12});
      assert.deepEqual(tokens.counts, {total: 3, held: 0, out: 3});
      assert.doesNotMatch(readFileSync(attempts.log, 'utf8'), /gmake.* -j ?\d|warning: jobserver/);
      writeFileSync(stamps, '');
      assert.equal((await attempts.run('build', {tokens, again: 'one-job'})).kind, 'succeeded');
      assert.deepEqual(mostAtOnce(stamps), {most: 1, started: 12});
      tokens.close();
    },
  );
});
