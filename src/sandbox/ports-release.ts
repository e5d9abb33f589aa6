import type {SandboxDependency} from './port-model.js';

/** Everything about the hand-made tree that differs between its two generations. */
export interface Release {
  /** 1 or 2. */
  readonly number: 1 | 2;
  readonly vec: {readonly version: string; readonly generation: number};
  readonly tok: {readonly version: string; readonly generation: number; readonly abi: number};
  readonly fix: {readonly version: string; readonly generation: number};
  readonly gen: {readonly version: string; readonly generation: number};
}

/** What is installed in a new sandbox. */
export const oldRelease: Release = {
  number: 1,
  vec: {version: '1.2.0', generation: 1},
  tok: {version: '0.9.4', generation: 1, abi: 0},
  fix: {version: '20230401', generation: 1},
  gen: {version: '1.4', generation: 1},
};

/** What its ports tree has. */
export const newRelease: Release = {
  number: 2,
  vec: {version: '1.3.1', generation: 2},
  tok: {version: '1.0', generation: 2, abi: 1},
  fix: {version: '20230801', generation: 2},
  gen: {version: '1.5', generation: 2},
};

/** A library dependency; the soname's number is part of the pattern only where it is given. */
export const lib = (name: string, origin: string, abi?: number): SandboxDependency => ({
  kind: 'lib',
  line: `lib${name}.so${abi === undefined ? '' : `.${abi}`}:${origin}`,
});
/** A build dependency. */
export const build = (line: string): SandboxDependency => ({kind: 'build', line});
/** A run-time dependency. */
export const run = (line: string): SandboxDependency => ({kind: 'run', line});
