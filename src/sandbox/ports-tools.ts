import type {SandboxPort} from './port-model.js';
import {librarySources, programSources, scriptSources} from './port-sources.js';
import {codeGeneratorSources, generatedProgramSources} from './ports-generated-code.js';
import {build, lib, run, type Release} from './ports-release.js';

/** Build tools: a code generator with a library behind it, and a wrapper around it that stays as it is. */
export function toolPorts({gen, vec}: Release): readonly SandboxPort[] {
  return [
    {
      origin: 'devel/libgenrt',
      name: 'libgenrt',
      version: gen.version,
      comment: 'Run-time library of codegen',
      dependencies: [],
      sources: librarySources({...gen, name: 'genrt', abi: 1, uses: []}),
    },
    {
      origin: 'devel/codegen',
      name: 'codegen',
      version: gen.version,
      comment: 'Makes C of tables',
      dependencies: [lib('genrt', 'devel/libgenrt')],
      sources: codeGeneratorSources(gen),
    },
    {
      // Up to date, but it runs codegen: what is built with it has to wait for the new codegen all the same.
      origin: 'devel/genwrap',
      name: 'genwrap',
      version: '1.1',
      comment: 'Runs codegen on several tables',
      dependencies: [run('LOCALBASE/bin/codegen:devel/codegen')],
      sources: scriptSources(
        {name: 'genwrap', version: '1.1'},
        'set -e\nfor table; do\n\t@PREFIX@/bin/codegen < "$table" > "${table%.def}.c"\ndone\n',
      ),
    },
    {
      origin: 'archivers/unrle',
      name: 'unrle',
      version: '2.1',
      revision: 1,
      comment: 'Unpacks run-length compressed files',
      dependencies: [lib('rle', 'archivers/librle')],
      sources: programSources({
        name: 'unrle',
        version: '2.1',
        generation: 1,
        uses: [{name: 'rle', generation: 1}],
      }),
    },
    {
      origin: 'lang/minilang',
      name: 'minilang',
      // The numbering started anew, hence the epoch.
      ...(gen.generation === 1 ? {version: '2023.1'} : {version: '3.1', epoch: 1}),
      comment: 'A very small language',
      dependencies: [lib('vec', 'devel/libvec'), build('codegen:devel/codegen')],
      sources: generatedProgramSources({
        name: 'minilang',
        version: gen.generation === 1 ? '2023.1' : '3.1',
        tool: 'codegen < table.def > table.c',
        generation: gen.generation,
        uses: [{name: 'vec', generation: vec.generation}],
      }),
    },
  ];
}
