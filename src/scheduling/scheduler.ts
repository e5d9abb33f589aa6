import type {HoldReason} from '../model/hold.js';
import type {PortOrigin} from '../model/origin.js';
import type {Phase, PhaseId, PhaseNode} from '../model/plan.js';
import {holdReason, unlimited, type Budget, type RunningBuild} from './admission.js';
import {inheritedPriorities} from './inherited-priorities.js';
import {LaneUse} from './lane-use.js';
import {PhaseWaits} from './phase-waits.js';
import {byWeight, ReadyLane, type Entry, type LaneOrder, type Precedence} from './ready-lane.js';
import {RemainingWork} from './remaining-work.js';

/** Phases that run side by side in one pool: builds and packages share the builders, the others have lanes of their own. */
export type Lane = 'fetch' | 'build' | 'install';
/** In the order in which the scheduler looks at them. */
export const lanes: readonly Lane[] = ['install', 'build', 'fetch'];
/** The lane that each phase runs in. */
export const laneOf: Readonly<Record<Phase, Lane>> = {
  fetch: 'fetch',
  build: 'build',
  package: 'build',
  install: 'install',
};

export interface SchedulerOptions {
  readonly builders: number;
  readonly fetchers: number;
  /** Processes that all builds together are to run. */
  readonly jobsTotal: number;
  /** By the weight of what waits, unless a comparison wants another order. */
  readonly precedence?: Precedence;
}

/** A phase that starts now. */
export interface Start {
  readonly node: PhaseNode;
  readonly worker: number;
  /** Processes side by side that it is to run. */
  readonly jobs: number;
}

/** A build that could start now, but for what the machine has left. */
export interface Hold {
  readonly node: PhaseNode;
  readonly reason: HoldReason;
}

/** How many builds may go before one that does not fit, before room is made for it, for each builder. */
const patiencePerBuilder = 2;

/** How many ready builds are looked at for one that fits. */
const mostLookedAt = 64;

/**
 * Decides what starts when. Knows no clock and runs nothing: the executor and the forecast drive it, so that both decide
 * alike. The caller asks `next` until it gives nothing, and reports each end with `ended` and what it means with `succeeded` or
 * `giveUp`.
 */
export class Scheduler {
  readonly waits: PhaseWaits;
  readonly #jobsTotal: number;
  readonly #position: ReadonlyMap<PhaseId, number>;
  readonly #ready: Readonly<Record<Lane, ReadyLane>>;
  readonly #use: Readonly<Record<Lane, LaneUse>>;
  /** Things of which only one phase at a time may hold each. */
  readonly #heldThings = new Set<string>();
  readonly #builds = new Map<PhaseId, RunningBuild & {readonly jobs: number}>();
  readonly #workers = new Map<PhaseId, number>();
  readonly #alone = new Set<PhaseId>();
  readonly #oneJob = new Set<PhaseId>();
  /** Builds that do not fit, with how many others went before them. */
  readonly #passedBy = new Map<PhaseId, number>();
  readonly #pushed = new Set<PhaseId>();
  /** Phases that were running before this scheduler began; they may still stand in a queue. */
  readonly #resumed = new Set<PhaseId>();
  readonly #work: RemainingWork;
  readonly #priorities: ReadonlyMap<PhaseId, number> | undefined;
  readonly #canFeed: boolean;
  #holds: Hold[] = [];

  constructor(nodes: readonly PhaseNode[], options: SchedulerOptions) {
    const {builders, fetchers, jobsTotal, precedence = byWeight} = options;
    this.#jobsTotal = jobsTotal;
    this.waits = new PhaseWaits(nodes);
    this.#position = new Map(nodes.map(({id}, index) => [id, index]));
    const priorities = inheritedPriorities(nodes);
    const first: Precedence = (a, b) =>
      (priorities?.get(b.id) ?? 0) - (priorities?.get(a.id) ?? 0) || precedence(a, b);
    const usual = priorities === undefined ? precedence : first;
    this.#priorities = priorities;
    this.#work = new RemainingWork(nodes);
    // An order that is to be compared with this one is kept as it is.
    const feeding: Precedence | undefined =
      options.precedence === undefined
        ? (a, b) => this.#work.untilInstallMs(a) - this.#work.untilInstallMs(b)
        : undefined;
    this.#ready = {
      fetch: new ReadyLane(usual),
      build: new ReadyLane(usual, feeding),
      install: new ReadyLane(usual),
    };
    this.#canFeed = feeding !== undefined;
    this.#use = {fetch: new LaneUse(fetchers), build: new LaneUse(builders), install: new LaneUse(1)};
    this.#makeReady(this.waits.free());
  }

  use(lane: Lane): LaneUse {
    return this.#use[lane];
  }

  /** Phases at work now. */
  get running(): number {
    return this.#workers.size;
  }

  /**
   * The next phase that may start, which then counts as running; undefined when none may. Phases that `isWanted` turns down
   * are dropped for good.
   */
  next(now: number, isWanted: (node: PhaseNode) => boolean, budget: Budget = unlimited): Start | undefined {
    this.#holds = [];
    for (const lane of lanes) {
      if (!this.#use[lane].hasRoom) continue;
      const entry = lane === 'build' ? this.#takeBuild(now, isWanted, budget) : this.#take(lane, isWanted);
      if (entry === undefined) continue;
      return this.#start(entry.node, now);
    }
    return undefined;
  }

  /** Builds that the last `next` found ready and did not start. */
  get holds(): readonly Hold[] {
    return this.#holds;
  }

  /** Takes a phase as started before everything else: a run is simulated from the middle. */
  resume(node: PhaseNode, now: number): Start {
    this.#resumed.add(node.id);
    return this.#start(node, now);
  }

  #start(node: PhaseNode, now: number): Start {
    const jobs = this.#jobsFor(node);
    const worker = this.#use[laneOf[node.phase]].enter(now);
    for (const thing of node.exclusive) this.#heldThings.add(thing);
    this.#workers.set(node.id, worker);
    if (node.phase === 'build') {
      this.#builds.set(node.id, {node, startedAt: now, alone: this.#alone.has(node.id), jobs});
    }
    return {node, worker, jobs};
  }

  /** A phase does not run any more: its worker and what it held are free. */
  ended(node: PhaseNode, now: number): void {
    const worker = this.#workers.get(node.id);
    if (worker === undefined) throw new Error(`Internal error: ${node.id} ended and did not run`);
    this.#workers.delete(node.id);
    this.#builds.delete(node.id);
    this.#use[laneOf[node.phase]].leave(worker, now);
    for (const thing of node.exclusive) {
      this.#heldThings.delete(thing);
      for (const lane of lanes) this.#ready[lane].release(thing);
    }
  }

  /** A phase has done its work: what waited for it may start. */
  succeeded(id: PhaseId): void {
    this.#work.close(id);
    this.#makeReady(this.waits.done(id));
  }

  /** A phase will never be done: what was only to go after it may start. */
  giveUp(id: PhaseId): void {
    this.#work.close(id);
    this.#makeReady(this.waits.giveUp(id));
  }

  /** A phase that ended is to run once more. */
  again(node: PhaseNode, how: {readonly alone?: boolean; readonly oneJob?: boolean}): void {
    if (how.alone === true) this.#alone.add(node.id);
    if (how.oneJob === true) this.#oneJob.add(node.id);
    this.#makeReady([node]);
  }

  /** Changes the number of builders; builds beyond it go on to their end. */
  setBuilders(builders: number): void {
    this.#use.build.resize(builders);
  }

  /** Puts all phases of a port, and whatever they wait for, before all others. */
  push(origin: PortOrigin): void {
    for (const id of this.waits.neededFor(origin)) this.#pushed.add(id);
    for (const lane of lanes) this.#ready[lane].push(this.#pushed);
  }

  #makeReady(nodes: readonly PhaseNode[]): void {
    for (const node of nodes) this.#ready[laneOf[node.phase]].add(node, this.#position.get(node.id) ?? 0);
  }

  #take(lane: Lane, isWanted: (node: PhaseNode) => boolean, order: LaneOrder = 'usual'): Entry | undefined {
    for (;;) {
      const entry = this.#ready[lane].take((thing) => this.#heldThings.has(thing), order);
      if (entry === undefined) return undefined;
      if (!this.#resumed.has(entry.node.id) && isWanted(entry.node)) return entry;
    }
  }

  /**
   * The most urgent build or package that fits into what is left. Other builds may go before one that does not fit, but not
   * for ever: after some of them room is made, and only packages still go.
   */
  #takeBuild(now: number, isWanted: (node: PhaseNode) => boolean, budget: Budget): Entry | undefined {
    const running = [...this.#builds.values()];
    const passed: Entry[] = [];
    let found: Entry | undefined;
    let makesRoom = false;
    while (passed.length < mostLookedAt) {
      const entry = this.#takeUrgent(isWanted);
      if (entry === undefined) break;
      const {node} = entry;
      const isBuild = node.phase === 'build';
      const reason = isBuild ? holdReason(node, this.#alone.has(node.id), running, budget, now) : undefined;
      if (reason === undefined && !(isBuild && makesRoom)) {
        found = entry;
        break;
      }
      passed.push(entry);
      if (reason !== undefined) this.#holds.push({node, reason});
      if ((this.#passedBy.get(node.id) ?? 0) >= patiencePerBuilder * this.#use.build.workers) {
        makesRoom = true;
      }
    }
    for (const entry of passed) {
      this.#ready.build.add(entry.node, entry.position);
      if (found?.node.phase === 'build') {
        this.#passedBy.set(entry.node.id, (this.#passedBy.get(entry.node.id) ?? 0) + 1);
      }
    }
    return found;
  }

  /**
   * The build or package with the longest way before it; but while the installations, which are done one at a time, have
   * longer to go than the builders, whatever gets to its installation soonest, lest the last of them are all left to the end.
   */
  #takeUrgent(isWanted: (node: PhaseNode) => boolean): Entry | undefined {
    const first = this.#take('build', isWanted);
    const {workers} = this.#use.build;
    if (first === undefined || !this.#canFeed || this.#ready.install.size >= workers) return first;
    const {installMs, buildMs} = this.#work;
    const {id, weight} = first.node;
    const isPreferred = (this.#priorities?.get(id) ?? 0) > 0 || this.#ready.build.isPushed(id);
    if (isPreferred || weight >= installMs || buildMs / workers >= installMs) return first;
    this.#ready.build.add(first.node, first.position);
    return this.#take('build', isWanted, 'other');
  }

  /**
   * Builds alone run several processes. Jobs that are free are shared by the builds that could start now or in a moment, as
   * far as there are builders for them. A build gets no less than an equal share of all: it may go on long after those that
   * took more have ended.
   */
  #jobsFor({id, phase, jobs}: PhaseNode): number {
    if (phase !== 'build' || this.#oneJob.has(id)) return 1;
    if (jobs !== undefined) return jobs;
    let free = this.#jobsTotal;
    for (const build of this.#builds.values()) free -= build.jobs;
    // The phase itself is not in the queue any more, and its worker is not at work yet.
    const sharing = Math.max(
      1,
      Math.min(this.#use.build.room, this.#ready.build.size + 1 + this.#soonReady()),
    );
    const equalShare = this.#jobsTotal / (this.#builds.size + sharing);
    return Math.max(1, Math.floor(free / sharing), Math.floor(equalShare));
  }

  /** Builds that wait for nothing but a fetch or an installation that runs now. */
  #soonReady(): number {
    let count = 0;
    for (const id of this.#workers.keys())
      if (!this.#builds.has(id)) count += this.waits.lastFor(id, 'build');
    return count;
  }
}
