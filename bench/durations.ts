import type {EstimateOf, PhaseEstimate} from '../src/model/estimate.js';
import {portDirectory, type PortOrigin} from '../src/model/origin.js';
import type {Phase} from '../src/model/plan.js';
import {Random} from '../src/sandbox/random.js';

/** Builds that take hours on every machine, in minutes: the same few that users of ports know. */
const giants: Readonly<Record<string, number>> = {
  'www/chromium': 540,
  'www/iridium': 520,
  'www/ungoogled-chromium': 540,
  'editors/libreoffice': 300,
  'lang/rust': 150,
  'lang/rust-nightly': 150,
  'www/firefox': 90,
  'www/firefox-esr': 85,
  'mail/thunderbird': 90,
  'devel/llvm13': 110,
  'devel/llvm14': 115,
  'devel/llvm15': 120,
  'devel/llvm16': 125,
  'devel/electron22': 500,
  'devel/electron23': 500,
  'devel/electron24': 500,
  'devel/electron25': 500,
  'www/qt5-webengine': 240,
  'www/qt6-webengine': 300,
  'lang/gcc12': 90,
  'lang/gcc13': 95,
  'lang/ghc': 120,
  'www/node18': 45,
  'www/node20': 50,
  'java/openjdk17': 40,
  'databases/mysql80-server': 35,
};

/** The middle build takes this long, in milliseconds. */
const medianBuildMs = 40_000;
/** Spread of the logarithm: a build in six takes more than four times the median, one in a thousand eighty times. */
const spread = 1.4;

/**
 * Made-up durations for ports of which nothing was measured: log-normal, many small ones and few huge, drawn from the
 * origin's own name, so that a port takes the same in every run and in every part of the tree.
 */
export const skewedDurations: EstimateOf = (origin, phase) => {
  const build = buildMs(origin);
  return estimate(phaseMs(phase, build), phase);
};

function buildMs(origin: PortOrigin): number {
  const minutes = giants[portDirectory(origin)];
  if (minutes !== undefined) return minutes * 60_000;
  const random = new Random(hashOf(origin));
  // Two even numbers make one that is normally distributed (Box and Muller).
  const normal = Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
  return Math.round(medianBuildMs * Math.exp(spread * normal));
}

/** Fetching, packaging and installing grow with the size of a port, and so more slowly than its build. */
function phaseMs(phase: Phase, build: number): number {
  const size = Math.sqrt(build / medianBuildMs);
  switch (phase) {
    case 'fetch':
      return Math.round(1_500 * size);
    case 'build':
      return build;
    case 'package':
      return Math.round(2_000 * size);
    case 'install':
      return Math.round(400 * size);
  }
}

function estimate(ms: number, phase: Phase): PhaseEstimate {
  return {
    ms,
    cpuMs: phase === 'fetch' ? ms / 10 : ms,
    jobs: 1,
    memoryBytes: 0,
    workBytes: 0,
    basis: 'measured',
  };
}

/** A 32-bit hash of a text (FNV-1a). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
