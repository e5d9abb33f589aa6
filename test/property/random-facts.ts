import fc from 'fast-check';
import {patternKey, type Facts} from '../../src/model/facts.js';
import type {InstalledPackage} from '../../src/model/package.js';
import {dependencyKinds, type Dependency, type Port} from '../../src/model/port.js';
import type {UpgradeRequest} from '../../src/model/request.js';
import {origin} from '../rig/builders.js';

/** `usual`, and once in so many times `rare`. */
function rarely<T>(usual: T, rare: T, times: number): fc.Arbitrary<T> {
  return fc.oneof(
    {weight: times - 1, arbitrary: fc.constant(usual)},
    {weight: 1, arbitrary: fc.constant(rare)},
  );
}

/** Taken modulo the number of ports: so that a world gets smaller by merely leaving ports out. */
const someNumber = fc.nat({max: 59});

/** A dependency line of a random port: on the port of this number. */
const line = fc.record({
  on: someNumber,
  kind: fc.constantFrom(...dependencyKinds),
  /** Mostly met by the named port, as far as that is installed. */
  met: fc.oneof(
    {weight: 8, arbitrary: fc.constant('as named' as const)},
    {weight: 1, arbitrary: fc.constant('by nothing' as const)},
    {weight: 1, arbitrary: fc.constant('by the base system' as const)},
    {weight: 1, arbitrary: fc.record({by: someNumber})},
  ),
  target: rarely<string | undefined>(undefined, 'patch', 16),
});

const randomPort = fc.record({
  /** Lines on any port: circles are as likely as they come. */
  wild: fc.oneof(
    {weight: 6, arbitrary: fc.constant([])},
    {weight: 1, arbitrary: fc.array(line, {maxLength: 2})},
  ),
  /** Lines on ports of a lower number only: no circles. */
  tame: fc.array(line, {maxLength: 4}),
  state: fc.constantFrom('old', 'old', 'old', 'current', 'absent', 'ahead'),
  locked: rarely(false, true, 13),
  automatic: fc.boolean(),
  ignored: rarely(false, true, 13),
  distfiles: fc.subarray(['shared.tar', 'common.tar']),
  sharedDirectory: rarely(false, true, 10),
  libraries: fc.array(someNumber, {maxLength: 1}),
  asked: rarely(false, true, 6),
});

export interface RandomWorld {
  readonly facts: Facts;
  readonly request: UpgradeRequest;
}

const originAt = (index: number) => origin(`cat${index % 3}/p${index}`);
const nameAt = (index: number) => `p${index}`;

/** A world of ports with dependencies of all kinds, some of them old, absent, locked, ignored, or in circles. */
export const randomWorld: fc.Arbitrary<RandomWorld> = fc
  .record({
    drawn: fc.array(randomPort, {minLength: 1, maxLength: 12}),
    all: rarely(true, false, 5),
    force: rarely(false, true, 7),
    fetchOnly: rarely(false, true, 13),
    exclude: rarely<string[]>([], ['p1'], 10),
    finished: fc.array(someNumber, {maxLength: 1}),
  })
  .map(({drawn, all, force, fetchOnly, exclude, finished}) => {
    const providers: Record<string, string | null> = {};
    const numbered = (number: number): number => number % drawn.length;
    const ports = drawn.map((draw, index): Port => {
      const lines = [...draw.wild, ...draw.tame.filter(({on}) => numbered(on) < index)];
      const dependencies = lines.map(({on: drawnOn, kind, met, target}, number): Dependency => {
        const on = numbered(drawnOn);
        const dependency = {
          kind,
          pattern: `line${index}.${number}`,
          origin: originAt(on),
          ...(target === undefined ? {} : {target}),
        };
        const isInstalled = drawn[on]?.state !== 'absent';
        const provider = typeof met === 'object' ? numbered(met.by) : undefined;
        if (provider !== undefined && drawn[provider]?.state !== 'absent') {
          providers[patternKey(dependency)] = nameAt(provider);
        } else if (met === 'by the base system') providers[patternKey(dependency)] = '';
        else if (met === 'by nothing' || !isInstalled) providers[patternKey(dependency)] = null;
        return dependency;
      });
      return {
        origin: originAt(index),
        name: nameAt(index),
        version: '2',
        flavors: [],
        dependencies,
        ...(draw.ignored ? {ignore: 'is ignored'} : {}),
        workDirectory: draw.sharedDirectory ? '/wrk/shared' : `/wrk/p${index}`,
        distfiles: [`p${index}.tar`, ...draw.distfiles],
        parallel: 'other',
        packageSuffix: '.pkg',
        fingerprint: `f${index}`,
      };
    });
    const packages = drawn.flatMap((draw, index): InstalledPackage[] => {
      if (draw.state === 'absent') return [];
      const needs = (ports[index]?.dependencies ?? []).filter(
        ({kind, target}) => (kind === 'run' || kind === 'lib') && target === undefined,
      );
      return [
        {
          name: nameAt(index),
          version: {old: '1', current: '2', ahead: '3'}[draw.state],
          origin: originAt(index),
          automatic: draw.automatic,
          locked: draw.locked,
          dependencies: needs.map(({origin: on}) => on.split('/')[1] ?? ''),
          shlibsProvided: [`lib${index}.so`],
          shlibsRequired: draw.libraries.map((on) => `lib${numbered(on)}.so`),
        },
      ];
    });
    return readable({
      facts: {
        packages,
        ports,
        missing: [],
        moves: [],
        follows: Object.fromEntries(packages.map(({name, origin: own}) => [name, own])),
        providers,
        finished: finished.map(numbered).map((index) => ({
          origin: originAt(index),
          file: `/packages/p${index}-2.pkg`,
          fingerprint: `f${index}`,
          builtWith: [],
        })),
      },
      request: {
        all,
        origins: drawn.flatMap((draw, index) => (draw.asked ? [originAt(index)] : [])),
        force,
        exclude,
        fetchOnly,
      },
    });
  });

/** The same facts in another order. */
export function shuffled(facts: Facts): fc.Arbitrary<Facts> {
  const anyOrder = <T>(items: readonly T[]) =>
    fc.shuffledSubarray([...items], {minLength: items.length, maxLength: items.length});
  return fc.record({
    packages: anyOrder(facts.packages),
    ports: anyOrder(facts.ports),
    missing: anyOrder(facts.missing),
    moves: anyOrder(facts.moves),
    follows: anyOrder(Object.entries(facts.follows)).map((entries) => Object.fromEntries(entries)),
    providers: anyOrder(Object.entries(facts.providers)).map((entries) => Object.fromEntries(entries)),
    finished: anyOrder(facts.finished),
  });
}

/** Adds how fast-check is to show the world when a property fails for it. */
function readable(world: RandomWorld): RandomWorld {
  return Object.assign(world, {[fc.toStringMethod]: () => describeWorld(world)});
}

function describeWorld({facts, request}: RandomWorld): string {
  const ports = facts.ports.map((port) => {
    const item = facts.packages.find(({name}) => name === port.name);
    const lines = port.dependencies.map((dependency) => {
      const provider = facts.providers[patternKey(dependency)];
      return `${dependency.kind}:${dependency.origin}:${dependency.target ?? ''} met by ${provider === undefined ? 'it' : JSON.stringify(provider)}`;
    });
    const flags = [item?.version ?? 'absent', item?.locked === true ? 'locked' : '', port.ignore ?? ''];
    return `${port.origin} (${[...flags, port.workDirectory, item?.shlibsRequired.join() ?? ''].join(' ')}) needs ${lines.join('; ')}`;
  });
  return `\n${ports.join('\n')}\n${JSON.stringify(request)} finished: ${facts.finished.map(({origin: own}) => own).join()}\n`;
}
