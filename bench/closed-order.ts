import {Random} from '../src/sandbox/random.js';
import {fixtureKinds, type TreeFixture} from './tree-fixture.js';

/**
 * All rows in an order of which every beginning is closed under dependencies, save where ports need each other in a circle:
 * each row comes after all that it needs. Which comes first is drawn with a fixed seed.
 */
export function closedOrder(
  fixture: TreeFixture,
  rowOfLine: (line: number) => number | undefined,
): readonly number[] {
  const needs = neededRows(fixture, rowOfLine);
  const order: number[] = [];
  const seen = new Set<number>();
  // pkg(8) goes first: everything needs it.
  const pkg = fixture.origins.indexOf('ports-mgmt/pkg');
  for (const first of [pkg, ...shuffledRows(fixture.origins.length)]) {
    if (first < 0 || seen.has(first)) continue;
    seen.add(first);
    const way = [{row: first, next: 0}];
    for (let last = way.at(-1); last !== undefined; last = way.at(-1)) {
      const on = needs[last.row]?.[last.next];
      last.next += 1;
      if (on === undefined) {
        order.push(last.row);
        way.pop();
      } else if (!seen.has(on)) {
        seen.add(on);
        way.push({row: on, next: 0});
      }
    }
  }
  return order;
}

function shuffledRows(count: number): number[] {
  const random = new Random(1);
  const rows = Array.from({length: count}, (_, row) => ({row, at: random.fraction()}));
  return rows.sort((a, b) => a.at - b.at).map(({row}) => row);
}

function neededRows(
  {origins, counts, needs}: TreeFixture,
  rowOfLine: (line: number) => number | undefined,
): number[][] {
  let at = 0;
  return origins.map((_origin, row) => {
    const found: number[] = [];
    for (let column = 0; column < fixtureKinds.length; column += 1) {
      const end = at + (counts[row * fixtureKinds.length + column] ?? 0);
      for (; at < end; at += 1) {
        const on = rowOfLine(needs[at] ?? -1);
        if (on !== undefined && on !== row) found.push(on);
      }
    }
    return found;
  });
}
