import TinyQueue from 'tinyqueue';
import type {PhaseId, PhaseNode} from '../model/plan.js';

/** Tells which of two ready phases goes first: negative for the first. */
export type Precedence = (a: PhaseNode, b: PhaseNode) => number;

/** The heaviest chain of dependents first, after what the user asked to go first. */
export const byWeight: Precedence = (a, b) => b.priority - a.priority || b.weight - a.weight;

/** The two orders of a lane: the usual one, and one for when another lane has to be kept busy. */
export type LaneOrder = 'usual' | 'other';

/** A ready phase and its place in the plan. */
export interface Entry {
  readonly node: PhaseNode;
  readonly position: number;
}

/** An entry with where it stands: it leaves a queue only when it comes up there. */
interface Ticket extends Entry {
  isReady: boolean;
  readonly isQueued: Record<LaneOrder, boolean>;
}

/**
 * The phases of one lane that may start now, the most urgent first and equals in the order of the plan. A phase that needs
 * something another phase holds waits beside the queue until it is given back.
 */
export class ReadyLane {
  readonly #precedence: Readonly<Partial<Record<LaneOrder, Precedence>>>;
  readonly #queues: Partial<Record<LaneOrder, TinyQueue<Ticket>>>;
  readonly #tickets = new Map<PhaseId, Ticket>();
  readonly #aside = new Map<string, Ticket[]>();
  #pushed: ReadonlySet<PhaseId> = new Set();
  #size = 0;

  /** Without `other` the lane has the usual order alone. */
  constructor(usual: Precedence = byWeight, other?: Precedence) {
    this.#precedence = other === undefined ? {usual} : {usual, other};
    this.#queues = {};
    this.#fillQueues();
  }

  add(node: PhaseNode, position: number): void {
    let ticket = this.#tickets.get(node.id);
    if (ticket === undefined) {
      ticket = {node, position, isReady: false, isQueued: {usual: false, other: false}};
      this.#tickets.set(node.id, ticket);
    }
    this.#enqueue(ticket);
  }

  /** The first phase in this order that needs nothing of what is held; undefined when there is none. */
  take(isHeld: (thing: string) => boolean, order: LaneOrder = 'usual'): Entry | undefined {
    const queue = this.#queues[order];
    for (let ticket = queue?.pop(); ticket !== undefined; ticket = queue?.pop()) {
      ticket.isQueued[order] = false;
      if (!ticket.isReady) continue;
      ticket.isReady = false;
      this.#size -= 1;
      const held = ticket.node.exclusive.find(isHeld);
      if (held === undefined) return ticket;
      const others = this.#aside.get(held);
      if (others === undefined) this.#aside.set(held, [ticket]);
      else others.push(ticket);
    }
    return undefined;
  }

  /** To be called when a thing is given back: whoever waited for it competes again. */
  release(thing: string): void {
    const waiting = this.#aside.get(thing);
    if (waiting === undefined) return;
    this.#aside.delete(thing);
    for (const ticket of waiting) this.#enqueue(ticket);
  }

  /** From now on these phases go before all others. */
  push(ids: ReadonlySet<PhaseId>): void {
    this.#pushed = ids;
    this.#fillQueues();
  }

  isPushed(id: PhaseId): boolean {
    return this.#pushed.has(id);
  }

  /** How many phases could start now, if only there were room. */
  get size(): number {
    return this.#size;
  }

  #enqueue(ticket: Ticket): void {
    if (!ticket.isReady) this.#size += 1;
    ticket.isReady = true;
    for (const order of ['usual', 'other'] as const) {
      const queue = this.#queues[order];
      if (queue === undefined || ticket.isQueued[order]) continue;
      ticket.isQueued[order] = true;
      queue.push(ticket);
    }
  }

  #fillQueues(): void {
    const ready = [...this.#tickets.values()].filter(({isReady}) => isReady);
    for (const order of ['usual', 'other'] as const) {
      const precedence = this.#precedence[order];
      if (precedence === undefined) continue;
      this.#queues[order] = new TinyQueue([...ready], this.#pushedFirst(precedence));
      for (const ticket of this.#tickets.values()) ticket.isQueued[order] = ticket.isReady;
    }
  }

  #pushedFirst(precedence: Precedence): (a: Ticket, b: Ticket) => number {
    return (a, b) => {
      if (this.#pushed.size > 0 && this.#pushed.has(a.node.id) !== this.#pushed.has(b.node.id)) {
        return this.#pushed.has(a.node.id) ? -1 : 1;
      }
      return precedence(a.node, b.node) || a.position - b.position;
    };
  }
}
