import type {EstimateBasis, EstimateOf, PhaseEstimate} from '../model/estimate.js';
import type {HistoryRecord} from '../model/history.js';
import {portDirectory, type PortOrigin} from '../model/origin.js';
import {phaseId, phases, type Phase, type PhaseId} from '../model/plan.js';
import type {Port} from '../model/port.js';
import {greatestPeak, sumUpRuns, type PastRuns} from './past-runs.js';
import {PhaseMedians} from './phase-medians.js';
import {withoutHistory} from './priorities.js';

/**
 * Tells from the history what each phase of a port is expected to take: by its own earlier runs; else by those of the flavor
 * of the same port that was built last; else fetches and builds by the size of its distfiles; else by the median of all
 * ports; and by a guess where the phase was never measured at all. The same records in any order give the same.
 */
export function estimatesFrom(
  records: readonly HistoryRecord[],
  ports: readonly Pick<Port, 'origin' | 'distfileBytes'>[],
): EstimateOf {
  const groups = new Map<PhaseId, HistoryRecord[]>();
  for (const record of records) {
    const id = phaseId(record.phase, record.origin);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [record]);
    else group.push(record);
  }
  const own = new Map<PhaseId, PastRuns>();
  const flavors = new Map<PhaseId, Flavor>();
  const known: Record<Phase, PastRuns[]> = {fetch: [], build: [], package: [], install: []};
  for (const [id, group] of groups) {
    const [first] = group;
    const runs = sumUpRuns(group);
    if (first === undefined || runs === undefined) continue;
    own.set(id, runs);
    known[first.phase].push(runs);
    const port = phaseId(first.phase, portDirectory(first.origin));
    flavors.set(port, newer(flavors.get(port), {origin: first.origin, runs}));
  }
  const medians = new Map(phases.map((phase) => [phase, new PhaseMedians(known[phase])]));
  const distfileBytes = new Map(ports.map((port) => [port.origin, port.distfileBytes ?? 0]));

  const durationOf = (origin: PortOrigin, phase: Phase): PhaseEstimate => {
    const id = phaseId(phase, origin);
    const measured = own.get(id);
    if (measured !== undefined) return fromRuns(measured, 'measured');
    const other = flavors.get(phaseId(phase, portDirectory(origin)));
    if (other !== undefined) return fromRuns(other.runs, 'other-flavor');
    const all = medians.get(phase);
    const bySize = phase === 'fetch' || phase === 'build' ? (distfileBytes.get(origin) ?? 0) : 0;
    return all?.bySize(bySize) ?? all?.middle() ?? withoutHistory(origin, phase);
  };

  return (origin, phase) => {
    const estimate = durationOf(origin, phase);
    if (estimate.basis === 'measured') return estimate;
    // Runs that all failed tell no duration, and yet how much memory was not enough.
    const bound = greatestPeak(groups.get(phaseId(phase, origin)) ?? []) ?? 0;
    return bound > estimate.memoryBytes ? {...estimate, memoryBytes: bound} : estimate;
  };
}

interface Flavor {
  readonly origin: PortOrigin;
  readonly runs: PastRuns;
}

/** Of two flavors the one that was built later; of two built at the same moment the first by name. */
function newer(one: Flavor | undefined, other: Flavor): Flavor {
  if (one === undefined || other.runs.at > one.runs.at) return other;
  return other.runs.at === one.runs.at && other.origin < one.origin ? other : one;
}

function fromRuns(runs: PastRuns, basis: EstimateBasis): PhaseEstimate {
  return {
    ms: Math.max(1, runs.ms),
    cpuMs: Math.max(1, runs.cpuMs),
    jobs: runs.jobs,
    memoryBytes: runs.memoryBytes ?? 0,
    workBytes: runs.workBytes ?? 0,
    basis,
  };
}
