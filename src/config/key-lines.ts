import type {AST} from 'toml-eslint-parser';

/** A key with the tables that it stands in, outermost first. */
export type KeyPath = readonly string[];

/** Where each key of a file first stands, tables included, in the order of the file. */
export class KeyLines {
  readonly #lines = new Map<string, number>();
  readonly #below = new Map<string, string[]>();

  constructor(program: AST.TOMLProgram) {
    for (const item of program.body[0].body) {
      if (item.type === 'TOMLKeyValue') {
        this.#addPair(item, []);
        continue;
      }
      const path = item.resolvedKey.map(String);
      this.#addPath(path, item.loc.start.line);
      for (const pair of item.body) this.#addPair(pair, path);
    }
  }

  /** Counted from 1; undefined for what is not in the file. */
  lineOf(path: KeyPath): number | undefined {
    return this.#lines.get(JSON.stringify(path));
  }

  /** The keys directly below a path, in the order of the file. (An object would sort keys that look like numbers first.) */
  keysBelow(path: KeyPath): readonly string[] {
    return this.#below.get(JSON.stringify(path)) ?? [];
  }

  #addPair({key, value, loc}: AST.TOMLKeyValue, above: KeyPath): void {
    const names = key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
    const path = [...above, ...names];
    this.#addPath(path, loc.start.line);
    if (value.type === 'TOMLInlineTable') for (const pair of value.body) this.#addPair(pair, path);
  }

  #addPath(path: KeyPath, line: number): void {
    for (let length = 1; length <= path.length; length += 1) {
      const key = JSON.stringify(path.slice(0, length));
      if (this.#lines.has(key)) continue;
      this.#lines.set(key, line);
      const parent = JSON.stringify(path.slice(0, length - 1));
      this.#below.set(parent, [...(this.#below.get(parent) ?? []), path[length - 1] ?? '']);
    }
  }
}
