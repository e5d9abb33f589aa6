import {mkdirSync} from 'node:fs';
import {join, relative} from 'node:path';
import {obey} from './remote.js';
import {filesOf, packageText, readState, readWorld, replaceFile, type FakePort} from './world.js';

/**
 * The stand-in for make(1), for what takes time: `make.js CONTROL -C DIRECTORY [NAME=VALUE …] TARGET …`. It does what the
 * test says; its own work is to print, and with the target `package` to write the package file.
 */
const [control = '', ...argv] = process.argv.slice(2);
const world = readWorld(control);
const {FLAVOR: flavor, PORTSDIR: portsDirectory = ''} = process.env;

await obey(world.socket, {program: 'make', argv}, () => {
  const port = findPort();
  for (const target of targets()) {
    process.stdout.write(`===>  ${target} for ${port.name}-${port.version}\n`);
    if (target === 'package') writePackage(port);
  }
});

function findPort(): FakePort {
  const directory = relative(portsDirectory, argv[1] ?? '');
  const origin = flavor === undefined ? directory : `${directory}@${flavor}`;
  const port = world.ports.find((candidate) => candidate.origin === origin);
  if (port === undefined) throw new Error(`The world of this test has no port ${origin}`);
  return port;
}

function targets(): string[] {
  return argv.slice(2).filter((word) => /^[a-z]/.test(word) && !word.includes('='));
}

/** As the framework does, names only those dependencies in the package that are installed at this moment. */
function writePackage(port: FakePort): void {
  const packages = argv.find((word) => word.startsWith('PACKAGES='))?.slice('PACKAGES='.length) ?? '';
  const installed = new Set(readState(control).packages.map(({name}) => name));
  mkdirSync(join(packages, 'All'), {recursive: true});
  replaceFile(
    join(packages, 'All', `${port.name}-${port.version}.pkg`),
    packageText({
      name: port.name,
      version: port.version,
      origin: port.origin.replace(/@.*$/, ''),
      automatic: false,
      locked: false,
      annotations: {build_timestamp: 'now', ...(port.flavor === undefined ? {} : {flavor: port.flavor})},
      dependencies: port.runNeeds.filter((name) => installed.has(name)),
      files: filesOf(world.prefix, port.name, port.version),
      message: port.message ?? '',
      conflicts: port.conflicts,
    }),
  );
}
