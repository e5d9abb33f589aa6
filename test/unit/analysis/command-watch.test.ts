import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {unknownPart, watchCommand, wider} from '../../../src/analysis/command-watch.js';
import {scanMakefile, splitExpressions} from '../../../src/analysis/makefile-scan.js';

const places = {
  path: ['/l/bin', '/usr/bin'],
  directory: '/ports/a/b',
  exists: (path: string) => path === '/usr/bin/uname',
};
const watch = (text: string): ReturnType<typeof watchCommand> => watchCommand(text, places);

describe('what the output of a command depends on', () => {
  test('is a program, wherever on the path it may appear', () => {
    assert.deepEqual(watch('uname -r'), {
      paths: ['/l/bin/uname', '/usr/bin/uname'],
      contents: [],
      onPackages: undefined,
      isOpaque: false,
      makefiles: [],
    });
  });

  test('is each program of a pipe and each file that is named', () => {
    const {paths} = watch("/l/bin/mysql_config --version | /usr/bin/sed -e 's/x//' < files/list; cat /etc/x");
    for (const path of [
      '/l/bin/mysql_config',
      '/usr/bin/sed',
      '/ports/a/b/files/list',
      '/etc/x',
      '/l/bin/cat',
    ]) {
      assert.ok(paths.includes(path), path);
    }
  });

  test('is what a wrapper runs', () => {
    assert.ok(watch('env A=/x/y /l/bin/tool').paths.includes('/l/bin/tool'));
    assert.ok(watch('env A=/x/y /l/bin/tool').paths.includes('/x/y'));
    assert.ok(watch("sh -c 'tool'").paths.includes('/l/bin/tool'));
  });

  test('is the folder where a path is known in part', () => {
    assert.deepEqual(watch('test -S /tmp/.X/X$port').paths, ['/tmp/.X']);
    assert.ok(watch('cat /var/db/*.conf').paths.includes('/var/db'));
  });

  for (const [text, onPackages] of [
    ['/l/sbin/pkg -v', undefined],
    ['/l/sbin/pkg version -t 1.2 1.3', undefined],
    ['/l/sbin/pkg-static which -qo /l/lib/libcrypto.so || :', 'names'],
    ['/l/sbin/pkg info -aq | wc -l', 'all'],
    ['pkg_info 2>/dev/null | wc -l', 'all'],
    [unknownPart, 'all'],
    [`cat ${unknownPart}`, 'all'],
    ["/l/bin/python -c 'import sys; print(sys.prefix)'", undefined],
    ["/l/bin/python -c 'import yaml'", 'all'],
    ['/l/bin/perl -e \'printf "%vd", $^V;\'', undefined],
  ] as const) {
    test(`is ${onPackages ?? 'no package'} in ${JSON.stringify(text)}`, () => {
      assert.equal(watch(text).onPackages, onPackages);
    });
  }

  test('cannot be told of the time, of searches, of a checkout or the machine, and of a make that does more than answer', () => {
    for (const text of ['date +%Y', 'find /l -name x', 'make -C /x -V A', 'make all']) {
      assert.equal(watch(text).isOpaque, true, text);
    }
    for (const text of ['git rev-parse HEAD', 'svn info', 'hostname -s', 'kldstat -q -m elf32']) {
      assert.equal(watch(text).isOpaque, true, text);
    }
    assert.deepEqual(watch('make -f ../x/Makefile -V A').makefiles, ['/ports/a/x/Makefile']);
    assert.equal(watch('make -f ../x/Makefile -V A').isOpaque, false);
  });

  test('is the wider of two', () => {
    assert.equal(wider(undefined, 'names'), 'names');
    assert.equal(wider('names', 'all'), 'all');
    assert.equal(wider(undefined, undefined), undefined);
  });
});

describe('a makefile', () => {
  const scan = scanMakefile(String.raw`
# A!= comment
A!=	$(TOOL) -v | \
	cut -c1
.if exists(/x)
.  for x in a b
B=	$(:!echo $(x)!)
.  endfor
.endif
.sinclude "$(.CURDIR)/Makefile.x"
.-include <relative.mk>
.include "$(C)"
.undef D E
target:
	x != in a recipe
M=	C,x,y,:sh
N=	$(O:$(M))
.if $(P) != q
.endif
`);

  test('says which commands it runs, whole lines at a time', () => {
    assert.deepEqual(scan.commands, [
      {text: '$(TOOL) -v |  cut -c1', variable: 'A'},
      {text: 'echo $(x)'},
      {text: '${}', macro: 'M'},
    ]);
    assert.deepEqual([...scan.usedMacros], ['M']);
  });

  test('says which files it may read without a trace, what loops go through and what is taken back', () => {
    assert.deepEqual(scan.includes, ['$(.CURDIR)/Makefile.x']);
    assert.deepEqual(scan.loops.get('x'), ['a b']);
    assert.deepEqual([...scan.undefined], ['D', 'E']);
    assert.equal(scan.tellsTime, false);
    assert.equal(scanMakefile('A=\t${%Y:L:gmtime}\n').tellsTime, true);
  });

  test('has expressions, which are cut out of a text', () => {
    assert.deepEqual(splitExpressions('a $$b ${C:T}/$(D) $e ${F:${G}}'), [
      'a $b ',
      {raw: '${C:T}', variable: 'C'},
      '/',
      {raw: '$(D)', variable: 'D'},
      ' ',
      {raw: '$e', variable: 'e'},
      ' ',
      {raw: '${F:${G}}'},
    ]);
  });
});
