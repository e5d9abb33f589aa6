import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {parseOrigin} from '../src/model/origin.js';
import type {Step} from '../src/model/plan.js';
import type {World} from '../src/model/world.js';
import {sandboxEnvironment, sandboxLayout} from '../src/sandbox/layout.js';
import type {SandboxPort} from '../src/sandbox/port-model.js';
import {writeTree} from '../src/sandbox/tree-files.js';
import {runTimed} from './measure.js';

const portCount = 2;
const filesPerPort = 24;
const functionsPerFile = 10;

/** Some ten lines of C each, that an optimizing compiler has something to do with. */
function cFile(index: number): string {
  const functions = Array.from(
    {length: functionsPerFile},
    (_, number) => `double f${index}_${number}(const double *a, int n)
{
	double sum = ${number}.5, last = 1;
	for (int i = 0; i < n; i++) {
		sum += a[i] * ${number + 2} / last;
		if (sum > 1e${(number % 9) + 3}) sum = sum / 3 - a[n - i - 1];
		for (int j = i; j < n; j += ${(number % 7) + 1}) last += a[j] * a[i] + sum * ${index};
	}
	return sum + last;
}
`,
  );
  return functions.join('');
}

/** A library of many small files, built by GNU make. */
function port(number: number): SandboxPort {
  const names = Array.from({length: filesPerPort}, (_, index) => `part${index}`);
  const objects = names.map((name) => `${name}.o`).join(' ');
  return {
    origin: `bench/parts${number}`,
    name: `parts${number}`,
    version: '1.0',
    comment: `${filesPerPort} files of C for GNU make`,
    dependencies: [],
    makefile: ['USES=\tgmake'],
    sources: {
      Makefile: `all: libparts.a\n\nlibparts.a: ${objects}\n\tar rc $@ $^\n\n%.o: %.c\n\t$(CC) -O2 -c -o $@ $<\n`,
      ...Object.fromEntries(names.map((name, index) => [`${name}.c`, cFile(index)])),
    },
  };
}

/** Runs the compiler and appends the nanosecond at which it started and ended to a file, in one write each. */
const stampSource = `#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void stamp(char kind)
{
	struct timespec now;
	char text[64];
	int file = open(STAMPS, O_WRONLY | O_APPEND | O_CREAT, 0644);
	clock_gettime(CLOCK_REALTIME, &now);
	if (file < 0 || write(file, text, snprintf(text, sizeof text, "%c %lld%09ld\\n", kind, (long long)now.tv_sec, now.tv_nsec)) < 0)
		_exit(99);
	close(file);
}

int main(int argc, char **argv)
{
	int status = 0;
	pid_t child;
	(void)argc;
	stamp('s');
	child = fork();
	if (child == 0) {
		argv[0] = "cc";
		execvp("cc", argv);
		_exit(127);
	}
	waitpid(child, &status, 0);
	stamp('e');
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}
`;

/** Ports driven by GNU make in a tree of their own, and a compiler that notes when it runs. */
export interface TokenPorts {
  readonly stamps: string;
  readonly packages: string;
  /** The world of one of several builds: each has work directories of its own. */
  world(build: string): World;
  readonly steps: readonly Step[];
}

export async function makeTokenPorts(folder: string, make: string, cores: number): Promise<TokenPorts> {
  const layout = sandboxLayout(folder);
  const ports = Array.from({length: portCount}, (_, index) => port(index + 1));
  await writeTree(layout, {ports, moved: []});
  const stamps = join(folder, 'stamps');
  const compiler = join(folder, 'stamping-cc');
  const source = join(folder, 'stamp.c');
  writeFileSync(source, stampSource);
  runTimed('cc', ['-O', `-DSTAMPS="${stamps}"`, '-o', compiler, source]);
  mkdirSync(layout.packages, {recursive: true});
  const environment = {...sandboxEnvironment(layout, process.env['PATH'] ?? ''), CC: compiler};
  return {
    stamps,
    packages: layout.packages,
    world: (build) => ({
      portsDirectory: layout.ports,
      make,
      pkg: layout.pkg,
      environment: {...environment, WRKDIRPREFIX: join(layout.work, build)},
      makeArguments: [],
      portSettings: [],
      stateDirectory: layout.state,
      cores,
    }),
    steps: ports.map(stepOf),
  };
}

function stepOf({origin: text, name, version}: SandboxPort): Step {
  const origin = parseOrigin(text);
  if (origin === undefined) throw new Error(`${text} is no origin`);
  return {
    origin,
    action: 'install',
    name,
    version,
    reasons: [{kind: 'requested'}],
    phases: ['fetch', 'build'],
    sources: [],
    fingerprint: '',
    builtWith: [],
    packageSuffix: '.pkg',
    parallel: 'gnu-make',
    workDirectory: '/nonexistent',
    settings: {},
    automatic: false,
  };
}
