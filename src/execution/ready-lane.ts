import TinyQueue from 'tinyqueue';
import type {PhaseNode} from '../model/plan.js';

/**
 * The phases of one lane that may start now, the one with the heaviest chain of dependents first and equals in the order of
 * the plan. A phase that needs something another phase holds waits beside the queue until it is given back.
 */
export class ReadyLane {
  readonly #queue = new TinyQueue<Entry>(
    [],
    (a, b) => b.node.weight - a.node.weight || a.position - b.position,
  );
  readonly #aside = new Map<string, Entry[]>();

  add(node: PhaseNode, position: number): void {
    this.#queue.push({node, position});
  }

  /** The most urgent phase that needs nothing of what is held; undefined when there is none. */
  take(isHeld: (thing: string) => boolean): PhaseNode | undefined {
    for (let entry = this.#queue.pop(); entry !== undefined; entry = this.#queue.pop()) {
      const held = entry.node.exclusive.find(isHeld);
      if (held === undefined) return entry.node;
      this.#aside.set(held, [...(this.#aside.get(held) ?? []), entry]);
    }
    return undefined;
  }

  /** To be called when a thing is given back: whoever waited for it competes again. */
  release(thing: string): void {
    for (const entry of this.#aside.get(thing) ?? []) this.#queue.push(entry);
    this.#aside.delete(thing);
  }

  /** How many phases could start now, if only there were room. */
  get size(): number {
    return this.#queue.length;
  }
}

interface Entry {
  readonly node: PhaseNode;
  readonly position: number;
}
