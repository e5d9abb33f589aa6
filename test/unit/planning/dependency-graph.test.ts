import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from 'fast-check';
import {relaxCircles} from '../../../src/planning/cycles.js';
import {DependencyGraph} from '../../../src/planning/dependency-graph.js';

/** A graph of `size` nodes in which each waits for the next one, and the last for the first. */
function ring(size: number, softEdge?: number): DependencyGraph {
  const graph = new DependencyGraph();
  for (let node = 0; node < size; node += 1) graph.addNode(`build ring/p${String(node).padStart(6, '0')}`);
  for (let node = 0; node < size; node += 1) {
    graph.addEdge(node, (node + 1) % size, {soft: node === softEdge});
  }
  return graph;
}

const someEdges = fc.array(
  fc
    .record({waiting: fc.nat(11), on: fc.nat(11), soft: fc.boolean()})
    .filter(({waiting, on}) => waiting !== on),
  {maxLength: 30},
);

type Edges = readonly {readonly waiting: number; readonly on: number; readonly soft: boolean}[];

function graphOf(edges: Edges): DependencyGraph {
  const graph = new DependencyGraph();
  for (let node = 0; node < 12; node += 1) graph.addNode(`build some/p${String(node).padStart(2, '0')}`);
  for (const {waiting, on, soft} of edges) graph.addEdge(waiting, on, {soft});
  return graph;
}

/** What a node waits for, however indirectly. */
function closure(graph: DependencyGraph, from: number): Set<number> {
  const found = new Set<number>();
  const open = graph.waitsFor(from);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    open.push(...graph.waitsFor(node));
  }
  return found;
}

describe('a dependency graph', () => {
  test('finds a circle of any length', () => {
    for (const size of [2, 1000, 1001, 30_000]) {
      const circles = ring(size).circles();
      assert.deepEqual(
        circles.map(({length}) => length),
        [size],
      );
    }
  });

  test('finds two long circles apart from what lies between them', () => {
    const graph = ring(3000);
    for (let node = 3000; node < 6000; node += 1) graph.addNode(`build other/p${node}`);
    for (let node = 3000; node < 6000; node += 1) graph.addEdge(node, node === 5999 ? 3000 : node + 1);
    const between = graph.addNode('build between/p');
    graph.addEdge(between, 0);
    graph.addEdge(4000, between);
    const circles = graph.circles();
    assert.deepEqual(
      circles.map((circle) => [circle.length, circle[0]]),
      [
        [3000, 3000],
        [3000, 0],
      ],
    );
  });

  test('orders a chain of any length', () => {
    const graph = ring(30_000, 29_999);
    assert.deepEqual(relaxCircles(graph).relaxed, [{waiting: 'ring/p029999', on: 'ring/p000000'}]);
    assert.deepEqual(graph.circles(), []);
    const order = graph.inOrder();
    assert.equal(order[0], 29_999);
    assert.equal(order.at(-1), 0);
    assert.equal(order.length, 30_000);
  });

  test('has an edge as strong as the strongest that was added, wherever others were added between', () => {
    const graph = graphOf([
      {waiting: 0, on: 1, soft: true},
      {waiting: 2, on: 1, soft: false},
      {waiting: 0, on: 1, soft: false},
      {waiting: 2, on: 1, soft: true},
    ]);
    graph.addOrder(0, 1);
    assert.equal(graph.isSoft(0, 1), false);
    assert.equal(graph.isSoft(2, 1), false);
    assert.deepEqual(graph.waitsFor(0), [1]);
    assert.deepEqual(graph.waitedForBy(1), [0, 2]);
    graph.removeEdge(0, 1);
    assert.deepEqual(graph.waitsFor(0), []);
    assert.deepEqual(graph.waitedForBy(1), [2]);
    graph.addOrder(0, 1);
    assert.deepEqual(graph.waitsBySort(0), {needed: [], before: [1]});
    graph.addEdge(0, 1, {soft: true});
    assert.deepEqual(graph.waitsBySort(0), {needed: [1], before: []});
  });

  test('finds the circles that nodes are in: those that wait for each other both ways', () => {
    fc.assert(
      fc.property(someEdges, (edges) => {
        const graph = graphOf(edges);
        const below = Array.from({length: graph.size}, (_, node) => closure(graph, node));
        const expected = below.flatMap((found, node) => {
          if (!found.has(node)) return [];
          const circle = [...found].filter((other) => below[other]?.has(node)).sort((a, b) => a - b);
          return circle[0] === node ? [circle] : [];
        });
        assert.deepEqual(graph.circles(), expected);
      }),
    );
  });

  test('without circles gives each node after all that it waits for', () => {
    fc.assert(
      fc.property(someEdges, (edges) => {
        const downhill = edges.map(({waiting, on, soft}) => ({
          waiting: Math.max(waiting, on),
          on: Math.min(waiting, on),
          soft,
        }));
        const graph = graphOf(downhill);
        const order = graph.inOrder();
        assert.equal(new Set(order).size, graph.size);
        for (const {waiting, on} of downhill) assert.ok(order.indexOf(on) < order.indexOf(waiting));
      }),
    );
  });

  test('gives up soft edges of circles only, and leaves no soft edge in a circle', () => {
    fc.assert(
      fc.property(someEdges, (edges) => {
        const graph = graphOf(edges);
        const before = graphOf(edges);
        const {relaxed, circles} = relaxCircles(graph);
        assert.deepEqual(graph.circles(), circles);
        for (const circle of circles) {
          for (const waiting of circle) {
            for (const on of graph.waitsFor(waiting).filter((other) => circle.includes(other))) {
              assert.equal(graph.isSoft(waiting, on), false);
            }
          }
        }
        const inCircles = new Set(before.circles().flat());
        for (const {waiting, on} of relaxed) {
          assert.ok(inCircles.has(Number(waiting.slice(-2))) && inCircles.has(Number(on.slice(-2))));
        }
      }),
    );
  });
});
