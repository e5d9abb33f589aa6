import {createHash} from 'node:crypto';
import {join} from 'node:path';
import {succeeded} from '../model/command.js';
import type {PortSettings} from '../model/port-settings.js';
import {originParts, portDirectory, type PortOrigin} from '../model/origin.js';
import {settingsOf, surroundingsOf, type PortSurroundings, type SettingsOf} from '../util/port-settings.js';
import {AnswerWatch} from './answer-watch.js';
import {surroundingsKey} from './make-surroundings.js';
import {traceArgument, withoutTrace} from './make-trace.js';
import {
  besidesArguments,
  nameAnswers,
  splitAnswers,
  splitBesides,
  variableArguments,
  type PortAnswers,
} from './make-variables.js';
import {foldersOf, isFile} from './port-files.js';
import {askPortsEnvironment, type AskingTools, type PortsEnvironment} from './ports-environment.js';

/** What one call of make says of one port in one flavor, or why it says nothing. */
export type PortReading =
  | {readonly kind: 'read'; readonly answers: PortAnswers; readonly digest: string}
  | {readonly kind: 'absent'}
  | {readonly kind: 'unreadable'; readonly text: string}
  | {readonly kind: 'no-make'};

interface Surroundings extends PortSurroundings {
  /** Differs wherever the answers may differ for another reason than files. */
  readonly key: string;
}

/** One question about a port. */
interface Question extends Surroundings {
  readonly origin: PortOrigin;
  readonly directory: string;
}

/**
 * Asks make for ports' variables: one call each, no side effects (`make -V` runs no target). Answers that are still true
 * come from the cache. What the framework would find out anew in every call is asked once and handed to all.
 */
export class PortReader {
  readonly #options: AskingTools;
  readonly #settingsOf: SettingsOf;
  /** For ports without settings of their own: nearly all. */
  #usual: Surroundings | undefined;
  #watch: AnswerWatch | undefined;
  #given: Promise<PortsEnvironment | 'no-make'> | undefined;

  constructor(options: AskingTools) {
    this.#options = options;
    this.#settingsOf = settingsOf(options.world.portSettings);
  }

  /** What can be told of a port without asking make about it; undefined when make has to be asked. */
  async recall(origin: PortOrigin): Promise<PortReading | undefined> {
    if (!isFile(join(this.#directoryOf(origin), 'Makefile'))) return {kind: 'absent'};
    const given = await this.#environment();
    if (given === 'no-make') return {kind: 'no-make'};
    const kept = this.#options.cache.find(this.#question(origin, given).key);
    return kept === undefined ? undefined : readingOf(kept);
  }

  /** Asks make. Where a makefile has something that was not known of, it is asked once more. */
  async ask(origin: PortOrigin): Promise<PortReading> {
    const given = await this.#environment();
    if (given === 'no-make') return {kind: 'no-make'};
    const question = this.#question(origin, given);
    const first = await this.#call(question);
    return first === 'ask-again' ? this.#call(question, true) : first;
  }

  async #call(question: Question, isLast: true): Promise<PortReading>;
  async #call(question: Question): Promise<PortReading | 'ask-again'>;
  async #call(
    {origin, directory, key, environment, makeArguments}: Question,
    isLast = false,
  ): Promise<PortReading | 'ask-again'> {
    const {runner, world, cache, stop} = this.#options;
    const watch = this.#answerWatch();
    const {expressions} = watch;
    const askedAtMs = Date.now();
    const {outcome, stdout, stderr} = await runner.capture(
      {
        program: world.make,
        args: [
          '-C',
          directory,
          traceArgument,
          ...makeArguments,
          ...variableArguments(),
          ...besidesArguments(expressions),
        ],
        env: {...environment, BATCH: 'yes', FLAVOR: originParts(origin).flavor},
      },
      stop,
    );
    if (outcome.kind === 'not-started') return {kind: 'no-make'};
    const values = succeeded(outcome) ? splitAnswers(stdout) : undefined;
    if (values === undefined) return {kind: 'unreadable', text: errorLine(withoutTrace(stderr), stdout)};
    const answers = [...values, digestOf(values.join('\n'))];
    const reading = readingOf(answers);
    const besides = splitBesides(stdout, expressions.length);
    if (reading.kind !== 'read' || besides === undefined) return reading;
    const watched = watch.watch({
      directory,
      path: environment['PATH'] ?? process.env['PATH'] ?? '',
      program: world.make,
      stderr,
      values: besides,
      folders: foldersOf(reading.answers, directory),
    });
    if (watched === 'ask-again') return isLast ? reading : watched;
    if (watched !== undefined) cache.keep(key, answers, watched, askedAtMs);
    return reading;
  }

  #directoryOf(origin: PortOrigin): string {
    return join(this.#options.world.portsDirectory, portDirectory(origin));
  }

  #question(origin: PortOrigin, given: PortsEnvironment): Question {
    const settings = this.#settingsOf(origin);
    const isUsual =
      settings.tmpfs !== true && settings.environment === undefined && settings.makeArguments === undefined;
    const surroundings = isUsual
      ? (this.#usual ??= this.#surroundings({}, given))
      : this.#surroundings(settings, given);
    return {
      origin,
      directory: this.#directoryOf(origin),
      key: `${origin} ${surroundings.key}`,
      environment: surroundings.environment,
      makeArguments: surroundings.makeArguments,
    };
  }

  #surroundings(settings: PortSettings, given: PortsEnvironment): Surroundings {
    const {world} = this.#options;
    const {environment: own, makeArguments} = surroundingsOf(world, settings);
    // What is set for one port may change what the framework would find out: it then does so itself.
    const isPlain = settings.environment === undefined && settings.makeArguments === undefined;
    const environment = isPlain ? {...given, ...own} : own;
    return {environment, makeArguments, key: surroundingsKey(world, environment, makeArguments)};
  }

  #answerWatch(): AnswerWatch {
    this.#watch ??= new AnswerWatch(this.#options.world.portsDirectory);
    return this.#watch;
  }

  #environment(): Promise<PortsEnvironment | 'no-make'> {
    this.#given ??= askPortsEnvironment({...this.#options, watch: () => this.#answerWatch()});
    return this.#given;
  }
}

function readingOf(answers: readonly string[]): PortReading {
  const named = nameAnswers(answers);
  if (named.PKGBASE === '' || named.PKGVERSION === '') {
    return {kind: 'unreadable', text: 'the port has no package name and version'};
  }
  return {kind: 'read', answers: named, digest: answers.at(-1) ?? ''};
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The line of make's complaint that says most: the one with a file and line number. */
function errorLine(stderr: string, stdout: string): string {
  const lines = `${stderr}\n${stdout}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.find((line) => /:\s*\d+:|" line \d+/.test(line)) ?? lines[0] ?? 'make ended without a word';
}
