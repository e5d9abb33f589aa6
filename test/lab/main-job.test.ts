import assert from 'node:assert/strict';
import {after, before, beforeEach, describe, test} from 'node:test';
import {join} from 'node:path';
import type {RunEvent} from '../../src/model/event.js';
import type {Plan} from '../../src/model/plan.js';
import {checkJournalOrder} from '../rig/expect-run-order.js';
import {lackingDependencies} from './declared-dependencies.js';
import {Lab, labDirectory, skipReason} from './lab.js';

/** Of all the ports that the lab upgrades, the one that most others wait for. */
function mostWaitedFor(plan: Plan): string {
  const waiting = plan.nodes.flatMap(({origin, waitsFor}) =>
    waitsFor
      .map((id) => id.slice(id.indexOf(' ') + 1))
      .filter((on) => on !== origin && !on.startsWith('ports-mgmt/pkg')),
  );
  const counts = new Map<string, number>();
  for (const origin of waiting) counts.set(origin, (counts.get(origin) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

/** Everything that waits for a port, directly or not, told from the plan's nodes alone. */
function dependentsOf(plan: Plan, failed: string): string[] {
  const reached = new Set(plan.nodes.filter(({origin}) => origin === failed).map(({id}) => id as string));
  for (let size = 0; size !== reached.size;) {
    size = reached.size;
    for (const node of plan.nodes) if (node.waitsFor.some((id) => reached.has(id))) reached.add(node.id);
  }
  const origins = new Set([...reached].map((id) => id.slice(id.indexOf(' ') + 1)));
  origins.delete(failed);
  return [...origins].sort();
}

function endings(journal: readonly RunEvent[], status: string): string[] {
  return journal
    .flatMap((event) =>
      event.kind === 'step-finished' && event.status === status ? [event.origin as string] : [],
    )
    .sort();
}

function packaged(journal: readonly RunEvent[]): string[] {
  return journal.flatMap((event) =>
    event.kind === 'phase-finished' && event.phase === 'package' && event.outcome === 'succeeded'
      ? [event.origin]
      : [],
  );
}

describe('the main job on the real framework and pkg(8)', {skip: skipReason}, () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.open(labDirectory ?? '');
  });
  beforeEach(async () => {
    await lab.reset();
  });
  after(async () => {
    await lab.close();
  });

  async function assertWhole(): Promise<void> {
    // Its exit code is 0 whatever it finds.
    const dependencies = await lab.pkg('check', '-d', '-n', '-a');
    assert.doesNotMatch(dependencies.stdout + dependencies.stderr, /missing dependency/);
    const checksums = await lab.pkg('check', '-s', '-a');
    assert.equal(checksums.status, 0, checksums.stdout + checksums.stderr);
  }

  async function planNow(): Promise<Plan> {
    const {stdout, stderr, status} = await lab.run(['-n', '-a', '--json']);
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as Plan;
  }

  test('-n leaves the package database, the prefix and what it knows of runs as they were', async () => {
    const places = [
      join(lab.directory, 'db'),
      join(lab.directory, 'local'),
      join(lab.directory, 'packages'),
      // All but cache/, which holds what make said of ports and may be deleted at any time.
      ...['runs', 'locks', 'packages', 'backups', 'history.jsonl'].map((name) =>
        join(lab.stateDirectory, name),
      ),
    ];
    const before = lab.fingerprint(...places);
    const {status, stdout} = await lab.run(['-n', '-a']);
    assert.equal(status, 0);
    assert.match(stdout, /^Plan: \d+ to upgrade/);
    assert.equal(lab.fingerprint(...places), before);
  });

  test('-l puts every port in the class that its dependencies in the database give it', async () => {
    const {stdout} = await lab.run(['-l', '--json']);
    const {ports} = JSON.parse(stdout) as {ports: {name: string; class: string}[]};
    const answers = await lab.pkg('query', '-a', '%n %#d %#r');
    const expected = answers.stdout
      .trim()
      .split('\n')
      .map((line) => {
        const [name = '', needs, isNeeded] = line.split(' ');
        if (needs === '0') return `${name} ${isNeeded === '0' ? 'root' : 'trunk'}`;
        return `${name} ${isNeeded === '0' ? 'leaf' : 'branch'}`;
      });
    assert.deepEqual(ports.map((port) => `${port.name} ${port.class}`).sort(), expected.sort());
  });

  test('-a upgrades everything in an order that the journal proves, and nothing is left to do', async () => {
    const plan = await planNow();
    assert.ok(plan.steps.length > 0, 'the lab has nothing out of date');
    const {status, stdout} = await lab.run(['-a', '-y', '-j', '4']);
    assert.equal(status, 0, stdout.split('\n').slice(-60).join('\n'));
    const [journal = []] = lab.journals();
    assert.deepEqual(endings(journal, 'succeeded'), plan.steps.map(({origin}) => origin as string).sort());
    checkJournalOrder(journal);
    await assertWhole();
    assert.deepEqual(await lackingDependencies(lab), {absent: [], unregistered: []});
    const list = await lab.run(['-L']);
    assert.equal(list.status, 0);
    assert.doesNotMatch(list.stdout, /New version available/);
    assert.match((await lab.run(['-n', '-a'])).stdout, /^Plan: nothing to do/);
  });

  test('a library that fails costs exactly its dependents, and the next run finishes without building twice', async () => {
    const plan = await planNow();
    const failing = mostWaitedFor(plan);
    const dependents = dependentsOf(plan, failing);
    assert.ok(dependents.length > 0, 'nothing in the lab depends on a port that is out of date');
    const first = await lab.run(['-a', '-y', '-j', '4'], {LAB_FAIL: failing.split('@')[0] ?? ''});
    assert.equal(first.status, 1);
    const [broken = []] = lab.journals();
    assert.deepEqual(endings(broken, 'failed'), [failing]);
    assert.deepEqual(endings(broken, 'skipped'), dependents);
    assert.equal(endings(broken, 'succeeded').length, plan.steps.length - 1 - dependents.length);
    await assertWhole();
    const second = await lab.run(['-a', '-y', '-j', '4']);
    assert.equal(second.status, 0, second.stdout.split('\n').slice(-60).join('\n'));
    const built = lab.journals().flatMap(packaged);
    assert.equal(new Set(built).size, built.length, 'a port was packaged twice');
    assert.match((await lab.run(['-n', '-a'])).stdout, /^Plan: nothing to do/);
    await assertWhole();
  });

  const moments = Number(process.env['PORTPAR_LAB_MOMENTS'] ?? '4');
  test(`a run that is interrupted at ${moments} moments leaves whole packages and no process, and the next one finishes`, async (t) => {
    const complete = await lab.run(['-a', '-y', '-j', '3', '--json']);
    assert.equal(complete.status, 0);
    const events = complete.stdout.trim().split('\n').length;
    for (let moment = 0; moment < moments; moment += 1) {
      const signal = moment % 2 === 0 ? 'SIGINT' : 'SIGTERM';
      // Spread over the whole run, by what has happened and not by the clock.
      const after = Math.max(1, Math.round((events * (moment + 0.5)) / moments));
      await t.test(`${signal} after event ${after} of ${events}`, async () => {
        await lab.reset();
        const {child, end} = lab.start(['-a', '-y', '-j', '3', '--json']);
        let seen = 0;
        child.stdout?.on('data', (data: Buffer) => {
          const before = seen;
          seen += data.toString().split('\n').length - 1;
          if (before < after && seen >= after) child.kill(signal);
        });
        const {status} = await end;
        assert.deepEqual(await lab.processes(), []);
        const expected = signal === 'SIGINT' ? 130 : 143;
        // The very last events come when nothing is left to interrupt.
        assert.ok(
          status === expected || (status === 0 && moment === moments - 1),
          `exit code ${String(status)}`,
        );
        await assertWhole();
        const next = await lab.run(['-a', '-y', '-j', '3']);
        assert.equal(next.status, 0, next.stdout.split('\n').slice(-60).join('\n'));
        const built = lab.journals().flatMap(packaged);
        assert.equal(new Set(built).size, built.length, 'a finished package was built again');
        assert.match((await lab.run(['-n', '-a'])).stdout, /^Plan: nothing to do/);
        await assertWhole();
      });
    }
  });
});
