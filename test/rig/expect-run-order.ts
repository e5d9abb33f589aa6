import assert from 'node:assert/strict';
import type {RunEvent} from '../../src/model/event.js';
import {phaseId, type PhaseId, type PhaseNode} from '../../src/model/plan.js';

/**
 * Replays a journal against its plan: no phase began before what it waited for had succeeded, none after the run was
 * ending or paused, none of a step that had ended; never more builders at work than there are, never two installations, never two
 * phases that hold the same thing; a swap only within its install phase.
 */
export function checkJournalOrder(journal: readonly RunEvent[]): void {
  const [first] = journal;
  assert.ok(first?.kind === 'run-started', 'a journal begins with the plan');
  const replay = new Replay(first.builders, first.plan.nodes);
  let before = first.at;
  for (const event of journal) {
    assert.ok(event.at >= before, 'events are in order of time');
    before = event.at;
    replay.apply(event);
  }
  assert.deepEqual(replay.running, [], 'no phase is left open');
}

class Replay {
  #builders: number;
  readonly #nodes: ReadonlyMap<PhaseId, PhaseNode>;
  readonly #running = new Map<PhaseId, PhaseNode>();
  readonly #succeeded = new Set<PhaseId>();
  readonly #ended = new Set<string>();
  #isEnding = false;
  #isPaused = false;

  constructor(builders: number, nodes: readonly PhaseNode[]) {
    this.#builders = builders;
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
  }

  get running(): PhaseId[] {
    return [...this.#running.keys()];
  }

  apply(event: RunEvent): void {
    switch (event.kind) {
      case 'phase-started':
        this.#start(phaseId(event.phase, event.origin));
        return;
      case 'phase-finished': {
        const id = phaseId(event.phase, event.origin);
        assert.ok(this.#running.delete(id), `${id} ended while it ran`);
        if (event.outcome === 'succeeded') this.#succeeded.add(id);
        return;
      }
      case 'command-started':
      case 'command-ended':
        assert.ok(
          this.#running.has(phaseId(event.phase, event.origin)),
          'a command belongs to a running phase',
        );
        return;
      case 'swap-started':
      case 'swap-finished':
        assert.ok(this.#running.has(phaseId('install', event.origin)), 'a swap belongs to an install phase');
        return;
      case 'step-finished':
        assert.ok(!this.#ended.has(event.origin), `${event.origin} ended once`);
        this.#ended.add(event.origin);
        return;
      case 'run-ending':
        this.#isEnding = true;
        return;
      case 'workers-changed':
        this.#builders = event.builders;
        return;
      case 'run-paused':
      case 'run-resumed':
        this.#isPaused = event.kind === 'run-paused';
        return;
      case 'run-started':
      case 'run-finished':
      case 'warning':
      case 'phase-held':
      case 'phase-again':
      case 'port-pushed':
    }
  }

  #start(id: PhaseId): void {
    const node = this.#nodes.get(id);
    assert.ok(node !== undefined, `${id} is in the plan`);
    assert.ok(!this.#isEnding, `${id} did not start while the run was ending`);
    assert.ok(!this.#isPaused, `${id} did not start while the run was paused`);
    assert.ok(!this.#ended.has(node.origin), `${id} did not start after its step had ended`);
    assert.ok(!this.#running.has(id) && !this.#succeeded.has(id), `${id} started once`);
    const open = node.waitsFor.filter((on) => !this.#succeeded.has(on));
    assert.deepEqual(open, [], `${id} started after all it waited for`);
    const ahead = node.after.filter((on) => !this.#succeeded.has(on) && !this.#ended.has(originOf(on)));
    assert.deepEqual(ahead, [], `${id} started after all that goes first`);
    for (const other of this.#running.values()) {
      const shared: string[] = other.exclusive.filter((thing) => node.exclusive.includes(thing));
      assert.deepEqual(shared, [], `${id} shares nothing with ${other.id}`);
    }
    this.#running.set(id, node);
    const atWork = [...this.#running.values()];
    const building = atWork.filter(({phase}) => phase === 'build' || phase === 'package');
    assert.ok(building.length <= this.#builders, `at most ${this.#builders} builders are at work`);
    assert.ok(atWork.filter(({phase}) => phase === 'install').length <= 1, 'one installation at a time');
  }
}

/** The port that a phase belongs to. */
function originOf(id: PhaseId): string {
  return id.slice(id.indexOf(' ') + 1);
}
