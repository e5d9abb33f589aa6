import pLimit from 'p-limit';
import {join} from 'node:path';
import type {MissingPort, Move} from '../model/facts.js';
import {isFlavor, originParts, portDirectory, withFlavor, type PortOrigin} from '../model/origin.js';
import type {World} from '../model/world.js';
import type {CommandRunner, StopSignals} from '../system/command.js';
import type {AnswerCache} from './answer-cache.js';
import type {PortAnswers} from './make-variables.js';
import {followMoved, type MovedEntry} from './moved-file.js';
import {isFile} from './port-files.js';
import {PortReader, type PortReading} from './port-reader.js';

/** A port as the tree has it, before its dependency lines are looked into. */
export interface CatalogPort {
  readonly origin: PortOrigin;
  readonly answers: PortAnswers;
  readonly flavors: readonly string[];
  /** Differs whenever any answer does. */
  readonly digest: string;
}

export type Resolution =
  | {readonly kind: 'port'; readonly port: CatalogPort; readonly move?: Move}
  | {readonly kind: 'missing'; readonly missing: MissingPort};

/** Thrown when make itself cannot be started: every further reading would fail the same way. */
export class NoMakeError extends Error {}

export interface CatalogOptions {
  readonly runner: CommandRunner;
  readonly world: World;
  readonly cache: AnswerCache;
  readonly moved: () => ReadonlyMap<PortOrigin, MovedEntry>;
  readonly stop: StopSignals;
  readonly onRead: () => void;
}

/**
 * Reads ports on demand, each at most once, as many side by side as keep all cores busy. Knows which port an origin means
 * today: it follows MOVED and fills in default flavors.
 */
export class PortCatalog {
  readonly #readings = new Map<PortOrigin, Promise<PortReading>>();
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #exists = new Map<PortOrigin, boolean>();
  readonly #reader: PortReader;
  readonly #options: CatalogOptions;

  constructor(options: CatalogOptions) {
    this.#options = options;
    this.#reader = new PortReader(options);
    // One more than there are cores: while one ends and its answers are put away, the others keep the cores busy.
    this.#limit = pLimit(options.world.cores + 1);
  }

  /** True when the tree has a directory for the port, whatever its flavors. */
  hasDirectory(origin: PortOrigin): boolean {
    const directory = portDirectory(origin);
    let exists = this.#exists.get(directory);
    if (exists === undefined) {
      exists = isFile(join(this.#options.world.portsDirectory, directory, 'Makefile'));
      this.#exists.set(directory, exists);
    }
    return exists;
  }

  /** What `origin` means today, told from MOVED and the directories alone: asks make nothing. */
  follow(origin: PortOrigin): PortOrigin {
    if (this.hasDirectory(origin)) return origin;
    const fate = followMoved(this.#options.moved(), origin, (candidate) => this.hasDirectory(candidate));
    return fate.kind === 'moved' ? fate.to : origin;
  }

  /** Reads the port that `origin` means today. */
  async resolve(origin: PortOrigin): Promise<Resolution> {
    const direct = await this.#read(origin);
    if (direct.kind === 'port' || direct.missing.why.kind === 'unreadable') return direct;
    const moved = this.#options.moved();
    const fate = followMoved(moved, origin, (candidate) => {
      if (candidate === origin) return false;
      // A flavor with a line of its own in MOVED is gone, though its port's directory is there.
      return (
        this.hasDirectory(candidate) && !(originParts(candidate).flavor !== undefined && moved.has(candidate))
      );
    });
    switch (fate.kind) {
      case 'stayed':
        return direct;
      case 'removed':
        return {kind: 'missing', missing: {origin, why: fate}};
      case 'loop':
        return {kind: 'missing', missing: {origin, why: {kind: 'moved-loop', path: fate.path}}};
      case 'moved': {
        const target = await this.#read(fate.to);
        if (target.kind === 'missing') return {kind: 'missing', missing: {origin, why: target.missing.why}};
        const move = {from: origin, to: target.port.origin, date: fate.date, text: fate.text};
        return {kind: 'port', port: target.port, move};
      }
    }
  }

  async #read(origin: PortOrigin): Promise<Resolution> {
    const {flavor} = originParts(origin);
    const reading = await this.#reading(origin);
    switch (reading.kind) {
      case 'no-make':
        throw new NoMakeError();
      case 'absent':
        return {kind: 'missing', missing: {origin, why: {kind: 'not-in-tree'}}};
      case 'unreadable':
        return {kind: 'missing', missing: {origin, why: reading}};
      case 'read': {
        const flavors = reading.answers.FLAVORS.split(' ').filter((name) => name !== '');
        const odd = [...flavors, reading.answers.FLAVOR].find((name) => name !== '' && !isFlavor(name));
        if (odd !== undefined) {
          return {
            kind: 'missing',
            missing: {origin, why: {kind: 'unreadable', text: `${odd} is no name for a flavor`}},
          };
        }
        if (flavor !== undefined && flavors.length === 0) return this.#read(portDirectory(origin));
        if (flavor !== undefined && !flavors.includes(flavor)) {
          return {kind: 'missing', missing: {origin, why: {kind: 'no-such-flavor', flavors}}};
        }
        const canonical =
          flavors.length === 0 ? portDirectory(origin) : withFlavor(origin, reading.answers.FLAVOR);
        const {answers, digest} = reading;
        return {kind: 'port', port: {origin: canonical, answers, flavors, digest}};
      }
    }
  }

  #reading(origin: PortOrigin): Promise<PortReading> {
    let reading = this.#readings.get(origin);
    if (reading === undefined) {
      reading = this.#recallOrAsk(origin);
      this.#readings.set(origin, reading);
    }
    return reading;
  }

  async #recallOrAsk(origin: PortOrigin): Promise<PortReading> {
    const result = (await this.#reader.recall(origin)) ?? (await this.#limit(() => this.#reader.ask(origin)));
    if (
      result.kind === 'read' &&
      originParts(origin).flavor === undefined &&
      isFlavor(result.answers.FLAVOR)
    ) {
      // The answer for the default flavor serves whoever asks for that flavor by name.
      const named = withFlavor(origin, result.answers.FLAVOR);
      if (!this.#readings.has(named)) this.#readings.set(named, Promise.resolve(result));
    }
    this.#options.onRead();
    return result;
  }
}
