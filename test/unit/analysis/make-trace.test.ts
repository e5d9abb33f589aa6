import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {parseTrace, withoutTrace} from '../../../src/analysis/make-trace.js';

// As bmake 20200710 and the makes of FreeBSD print it with -dd (dir.c).
const trace = `Caching /ports/a/b ...done
Searching for sys.debug.mk ...
   /work/mk ...
   /usr/share/mk ...
   returning /usr/share/mk/sys.debug.mk
Searching for sys/x.mk ...
   Trying subdirectories...
checking sys/x.mk ...
checking /usr/share/mk/sys/x.mk ...
   Checked . already, returning NULL
Searching for /local/bin/perl ...
   Trying exact path matches...
   /ports/a/b ...
   Looking for "/local/bin/perl" ...
   failed. Returning NULL
Searching for /ports/a/b/Makefile.local ...
   Trying exact path matches...
   /ports/a/b ...
   must be here but isn't -- returning
make: "/ports/a/b/Makefile" line 3: Malformed conditional (x)
Searching for /ports/Mk/bsd.port.mk ...
   Looking for "/ports/Mk/bsd.port.mk" ...
   Caching 18:20:57 Nov 20, 2026 for /ports/Mk/bsd.port.mk
`;

describe('the trace of make', () => {
  test('tells every path that was looked for, and which of them were not there', () => {
    const found = parseTrace(trace, '/ports/a/b');
    assert.deepEqual([...(found?.probes ?? [])].sort(), [
      '/local/bin/perl',
      '/ports/Mk/bsd.port.mk',
      '/ports/a/b/Makefile.local',
      '/ports/a/b/sys.debug.mk',
      '/ports/a/b/sys/x.mk',
      '/usr/share/mk/sys.debug.mk',
      '/usr/share/mk/sys.mk',
      '/usr/share/mk/sys/x.mk',
      '/work/mk/sys.debug.mk',
      '/work/mk/sys.mk',
    ]);
    assert.deepEqual([...(found?.absent ?? [])], ['/local/bin/perl', '/ports/a/b/Makefile.local']);
  });

  test('is none where make printed none: then nothing is known', () => {
    assert.equal(parseTrace('make: something\n', '/ports/a/b'), undefined);
    assert.equal(parseTrace('', '/ports/a/b'), undefined);
  });

  test('leaves make’s own words', () => {
    assert.equal(withoutTrace(trace).trim(), 'make: "/ports/a/b/Makefile" line 3: Malformed conditional (x)');
  });
});
