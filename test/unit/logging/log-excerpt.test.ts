import assert from 'node:assert/strict';
import {test} from 'node:test';
import {excerptOf} from '../../../src/logging/log-excerpt.js';

/** Logs in the manner of real ones, and what of them is shown. */
const cases: readonly {readonly name: string; readonly log: string; readonly excerpt: readonly string[]}[] = [
  {
    name: 'clang, in a parallel make that goes on for a while',
    log: `===>  Building for foo-1.3
gmake[2]: Entering directory '/usr/ports/www/foo/work/foo-1.3/src'
cc -O2 -pipe -Werror -Wno-error=deprecated -c main.c -o main.o
cc -O2 -pipe -Werror -c error.c -o error.o
main.c:10:9: warning: unused variable 'y' [-Wunused-variable]
  int y;
      ^
main.c:12:3: error: use of undeclared identifier 'x'
  x = 1;
  ^
cc -O2 -pipe -c other.c -o other.o
main.c:14:5: error: call to undeclared function 'frob'; ISO C99 and later do not support implicit function declarations
    frob(2);
    ^
2 errors generated.
gmake[2]: *** [Makefile:7: main.o] Error 1
gmake[2]: *** Waiting for unfinished jobs....
gmake[2]: Leaving directory '/usr/ports/www/foo/work/foo-1.3/src'
*** Error code 1

Stop.
make: stopped in /usr/ports/www/foo
`,
    excerpt: [
      "main.c:12:3: error: use of undeclared identifier 'x'",
      '  x = 1;',
      "main.c:14:5: error: call to undeclared function 'frob'; ISO C99 and later do not support implicit function declarations",
      '    frob(2);',
    ],
  },
  {
    name: 'gcc and a header that is missing',
    log: `In file included from a.c:1:
a.h:3:10: fatal error: zlib.h: No such file or directory
    3 | #include <zlib.h>
      |          ^~~~~~~~
compilation terminated.
*** Error code 1
`,
    excerpt: ['a.h:3:10: fatal error: zlib.h: No such file or directory', '    3 | #include <zlib.h>'],
  },
  {
    name: 'gcc, where a warning counts as an error',
    log: `gcc -Wall -Werror -c a.c
a.c:2:7: error: unused variable 'x' [-Werror=unused-variable]
    2 |   int x;
cc1: all warnings being treated as errors
gmake: *** [Makefile:7: a.o] Error 1
`,
    excerpt: ["a.c:2:7: error: unused variable 'x' [-Werror=unused-variable]", '    2 |   int x;'],
  },
  {
    name: 'GNU ld',
    log: `cc -o foo main.o
/usr/bin/ld: main.o: in function \`main':
main.c:(.text+0x5): undefined reference to \`bar_init'
collect2: error: ld returned 1 exit status
*** Error code 1
`,
    excerpt: [
      "/usr/bin/ld: main.o: in function `main':",
      "main.c:(.text+0x5): undefined reference to `bar_init'",
      'collect2: error: ld returned 1 exit status',
    ],
  },
  {
    name: 'lld',
    log: `cc -o foo main.o
ld: error: undefined symbol: bar_init
>>> referenced by main.c:3
>>>               main.o:(main)
cc: error: linker command failed with exit code 1 (use -v to see invocation)
*** Error code 1
`,
    excerpt: [
      'ld: error: undefined symbol: bar_init',
      '>>> referenced by main.c:3',
      'cc: error: linker command failed with exit code 1 (use -v to see invocation)',
    ],
  },
  {
    name: 'only make knows',
    log: `===>  Staging for foo-1.3
install: something odd
*** Error code 64

Stop.
make[1]: stopped in /usr/ports/www/foo
*** Error code 1

Stop.
`,
    excerpt: ['install: something odd', '*** Error code 64', '*** Error code 1'],
  },
  {
    name: 'an error code that make ignores is none',
    log: `rm /nowhere
*** Error code 1 (ignored)
cc -c x.c
x.c:1:1: error: unknown type name 'itn'
itn main;
`,
    excerpt: ["x.c:1:1: error: unknown type name 'itn'", 'itn main;'],
  },
  {
    name: 'CMake',
    log: `-- Looking for error_at_line
-- Performing Test HAVE_ERROR - Failed
CMake Error at CMakeLists.txt:12 (find_package):
  By not providing "FindQt6.cmake" in CMAKE_MODULE_PATH this project has
  asked CMake to find a package configuration file provided by "Qt6", but

  CMake did not find one.
-- Configuring incomplete, errors occurred!
`,
    excerpt: [
      'CMake Error at CMakeLists.txt:12 (find_package):',
      '  By not providing "FindQt6.cmake" in CMAKE_MODULE_PATH this project has',
      '  asked CMake to find a package configuration file provided by "Qt6", but',
    ],
  },
  {
    name: 'configure',
    log: `checking for error... no
checking whether errors are fatal... yes
configure: WARNING: error messages will be plain
checking for libfoo >= 2... no
configure: error: libfoo 2 or newer is required
===>  Script "configure" failed unexpectedly.
Please report the problem to someone@example.org
*** Error code 1
`,
    excerpt: ['checking for libfoo >= 2... no', 'configure: error: libfoo 2 or newer is required'],
  },
  {
    name: 'meson',
    log: `Run-time dependency glib-2.0 found: NO (tried pkgconfig and cmake)

../foo/meson.build:31:10: ERROR: Dependency "glib-2.0" not found, tried pkgconfig and cmake
A full log can be found at meson-log.txt
`,
    excerpt: ['../foo/meson.build:31:10: ERROR: Dependency "glib-2.0" not found, tried pkgconfig and cmake'],
  },
  {
    name: 'a wrong checksum',
    log: `===>  License BSD2CLAUSE accepted by the user
=> foo-1.3.tar.gz doesn't seem to exist in /usr/ports/distfiles/.
=> Attempting to fetch https://example.org/foo-1.3.tar.gz
foo-1.3.tar.gz          10% of 1234 kB\rfoo-1.3.tar.gz         100% of 1234 kB
===> Fetching all distfiles required by foo-1.3 for building
=> SHA256 Checksum mismatch for foo-1.3.tar.gz.
===> Giving up on fetching files: foo-1.3.tar.gz
*** Error code 1
`,
    excerpt: ['=> SHA256 Checksum mismatch for foo-1.3.tar.gz.'],
  },
  {
    name: 'no site has the file',
    log: `=> Attempting to fetch https://example.org/foo-1.3.tar.gz
fetch: https://example.org/foo-1.3.tar.gz: Not Found
=> Couldn't fetch it - please try to retrieve this
=> port manually into /usr/ports/distfiles/ and try again.
*** Error code 1
`,
    excerpt: [
      'fetch: https://example.org/foo-1.3.tar.gz: Not Found',
      "=> Couldn't fetch it - please try to retrieve this",
    ],
  },
  {
    name: 'a full disk',
    log: `cc -c a.c
/tmp/a-1.s: fatal error: can't write: No space left on device
*** Error code 1
`,
    excerpt: ["/tmp/a-1.s: fatal error: can't write: No space left on device"],
  },
  {
    name: 'Python, with a long traceback',
    log: `running build
Traceback (most recent call last):
  File "setup.py", line 3, in <module>
    setup()
  File "/usr/local/lib/python3.11/site.py", line 99, in setup
    import frob
ModuleNotFoundError: No module named 'frob'
*** Error code 1
`,
    excerpt: [
      'Traceback (most recent call last):',
      '  File "/usr/local/lib/python3.11/site.py", line 99, in setup',
      '    import frob',
      "ModuleNotFoundError: No module named 'frob'",
    ],
  },
  {
    name: 'rustc',
    log: `   Compiling foo v1.3.0
\u001B[0m\u001B[1m\u001B[38;5;9merror[E0425]\u001B[0m\u001B[1m: cannot find value \`x\` in this scope\u001B[0m
 --> src/main.rs:2:5
  |
2 |     x
error: could not compile \`foo\` (bin "foo") due to 1 previous error
`,
    excerpt: [
      'error[E0425]: cannot find value `x` in this scope',
      ' --> src/main.rs:2:5',
      'error: could not compile `foo` (bin "foo") due to 1 previous error',
    ],
  },
  {
    name: 'a panic in a build script',
    log: `   Running build.rs
thread 'main' panicked at build.rs:10:5:
called \`Result::unwrap()\` on an \`Err\` value: NotFound
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace
`,
    excerpt: [
      "thread 'main' panicked at build.rs:10:5:",
      'called `Result::unwrap()` on an `Err` value: NotFound',
    ],
  },
  {
    name: 'ninja, when the command itself said nothing',
    log: `[1/9] cc a.c
[2/9] gen table
FAILED: table.c
/bin/gen --out table.c
ninja: build stopped: subcommand failed.
`,
    excerpt: ['FAILED: table.c', '/bin/gen --out table.c', 'ninja: build stopped: subcommand failed.'],
  },
  {
    name: 'GNU make in need of a separator',
    log: `Makefile:12: *** missing separator.  Stop.
*** Error code 2
`,
    excerpt: ['Makefile:12: *** missing separator.  Stop.'],
  },
  {
    name: 'BSD make without a rule',
    log: `make: don't know how to make frob. Stop
make: stopped in /usr/ports/www/foo
`,
    excerpt: ["make: don't know how to make frob. Stop"],
  },
  {
    name: 'two packages that own one file',
    log: `Installing foo-1.3...
pkg-static: foo-1.3 conflicts with bar-2 (installs files into the same place).  Problematic file: /usr/local/bin/x
*** Error code 70
`,
    excerpt: [
      'pkg-static: foo-1.3 conflicts with bar-2 (installs files into the same place).  Problematic file: /usr/local/bin/x',
    ],
  },
  {
    name: 'the compiler was killed',
    log: `c++ -c big.cc
c++: fatal error: Killed signal terminated program cc1plus
compilation terminated.
`,
    excerpt: ['c++: fatal error: Killed signal terminated program cc1plus'],
  },
  {
    name: 'a port that refuses',
    log: `===>  foo-1.3 is marked as broken: does not build on this system.
*** Error code 1
`,
    excerpt: ['===>  foo-1.3 is marked as broken: does not build on this system.'],
  },
  {
    name: 'nothing that looks like an error: the last lines',
    log: `one

two
three
four

five
six
seven
`,
    excerpt: ['two', 'three', 'four', 'five', 'six', 'seven'],
  },
  {name: 'an empty log', log: '\n\n', excerpt: []},
];

for (const {name, log, excerpt} of cases) {
  test(`An excerpt of a log: ${name}`, () => {
    assert.deepEqual(excerptOf(log), excerpt);
  });
}

test('An excerpt has six lines at most, the first ones', () => {
  const log = Array.from({length: 100}, (_, index) => `a.c:${index}:1: error: number ${index}\n  code`).join(
    '\n',
  );
  assert.deepEqual(excerptOf(log), [
    'a.c:0:1: error: number 0',
    '  code',
    'a.c:1:1: error: number 1',
    '  code',
    'a.c:2:1: error: number 2',
    '  code',
  ]);
});

test('A line of a log is cut at 300 characters', () => {
  assert.deepEqual(
    excerptOf(`a.c:1:1: error: ${'x'.repeat(5000)}`).map((line) => line.length),
    [300],
  );
});
