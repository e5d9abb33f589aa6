import type {SandboxPort} from './port-model.js';
import {librarySources} from './port-sources.js';
import {lib, type Release} from './ports-release.js';

/** Libraries: a trunk with many dependents, one whose soname changes, and one that stays as it is. */
export function libraryPorts(release: Release): readonly SandboxPort[] {
  const {vec, tok, fix} = release;
  return [
    {
      origin: 'devel/libvec',
      name: 'libvec',
      version: vec.version,
      comment: 'Growing arrays',
      dependencies: [],
      sources: librarySources({
        name: 'vec',
        version: vec.version,
        generation: vec.generation,
        abi: 1,
        uses: [],
      }),
    },
    {
      origin: 'textproc/libtok',
      name: 'libtok',
      version: tok.version,
      comment: 'Splits text into tokens',
      dependencies: [lib('vec', 'devel/libvec')],
      sources: librarySources({...tok, name: 'tok', uses: [{name: 'vec', generation: vec.generation}]}),
    },
    {
      origin: 'archivers/librle',
      name: 'librle',
      version: '2.1',
      comment: 'Run-length compression',
      dependencies: [],
      sources: librarySources({name: 'rle', version: '2.1', generation: 1, abi: 2, uses: []}),
    },
    {
      origin: 'math/libfix',
      name: 'libfix',
      version: fix.version,
      comment: 'Fixed-point arithmetic',
      dependencies: [],
      distSubdirectory: 'fix',
      sources: librarySources({...fix, name: 'fix', abi: 3, uses: []}),
    },
    {
      // Only its revision changes: it has to be built again because of libtok's new soname.
      origin: 'devel/libcalc',
      name: 'libcalc',
      version: '4.2',
      revision: release.number,
      comment: 'Evaluates arithmetic in texts',
      dependencies: [lib('tok', 'textproc/libtok', tok.abi), lib('fix', 'math/libfix')],
      sources: librarySources({
        name: 'calc',
        version: '4.2',
        generation: 1,
        abi: 4,
        uses: [
          {name: 'tok', generation: 1},
          {name: 'fix', generation: 1},
        ],
      }),
    },
  ];
}
