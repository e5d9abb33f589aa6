import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from 'fast-check';
import type {HistoryRecord} from '../../src/model/history.js';
import {phases} from '../../src/model/plan.js';
import {estimatesFrom} from '../../src/planning/estimates.js';
import {formatRecord, parseRecords} from '../../src/state/history-line.js';
import {origin} from '../rig/builders.js';

const origins = ['a/b', 'a/b@x', 'a/b@y', 'a/c', 'd/e', 'd/f', 'd/g'].map(origin);
const size = fc.option(fc.double({min: 0, max: 1e13, noNaN: true}), {nil: undefined});

const randomRecord: fc.Arbitrary<HistoryRecord> = fc
  .record({
    origin: fc.constantFrom(...origins),
    phase: fc.constantFrom(...phases),
    outcome: fc.constantFrom('succeeded', 'succeeded', 'succeeded', 'failed', 'stopped'),
    // Few moments, so that many records end at the same one.
    at: fc.integer({min: 0, max: 8}),
    ms: fc.double({min: 0, max: 1e9, noNaN: true}),
    jobs: fc.constantFrom(1, 2, 8),
    sizes: fc.record({cpuMs: size, peakBytes: size, workBytes: size, distfileBytes: size}),
  })
  .map(({sizes, ...rest}) => {
    const known = Object.fromEntries(Object.entries(sizes).filter(([, value]) => value !== undefined));
    return {...rest, ...known, version: '1', cores: 4};
  });
const history = fc.array(randomRecord, {maxLength: 40});
const distfiles = fc.array(fc.option(fc.nat(1e12), {nil: undefined}), {
  minLength: origins.length,
  maxLength: origins.length,
});

/** The same records in two orders. */
const twoOrders = history.chain((records) =>
  fc.tuple(fc.constant(records), fc.shuffledSubarray(records, {minLength: records.length})),
);

function ports(sizes: readonly (number | undefined)[]) {
  return origins.map((own, index) => {
    const distfileBytes = sizes[index];
    return distfileBytes === undefined ? {origin: own} : {origin: own, distfileBytes};
  });
}

function allEstimates(records: readonly HistoryRecord[], sizes: readonly (number | undefined)[]) {
  const of = estimatesFrom(records, ports(sizes));
  return origins.flatMap((own) => phases.map((phase) => ({own, phase, estimate: of(own, phase)})));
}

describe('estimates from any history', () => {
  test('are positive and finite', () => {
    fc.assert(
      fc.property(history, distfiles, (records, sizes) => {
        for (const {estimate} of allEstimates(records, sizes)) {
          const {ms, cpuMs, jobs, memoryBytes, workBytes} = estimate;
          for (const time of [ms, cpuMs, jobs]) assert.ok(Number.isFinite(time) && time > 0, String(time));
          for (const bytes of [memoryBytes, workBytes]) assert.ok(Number.isFinite(bytes) && bytes >= 0);
        }
      }),
      {numRuns: 500},
    );
  });

  test('do not depend on the order of the records', () => {
    fc.assert(
      fc.property(twoOrders, distfiles, ([one, other], sizes) => {
        assert.deepEqual(allEstimates(other, sizes), allEstimates(one, sizes));
      }),
      {numRuns: 500},
    );
  });

  test('are as long as something that was measured, and never longer than the longest of it', () => {
    fc.assert(
      fc.property(history, distfiles, (records, sizes) => {
        for (const {phase, estimate} of allEstimates(records, sizes)) {
          if (estimate.basis === 'guess') continue;
          const measured = records.filter((item) => item.phase === phase && item.outcome === 'succeeded');
          const least = Math.min(...measured.map(({ms}) => ms));
          const most = Math.max(...measured.map(({ms, cpuMs = 0}) => Math.max(ms, cpuMs)));
          const slack = 1 + most * 1e-9;
          assert.ok(estimate.ms >= least - slack && estimate.ms <= most + slack);
        }
      }),
      {numRuns: 500},
    );
  });

  test('are measured once the phase succeeded once for the port, and guesses only where it never did for any', () => {
    fc.assert(
      fc.property(history, distfiles, (records, sizes) => {
        for (const {own, phase, estimate} of allEstimates(records, sizes)) {
          const known = records.filter((item) => item.phase === phase && item.outcome === 'succeeded');
          assert.equal(
            estimate.basis === 'measured',
            known.some((item) => item.origin === own),
          );
          assert.equal(estimate.basis === 'guess', known.length === 0);
        }
      }),
      {numRuns: 500},
    );
  });

  test('do not fall when everything that was measured took longer, or distfiles are larger', () => {
    fc.assert(
      fc.property(history, distfiles, fc.double({min: 1, max: 10, noNaN: true}), (records, sizes, factor) => {
        const before = allEstimates(records, sizes);
        const slower = records.map((item) => ({
          ...item,
          ms: item.ms * factor,
          ...(item.cpuMs === undefined ? {} : {cpuMs: item.cpuMs * factor}),
        }));
        const larger = sizes.map((bytes) => (bytes === undefined ? undefined : bytes * factor + 1));
        const known = sizes.map((bytes) => (bytes === 0 ? 1 : bytes));
        const withKnown = allEstimates(records, known);
        const rises = [
          [before, allEstimates(slower, sizes)],
          [withKnown, allEstimates(records, larger)],
        ] as const;
        for (const [from, to] of rises) {
          from.forEach(({estimate}, index) => {
            const after = to[index]?.estimate.ms ?? 0;
            assert.ok(after >= estimate.ms * (1 - 1e-9), `${estimate.ms} → ${after} (${estimate.basis})`);
          });
        }
      }),
      {numRuns: 500},
    );
  });

  test('are the same from the file as from memory', () => {
    fc.assert(
      fc.property(history, (records) => {
        const text = records.map((item) => `${formatRecord(item)}\n`).join('');
        const distinct = new Map(records.map((item) => [JSON.stringify(item), item]));
        assert.deepEqual(parseRecords(text), [...distinct.values()]);
      }),
      {numRuns: 500},
    );
  });
});
