import type {Generation, SandboxPort, SandboxTree} from './port-model.js';
import {librarySources, programSources} from './port-sources.js';
import {libraryPorts} from './ports-libraries.js';
import {programPorts} from './ports-programs.js';
import {lib, newRelease, oldRelease, type Release} from './ports-release.js';
import {toolPorts} from './ports-tools.js';

/** Ports that only one of the generations has. */
const onlyOld: readonly SandboxPort[] = [
  {
    origin: 'net/oldwire',
    name: 'oldwire',
    version: '1.8',
    comment: 'Talks to wires',
    dependencies: [lib('vec', 'devel/libvec')],
    sources: programSources({
      name: 'oldwire',
      version: '1.8',
      generation: 1,
      uses: [{name: 'vec', generation: 1}],
    }),
  },
  {
    origin: 'misc/gone',
    name: 'gone',
    version: '0.3',
    comment: 'Was nice to have',
    dependencies: [],
    sources: programSources({name: 'gone', version: '0.3', generation: 1, uses: []}),
  },
];
const onlyNew: readonly SandboxPort[] = [
  {
    origin: 'net/newwire',
    name: 'newwire',
    version: '2.0',
    comment: 'Talks to wires',
    dependencies: [lib('vec', 'devel/libvec')],
    sources: programSources({
      name: 'newwire',
      version: '2.0',
      generation: 1,
      uses: [{name: 'vec', generation: 2}],
    }),
  },
  {
    origin: 'textproc/libmark',
    name: 'libmark',
    version: '0.1',
    comment: 'Marks up texts',
    dependencies: [lib('tok', 'textproc/libtok', 1)],
    sources: librarySources({
      name: 'mark',
      version: '0.1',
      generation: 1,
      abi: 0,
      uses: [{name: 'tok', generation: 2}],
    }),
  },
];

function generation(release: Release, others: readonly SandboxPort[], moved: readonly string[]): Generation {
  const ports = [...libraryPorts(release), ...toolPorts(release), ...programPorts(release), ...others];
  return {ports, moved};
}

/** The sandbox's own ports: one oddity of real ports trees in each. */
export function handMadeTree(): SandboxTree {
  return {
    old: generation(oldRelease, onlyOld, []),
    new: generation(newRelease, onlyNew, [
      'net/oldwire|net/newwire|2023-07-01|Renamed by its author',
      'misc/gone||2023-07-15|Has expired: nobody used it',
    ]),
    wanted: [
      'textproc/wordfreq',
      'textproc/report',
      'misc/greet',
      'sysutils/loglint',
      'misc/notes',
      'misc/legacy',
      'games/dicebox',
      'www/sitegen',
      'net/oldwire',
      'misc/gone',
      'archivers/unrle',
    ],
  };
}
