import type {SandboxPort} from './port-model.js';
import {dataSources, programSources, scriptSources} from './port-sources.js';
import {generatedProgramSources} from './ports-generated-code.js';
import {build, lib, run, type Release} from './ports-release.js';

/** Programs that use the rest: with flavors, with a message, in shell, with every kind of dependency pattern. */
export function programPorts(release: Release): readonly SandboxPort[] {
  const {vec, tok, fix, gen} = release;
  const next = release.number === 2;
  const tokens = [lib('tok', 'textproc/libtok', tok.abi), lib('vec', 'devel/libvec')];
  const tokenUses = [
    {name: 'tok', generation: tok.generation},
    {name: 'vec', generation: vec.generation},
  ];
  return [
    {
      origin: 'textproc/wordfreq',
      name: 'wordfreq',
      version: next ? '2.0' : '1.9.9',
      ...(next ? {} : {revision: 3}),
      comment: 'Counts words',
      dependencies: tokens,
      sources: programSources({
        name: 'wordfreq',
        version: next ? '2.0' : '1.9.9',
        generation: 1,
        uses: tokenUses,
      }),
    },
    {
      origin: 'textproc/report',
      name: 'report',
      version: next ? '0.6' : '0.5',
      comment: 'Makes tables of texts',
      dependencies: [build('genwrap:devel/genwrap'), lib('calc', 'devel/libcalc')],
      sources: generatedProgramSources({
        name: 'report',
        version: next ? '0.6' : '0.5',
        tool: 'genwrap table.def',
        generation: gen.generation,
        uses: [{name: 'calc', generation: 1}],
      }),
    },
    {
      origin: 'misc/greet',
      name: 'greet',
      version: next ? '5.1' : '5.0',
      comment: 'Says hello, plainly or not',
      dependencies: [],
      flavors: [
        {name: 'plain', suffix: '', dependencies: []},
        {
          name: 'fancy',
          suffix: '-fancy',
          dependencies: [lib('fix', 'math/libfix')],
          makeArguments: `PROGRAM=greet-fancy LIBRARIES="-DFANCY -lfix"`,
        },
      ],
      sources: flavoredSources(next ? '5.1' : '5.0', fix.generation),
    },
    {
      origin: 'sysutils/loglint',
      name: 'loglint',
      version: next ? '1.2' : '1.1',
      comment: 'Looks through log files',
      dependencies: [
        run('wordfreq>=1:textproc/wordfreq'),
        run('LOCALBASE/share/colors/palette.txt:misc/colors'),
      ],
      sources: scriptSources({name: 'loglint', version: next ? '1.2' : '1.1'}, '@PREFIX@/bin/wordfreq\n'),
    },
    {
      origin: 'misc/colors',
      name: 'colors',
      version: '2023.05',
      comment: 'Names of colors',
      dependencies: [],
      sources: dataSources({'share/colors/palette.txt': 'red\ngreen\nblue\n'}),
    },
    {
      origin: 'misc/notes',
      name: 'notes',
      version: next ? '3.3' : '3.2',
      comment: 'Keeps notes',
      dependencies: [lib('rle', 'archivers/librle'), {kind: 'extract', line: 'unrle:archivers/unrle'}],
      message: next
        ? 'Notes are now kept in ~/.notes.d; move them there with `notes -m`.'
        : 'Notes are kept in ~/.notes.',
      sources: programSources({
        name: 'notes',
        version: next ? '3.3' : '3.2',
        generation: 1,
        uses: [{name: 'rle', generation: 1}],
      }),
    },
    {
      origin: 'misc/legacy',
      name: 'legacy',
      version: next ? '0.2' : '0.1',
      comment: 'A program nobody looks after',
      dependencies: [{kind: 'patch', line: 'genwrap>0:devel/genwrap'}],
      makefile: next
        ? [
            'DEPRECATED=\tNobody looks after it any more',
            'EXPIRATION_DATE=\t2099-12-31',
            'MAKE_JOBS_UNSAFE=\tyes',
            '',
          ]
        : [],
      sources: programSources({name: 'legacy', version: next ? '0.2' : '0.1', generation: 1, uses: []}),
    },
    {
      origin: 'games/dicebox',
      name: 'dicebox',
      version: next ? '1.1' : '1.0',
      comment: 'Rolls dice',
      dependencies: [lib('fix', 'math/libfix')],
      makefile: next ? ['IGNORE=\t\tneeds dice that are not made any more', ''] : [],
      sources: programSources({
        name: 'dicebox',
        version: next ? '1.1' : '1.0',
        generation: 1,
        uses: [{name: 'fix', generation: 1}],
      }),
    },
    {
      origin: 'www/sitegen',
      name: 'sitegen',
      version: next ? '7.0' : '6.4',
      comment: 'Makes web sites of notes',
      dependencies: [
        {kind: 'fetch', line: 'unrle:archivers/unrle'},
        build('minilang>0:lang/minilang'),
        lib('calc', 'devel/libcalc'),
        ...(next ? [lib('mark', 'textproc/libmark')] : []),
        run('minilang:lang/minilang'),
        run('greet-fancy:misc/greet@fancy'),
        run('LOCALBASE/share/colors/palette.txt:misc/colors'),
      ],
      sources: programSources({
        name: 'sitegen',
        version: next ? '7.0' : '6.4',
        generation: 1,
        uses: [{name: 'calc', generation: 1}, ...(next ? [{name: 'mark', generation: 1}] : [])],
      }),
    },
  ];
}

/** Two flavors of one source: the fancy one is linked with a library. */
function flavoredSources(version: string, fixGeneration: number): Readonly<Record<string, string>> {
  return {
    Makefile:
      'PROGRAM=\tgreet\n\nall: $(PROGRAM)\n\n$(PROGRAM): main.c\n' +
      '\t$(CC) $(CFLAGS) -I$(LOCALBASE)/include -o $@ main.c -L$(LOCALBASE)/lib -Wl,-rpath,$(LOCALBASE)/lib $(LIBRARIES)\n\n' +
      'install:\n\tmkdir -p $(DESTDIR)$(PREFIX)/bin\n\tinstall -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/$(PROGRAM)\n',
    'main.c':
      '#include <stdio.h>\n#ifdef FANCY\n#include "fix.h"\n#endif\n\nint main(void)\n{\n#ifdef FANCY\n' +
      `\tprintf("greet-fancy ${version} [%s] (level %d)\\n", fix_describe(), fix_level_${fixGeneration}());\n#else\n` +
      `\tputs("greet ${version}");\n#endif\n\treturn 0;\n}\n`,
  };
}
