// What a bare system lacks for building and testing portpar, put there through the system's own package manager.
import {spawnSync} from 'node:child_process';
import {existsSync, statSync} from 'node:fs';

const root = new URL('..', import.meta.url).pathname;

/** Runs a program with its output shown; ends this script with the program's exit code when that is not 0. */
export function run(program, args, options = {}) {
  const {status, error} = spawnSync(program, args, {stdio: 'inherit', cwd: root, ...options});
  if (error !== undefined) {
    console.error(`portpar: ${program} could not be started: ${error.message}`);
    process.exit(69);
  }
  if (status !== 0) process.exit(status ?? 1);
}

function has(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`], {stdio: 'ignore'}).status === 0;
}

function isBsdMake(program) {
  return (
    has(program) && spawnSync(program, ['-f', '/dev/null', '-V', 'MAKE'], {stdio: 'ignore'}).status === 0
  );
}

/** Installs node modules, a BSD make, GNU make and a C compiler where they are missing, and says so in one line each. */
export function installPrerequisites() {
  if (
    !existsSync(`${root}node_modules/.package-lock.json`) ||
    isOlder('node_modules/.package-lock.json', 'package-lock.json')
  ) {
    console.log('portpar: installing node modules (npm ci)');
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts']);
  }
  const missing = [];
  if (!isBsdMake('make') && !isBsdMake('bmake')) missing.push('bmake');
  // Some ports are built by GNU make, which shares its job tokens.
  if (!has('gmake')) missing.push('make');
  if (!has('cc')) missing.push('gcc', 'libc6-dev');
  if (!has('ps')) missing.push('procps');
  if (missing.length > 0) installPackages(missing);
}

function isOlder(one, other) {
  return statSync(`${root}${one}`).mtimeMs < statSync(`${root}${other}`).mtimeMs;
}

function installPackages(names) {
  console.log(`portpar: installing ${names.join(', ')} (apt-get)`);
  if (!has('apt-get')) {
    console.error(
      `portpar: please install ${names.join(', ')} with this system's package manager, and try again`,
    );
    process.exit(69);
  }
  const sudo = process.getuid() === 0 ? [] : ['sudo'];
  const apt = (...args) => {
    const [program, ...rest] = [...sudo, 'apt-get', ...args];
    run(program, rest, {
      env: {...process.env, DEBIAN_FRONTEND: 'noninteractive'},
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  };
  apt('-q', 'update');
  apt('-q', '-y', '--no-install-recommends', 'install', ...names);
}

/** Compiles portpar and its tests. */
export function build() {
  run('npm', ['run', '--silent', 'build', '--loglevel=error']);
}
