import assert from 'node:assert/strict';
import type {EventOf, RunEvent} from '../../src/model/event.js';
import type {PhaseNode} from '../../src/model/plan.js';

/**
 * Proves from a journal alone that a run kept its order: no phase began before what it waited for had ended well, never more
 * builds and packages than builders, never two installations, nothing exclusive held twice, and no phase twice.
 */
export function checkJournalOrder(journal: readonly RunEvent[]): void {
  const start = journal.find((event): event is EventOf<'run-started'> => event.kind === 'run-started');
  assert.ok(start !== undefined, 'the journal has no run-started');
  const nodes = new Map<string, PhaseNode>(start.plan.nodes.map((node) => [node.id, node]));
  const running = new Map<string, PhaseNode>();
  const done = new Set<string>();
  for (const event of journal) {
    if (event.kind !== 'phase-started' && event.kind !== 'phase-finished') continue;
    const id = `${event.phase} ${event.origin}`;
    const node = nodes.get(id);
    assert.ok(node !== undefined, `${id} is not in the plan`);
    if (event.kind === 'phase-finished') {
      assert.ok(running.delete(id), `${id} ended without having begun`);
      if (event.outcome === 'succeeded') done.add(id);
      continue;
    }
    assert.ok(!done.has(id) && !running.has(id), `${id} began twice`);
    for (const on of node.waitsFor) assert.ok(done.has(on), `${id} began before ${on} had ended`);
    for (const other of running.values()) {
      const shared: string[] = node.exclusive.filter((thing) => other.exclusive.includes(thing));
      assert.deepEqual(shared, [], `${id} and ${other.id} hold the same things`);
    }
    running.set(id, node);
    const phases = [...running.values()].map(({phase}) => phase);
    const building = phases.filter((phase) => phase === 'build' || phase === 'package');
    assert.ok(building.length <= start.builders, `${building.length} builds with ${start.builders} builders`);
    assert.ok(
      phases.filter((phase) => phase === 'install').length <= 1,
      `${id} began beside another installation`,
    );
  }
  assert.equal(running.size, 0, `still running at the end: ${[...running.keys()].join(', ')}`);
}
