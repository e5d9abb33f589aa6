import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {
  fingerprintVariables,
  portVariables,
  type PortVariable,
} from '../../../src/analysis/make-variables.js';
import {gatherFacts, type GatheredFacts, type GatherOptions} from '../../../src/analysis/gather-facts.js';
import type {World} from '../../../src/model/world.js';
import {needsUpgrade} from '../../../src/planning/change.js';
import {origin, type PackageBuilder} from '../../rig/builders.js';
import {FakeCommandRunner, type FakeAnswer} from '../../rig/fake-command-runner.js';
import {fakeWorld} from '../fake-world.js';
import {temporaryDirectory} from '../temporary-directory.js';

/** What make says of a port; PKGBASE is its name and PKGVERSION 2 where nothing else is said. */
type Answers = Partial<Record<PortVariable, string>>;

/** A ports tree of directories with empty Makefiles, and a make that answers for them. */
export class FakeTree {
  readonly runner = new FakeCommandRunner();
  readonly world: World;
  readonly localBase: string;
  readonly #answers = new Map<string, (flavor: string | undefined) => Answers | FakeAnswer>();

  constructor(context: TestContext) {
    const directory = temporaryDirectory(context);
    this.localBase = join(directory, 'local');
    mkdirSync(join(this.localBase, 'bin'), {recursive: true});
    this.world = {
      ...fakeWorld,
      portsDirectory: join(directory, 'ports'),
      environment: {PATH: '/nonexistent'},
    };
    mkdirSync(this.world.portsDirectory);
    this.runner.on('make', (spec) => this.#make(spec.args[1] ?? '', spec.env?.['FLAVOR']));
  }

  /** Adds a port; a function is asked for each flavor. */
  port(path: string, answers: Answers | ((flavor: string | undefined) => Answers | FakeAnswer) = {}): this {
    const directory = join(this.world.portsDirectory, path);
    mkdirSync(directory, {recursive: true});
    writeFileSync(join(directory, 'Makefile'), '');
    this.#answers.set(directory, typeof answers === 'function' ? answers : () => answers);
    return this;
  }

  moved(...lines: readonly string[]): this {
    writeFileSync(join(this.world.portsDirectory, 'MOVED'), lines.join('\n'));
    return this;
  }

  /** A program in LOCALBASE; `owner` is what pkg which says of it, `name-version`. */
  program(name: string, owner?: string): this {
    const path = join(this.localBase, 'bin', name);
    writeFileSync(path, '', {mode: 0o755});
    const said = owner === undefined ? 'was not found in the database' : `was installed by package ${owner}`;
    this.runner.on(`pkg which ${path}`, {stdout: `${path} ${said}\n`});
    return this;
  }

  /** Gathers facts as `-a` does, or for these origins. */
  async gather(
    packages: readonly PackageBuilder[],
    more: Partial<GatherOptions> & {readonly asked?: readonly string[]} = {},
  ): Promise<GatheredFacts> {
    const {asked = [], ...options} = more;
    const wanted = new Set(asked);
    const facts = await gatherFacts({
      runner: this.runner,
      world: this.world,
      packages: packages.map((item) => item.done()),
      all: asked.length === 0,
      origins: asked.map(origin),
      willBuild: (port, item) => item === undefined || wanted.has(port.origin) || needsUpgrade(item, port),
      ...options,
    });
    if (!facts.ok) throw new Error(`no facts: ${JSON.stringify(facts.failures)}`);
    return facts.value;
  }

  #make(directory: string, flavor: string | undefined): FakeAnswer {
    const answers = this.#answers.get(directory)?.(flavor) ?? {status: 1, stderr: 'no such port'};
    if ('status' in answers || 'outcome' in answers || 'stdout' in answers) return answers;
    const said: Answers = {
      PKGBASE: directory.split('/').at(-1) ?? '',
      PKGVERSION: '2',
      LOCALBASE: this.localBase,
      LIB_DIRS: join(this.localBase, 'lib'),
      PACKAGES: '/packages',
      WRKDIR: `/wrk${directory}`,
      ...(answers as Answers),
    };
    const names: readonly string[] = [...portVariables, ...fingerprintVariables];
    return {
      stdout: names.map((name) => `${said[name as PortVariable] ?? ''}\n--portpar--\n`).join(''),
    };
  }
}
