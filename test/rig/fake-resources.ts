import type {Resources} from '../../src/system/resources.js';

/** A machine that has what the test says, and a change of it whenever the test likes. Plenty of everything to begin with. */
export class FakeResources implements Resources {
  totalMemory = 64 * 2 ** 30;
  memory = 48 * 2 ** 30;
  currentLoad = 0;
  /** Free bytes by folder; what is in none of them has `otherwiseFree`. */
  readonly free = new Map<string, number>();
  otherwiseFree: number | undefined = 500 * 2 ** 30;
  /** Set while nothing can be told. */
  trouble: Error | undefined;

  availableMemory(): Promise<number> {
    return this.trouble === undefined ? Promise.resolve(this.memory) : Promise.reject(this.trouble);
  }

  load(): number {
    return this.currentLoad;
  }

  freeBytes(path: string): Promise<number | undefined> {
    const inside = [...this.free].filter(([folder]) => path === folder || path.startsWith(`${folder}/`));
    const [nearest] = inside.sort(([a], [b]) => b.length - a.length);
    return Promise.resolve(nearest?.[1] ?? this.otherwiseFree);
  }
}
