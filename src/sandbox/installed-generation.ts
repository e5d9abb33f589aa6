import {join} from 'node:path';
import {succeeded, type CommandSpec} from '../model/command.js';
import type {Failure} from '../model/failure.js';
import {fail, ok, type Result} from '../model/result.js';
import type {CommandRunner} from '../system/command.js';
import type {SandboxLayout} from './layout.js';
import {packageName, packageVersion, type Generation, type SandboxPort} from './port-model.js';

/** One package to build: a port, in one flavor where it has flavors. */
interface Job {
  readonly id: string;
  readonly port: SandboxPort;
  readonly flavor: string | undefined;
  readonly packageFile: string;
  readonly name: string;
  readonly needs: readonly string[];
}

/** What building the installed generation needs. */
export interface BuildOptions {
  readonly layout: SandboxLayout;
  readonly runner: CommandRunner;
  readonly make: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly builders: number;
  /** Told after each port: how many are installed, of how many, and the last one. */
  readonly progress: (done: number, total: number, origin: string) => void;
}

/**
 * Builds and installs all ports of a generation, each after those that it needs. Packages that are finished at the same
 * time are installed in one call, and only one such call runs at a time. Those that are not `wanted` are marked automatic.
 */
export async function installGeneration(
  generation: Generation,
  wanted: readonly string[],
  options: BuildOptions,
): Promise<Result<number>> {
  const builder = new GenerationBuilder(jobsOf(generation, options.layout), options);
  const failure = await builder.run();
  if (failure !== undefined) return fail(failure);
  const automatic = builder.jobs.filter(({port, flavor}) => {
    const isDefault = flavor === undefined || flavor === port.flavors?.[0]?.name;
    return !(isDefault && wanted.includes(port.origin));
  });
  const marked = await options.runner.capture({
    program: options.layout.pkg,
    args: ['set', '-y', '-A', '1', ...automatic.map(({name}) => name)],
    env: options.environment,
  });
  if (automatic.length > 0 && !succeeded(marked.outcome)) {
    return fail(trouble('mark packages as automatic in', options.layout.database, marked.stderr.trim()));
  }
  return ok(builder.jobs.length);
}

function jobsOf(generation: Generation, layout: SandboxLayout): readonly Job[] {
  const byOrigin = new Map(generation.ports.map((port) => [port.origin, port]));
  const idOf = (origin: string, flavor: string | undefined): string => {
    const name = flavor ?? byOrigin.get(origin)?.flavors?.[0]?.name;
    return name === undefined ? origin : `${origin}@${name}`;
  };
  return generation.ports.flatMap((port) =>
    (port.flavors ?? [undefined]).map((flavor) => {
      const name = packageName(port, flavor);
      return {
        id: idOf(port.origin, flavor?.name),
        port,
        flavor: flavor?.name,
        name,
        packageFile: join(layout.packages, 'All', `${name}-${packageVersion(port)}.pkg`),
        needs: [...port.dependencies, ...(flavor?.dependencies ?? [])].map(({line}) => {
          const [origin = '', needed] = (line.split(':')[1] ?? '').split('@');
          return idOf(origin, needed);
        }),
      };
    }),
  );
}

function trouble(action: string, path: string, message: string): Failure {
  return {kind: 'file-trouble', action, path, message};
}

/** Keeps builders busy until everything is installed or something has failed. */
class GenerationBuilder {
  readonly jobs: readonly Job[];
  readonly #options: BuildOptions;
  readonly #waiting: Set<Job>;
  readonly #installed = new Set<string>();
  #built: Job[] = [];
  #building = 0;
  #installing = false;
  #failure: Failure | undefined;
  #finish: (() => void) | undefined;

  constructor(jobs: readonly Job[], options: BuildOptions) {
    this.jobs = jobs;
    this.#options = options;
    this.#waiting = new Set(jobs);
  }

  /** Gives the failure that ended it, or nothing when all is installed. */
  async run(): Promise<Failure | undefined> {
    const ended = new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
    this.#advance();
    await ended;
    return this.#failure;
  }

  #advance(): void {
    if (this.#failure === undefined) {
      for (const job of this.#waiting) {
        if (this.#building >= this.#options.builders) break;
        if (job.needs.every((id) => this.#installed.has(id))) this.#start(job);
      }
      if (this.#built.length > 0 && !this.#installing) this.#startInstall();
    }
    if (this.#building > 0 || this.#installing) return;
    const [stuck] = this.#waiting;
    if (stuck !== undefined && this.#failure === undefined) {
      throw new Error(`Internal error: ${stuck.id} waits for ${stuck.needs.join(', ')}, which never comes`);
    }
    this.#finish?.();
  }

  #start(job: Job): void {
    this.#waiting.delete(job);
    this.#building += 1;
    void this.#build(job).then((failure) => {
      this.#building -= 1;
      this.#failure ??= failure;
      if (failure === undefined) this.#built.push(job);
      this.#advance();
    });
  }

  async #build(job: Job): Promise<Failure | undefined> {
    const {layout, runner, make, environment} = this.#options;
    const log = join(layout.logs, `${job.id.replaceAll('/', '_')}.log`);
    const spec: CommandSpec = {
      program: make,
      args: [
        '-C',
        join(layout.ports, job.port.origin),
        '-DNO_DEPENDS',
        '-DDISABLE_MAKE_JOBS',
        'BATCH=yes',
        'package',
      ],
      env: {...environment, FLAVOR: job.flavor},
    };
    const outcome = await runner.logged(spec, {log});
    return succeeded(outcome) ? undefined : trouble(`build ${job.id}, see`, log, 'the build failed');
  }

  #startInstall(): void {
    const batch = this.#built;
    this.#built = [];
    this.#installing = true;
    void this.#install(batch).then((failure) => {
      this.#installing = false;
      this.#failure ??= failure;
      if (failure === undefined) {
        for (const job of batch) {
          this.#installed.add(job.id);
          this.#options.progress(this.#installed.size, this.jobs.length, job.id);
        }
      }
      this.#advance();
    });
  }

  async #install(batch: readonly Job[]): Promise<Failure | undefined> {
    const {layout, runner, environment} = this.#options;
    const args = ['install', '-q', '-y', '-U', ...batch.map(({packageFile}) => packageFile)];
    const result = await runner.capture({program: layout.pkg, args, env: environment});
    if (succeeded(result.outcome)) return undefined;
    return trouble('install packages into', layout.prefix, result.stderr.trim());
  }
}
