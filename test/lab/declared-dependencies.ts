import assert from 'node:assert/strict';
import {gatherFacts} from '../../src/analysis/gather-facts.js';
import {readInstalledPackages} from '../../src/analysis/installed-packages.js';
import {patternKey} from '../../src/model/facts.js';
import {runKinds} from '../../src/model/port.js';
import {ExecaRunner} from '../../src/system/execa-runner.js';
import type {Lab} from './lab.js';

/** Dependencies that installed ports declare and do not have. */
export interface LackingDependencies {
  /** The port that the line names is not installed, and nothing else meets its pattern. */
  readonly absent: string[];
  /** The port that a run-time line names is installed, and the package does not know that it needs it. */
  readonly unregistered: string[];
}

/** Asks make for every installed port's dependency lines and compares them with the package database. */
export async function lackingDependencies(lab: Lab): Promise<LackingDependencies> {
  const runner = new ExecaRunner();
  const world = {
    portsDirectory: lab.environment['PORTSDIR'] ?? '',
    make: 'make',
    pkg: 'pkg',
    environment: lab.environment,
    makeArguments: [],
    portSettings: [],
    stateDirectory: lab.stateDirectory,
    cores: 2,
  };
  const packages = await readInstalledPackages(runner, world);
  assert.ok(packages.ok);
  const facts = await gatherFacts({
    runner,
    world,
    packages: packages.value,
    all: true,
    origins: [],
    willBuild: () => true,
  });
  assert.ok(facts.ok);
  const nameOf = new Map(Object.entries(facts.value.follows).map(([name, origin]) => [origin, name]));
  const absent: string[] = [];
  const unregistered: string[] = [];
  for (const port of facts.value.ports) {
    const item = packages.value.find(({name}) => name === nameOf.get(port.origin));
    for (const {kind, pattern, origin, target} of item === undefined ? [] : port.dependencies) {
      if (!runKinds.has(kind) || target !== undefined || origin === port.origin) continue;
      const needed = nameOf.get(origin);
      const line = `${port.origin}: ${kind} ${pattern}:${origin}`;
      const provider = facts.value.providers[patternKey({kind, pattern, origin})];
      if (needed === undefined && provider === null) absent.push(line);
      if (needed !== undefined && kind === 'run' && item?.dependencies.includes(needed) === false)
        unregistered.push(line);
    }
  }
  return {absent, unregistered};
}
