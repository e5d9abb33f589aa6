/** Who waits for whom among nodes that are told by number. */
export interface Neighbours {
  readonly waitsFor: (node: number) => readonly number[];
  readonly waitedForBy: (node: number) => readonly number[];
}

/**
 * What remains when nodes that wait for nothing, or that nothing waits for, are taken away again and again: members of circles,
 * and what lies between circles. `size` is one more than the highest number of a node. Linear, without recursion.
 */
export function withoutLooseEnds(
  nodes: readonly number[],
  size: number,
  {waitsFor, waitedForBy}: Neighbours,
): number[] {
  const isLeft = new Uint8Array(size);
  for (const node of nodes) isLeft[node] = 1;
  return peel(peel(nodes, isLeft, waitsFor, waitedForBy), isLeft, waitedForBy, waitsFor);
}

/** Takes away, one after the other, nodes with nothing left before them; gives what stays. */
function peel(
  nodes: readonly number[],
  isLeft: Uint8Array,
  before: (node: number) => readonly number[],
  behind: (node: number) => readonly number[],
): number[] {
  const count = new Int32Array(isLeft.length);
  const loose: number[] = [];
  for (const node of nodes) {
    for (const other of before(node)) if (isLeft[other] === 1) count[node] = (count[node] ?? 0) + 1;
    if (count[node] === 0) loose.push(node);
  }
  for (let node = loose.pop(); node !== undefined; node = loose.pop()) {
    isLeft[node] = 0;
    for (const next of behind(node)) {
      if (isLeft[next] === 0) continue;
      const left = (count[next] ?? 0) - 1;
      count[next] = left;
      if (left === 0) loose.push(next);
    }
  }
  return nodes.filter((node) => isLeft[node] === 1);
}

/**
 * The circle that the first of these nodes is in (it alone, where it is in none), and the other nodes in parts that no circle
 * crosses: what it waits for, what waits for it, and what has nothing to do with it. Linear, without recursion.
 */
export function circleAround(
  nodes: readonly number[],
  {waitsFor, waitedForBy}: Neighbours,
): {readonly circle: number[]; readonly parts: number[][]} {
  const among = new Set(nodes);
  const [first] = nodes;
  const below = reachable(first, among, waitsFor);
  const above = reachable(first, among, waitedForBy);
  return {
    circle: nodes.filter((node) => below.has(node) && above.has(node)),
    parts: [
      nodes.filter((node) => below.has(node) && !above.has(node)),
      nodes.filter((node) => above.has(node) && !below.has(node)),
      nodes.filter((node) => !above.has(node) && !below.has(node)),
    ],
  };
}

function reachable(
  from: number | undefined,
  among: ReadonlySet<number>,
  next: (node: number) => readonly number[],
): Set<number> {
  const found = new Set(from === undefined ? [] : [from]);
  // A set that grows while it is walked is walked to its end.
  for (const node of found) {
    for (const other of next(node)) if (among.has(other)) found.add(other);
  }
  return found;
}
