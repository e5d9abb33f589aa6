import {succeeded, type CommandOutcome} from '../model/command.js';
import type {Phase} from '../model/plan.js';
import type {SecondTry} from '../model/second-try.js';

/** A failed phase, as far as a second try depends on it. */
export interface FailedTry {
  readonly phase: Phase;
  readonly outcome: CommandOutcome;
  /** The end of this try's part of the log. */
  readonly tail: string;
  /** The framework had come as far as the build itself, where make runs processes side by side. */
  readonly wasBuilding: boolean;
  /** It ran, or may have run, more than one process side by side. */
  readonly wasParallel: boolean;
}

/**
 * Says under which conditions a failed phase may do better, or undefined when there is no reason to hope so.
 *
 * A build for which memory ran out is tried with no other beside it. One that failed while processes ran side by side is
 * tried with one: whether a missing file is one that was not made yet cannot be told from the log. What failed before
 * (patches, configure) ran one process in any case. A fetch is tried from other sites, unless no site can help it.
 */
export function secondTryOf({
  phase,
  outcome,
  tail,
  wasBuilding,
  wasParallel,
}: FailedTry): SecondTry | undefined {
  if (succeeded(outcome) || outcome.kind === 'stopped' || outcome.kind === 'not-started') return undefined;
  switch (phase) {
    case 'fetch':
      return noSiteHelps.test(tail) ? undefined : 'other-site';
    case 'build':
      if (ranOutOfMemory(outcome, tail)) return 'alone';
      return wasBuilding && wasParallel ? 'one-job' : undefined;
    case 'package':
    case 'install':
      return undefined;
  }
}

/** What Mk/Scripts/do-fetch.sh and checksum.sh say when it is not a site's fault. */
const noSiteHelps =
  /^=> (?:.* is not in .*\.|.* is not writable by you; cannot fetch\.|.* is a broken symlink\.|No suitable checksum found for .*|No \w+ checksum recorded for .*)$/m;

/**
 * True when the build died because memory ran out: the kernel killed make itself, or one of the last lines says so in the
 * words of a compiler, a linker, or whoever had started them. A limit of a program's own (Java's heap, that of a JavaScript
 * engine) does not count: it would be met again.
 */
export function ranOutOfMemory(outcome: CommandOutcome, tail: string): boolean {
  if (outcome.kind === 'signalled' && outcome.signal === 'SIGKILL') return true;
  const lines = tail.trimEnd().split('\n').slice(-lastLines);
  return lines.some((line) => memoryWords.some((words) => words.test(line.trimEnd())));
}

/** After a process died, those that ran beside it go on, and each make on the way up has a line to say. */
const lastLines = 60;

const memoryWords: readonly RegExp[] = [
  // GCC's driver, and clang's, on a compiler or linker that was killed.
  /^\S+: (?:fatal error|internal compiler error): Killed(?: signal terminated program \S+| \(program \S+\))$/,
  /^\S+: error: unable to execute command: Killed$/,
  /^collect2: (?:fatal )?error: ld terminated with signal 9 \[Killed\]/,
  // GCC's own allocator (libiberty), and the C++ library's.
  /^(?:\S+: )?(?:virtual memory exhausted: Cannot allocate memory|out of memory allocating \d+ bytes)/,
  /^\S+: out of memory allocating \d+ bytes(?: after a total of \d+ bytes)?$/,
  /^(?:terminate called after throwing an instance of |(?:libc\+\+abi: |libcxxabi: )?terminating (?:with|due to) uncaught exception of type )'?std::bad_alloc/,
  /^LLVM ERROR: out of memory\b/i,
  /^(?:\S+: )?error: .*: Cannot allocate memory$/,
  // ld of binutils, and lld.
  /^\S*ld(?:\.\S+)?: (?:\S+: )?(?:error: )?(?:.*: )?(?:memory exhausted|out of memory|Cannot allocate memory)\b/,
  // rustc and cargo, Go, Java.
  /^memory allocation of \d+ bytes failed/,
  /^\s*process didn't exit successfully: .* \(signal: 9, SIGKILL: kill\)$/,
  /^(?:fatal error: runtime: |runtime: )(?:cannot allocate memory|out of memory)/,
  /^\S.*: \S*\/tool\/\S+\/(?:compile|link|asm|cgo): signal: killed$/,
  /^# There is insufficient memory for the Java Runtime Environment to continue\.$/,
  /^(?:Error occurred during initialization of VM: )?Could not reserve enough space for .*object heap/,
  // Shells, GNU make, BSD make, and whoever cannot start a process.
  /^(?:\S+: line \d+: +\d+ )?Killed\b(?: .*)?$/,
  /^\S*make(?:\[\d+\])?: \*\*\* \[.*\] (?:Killed|Error 137)$/,
  /^\*\*\* (?:\[.*\] )?(?:Signal 9|Error code 137)$/,
  /^\S+: (?:.*: )?v?[Ff]ork(?:\(\))?: Cannot allocate memory$/,
  /^\S+: Cannot fork(?:: | \()Cannot allocate memory\)?/,
];
