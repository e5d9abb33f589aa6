import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {ranOutOfMemory, secondTryOf, type FailedTry} from '../../../src/execution/second-try.js';
import {sitesNotAsked} from '../../../src/execution/second-try-sites.js';
import type {CommandOutcome} from '../../../src/model/command.js';

const failed: CommandOutcome = {kind: 'exited', status: 1};

function decide(more: Partial<FailedTry>): string | undefined {
  return secondTryOf({
    phase: 'build',
    outcome: failed,
    tail: '',
    wasBuilding: true,
    wasParallel: true,
    ...more,
  });
}

describe('whether a failed phase is worth a second try', () => {
  test('depends on what a build was doing', () => {
    assert.equal(decide({}), 'one-job');
    assert.equal(decide({wasParallel: false}), undefined);
    assert.equal(decide({wasBuilding: false}), undefined);
  });

  test('is decided by memory before all else', () => {
    const killed: CommandOutcome = {kind: 'signalled', signal: 'SIGKILL'};
    assert.equal(decide({outcome: killed}), 'alone');
    assert.equal(decide({outcome: killed, wasParallel: false, wasBuilding: false}), 'alone');
    assert.equal(decide({outcome: {kind: 'signalled', signal: 'SIGSEGV'}}), 'one-job');
  });

  test('is no where portpar stopped it, make is missing, or nothing failed', () => {
    const outcomes: CommandOutcome[] = [
      {kind: 'stopped'},
      {kind: 'not-started', code: 'ENOENT'},
      {kind: 'exited', status: 0},
    ];
    for (const outcome of outcomes) assert.equal(decide({outcome}), undefined);
  });

  test('is no for packages and installations', () => {
    assert.equal(decide({phase: 'package'}), undefined);
    assert.equal(decide({phase: 'install', tail: 'Killed'}), undefined);
  });

  test('is yes for a fetch, unless no site can help', () => {
    assert.equal(decide({phase: 'fetch'}), 'other-site');
    assert.equal(
      decide({phase: 'fetch', tail: '=> SHA256 Checksum mismatch for foo.tar.gz.\n'}),
      'other-site',
    );
    for (const line of [
      '=> foo.tar.gz is not in /usr/ports/www/foo/distinfo.',
      '=> /usr/ports/distfiles is not writable by you; cannot fetch.',
      '=> /usr/ports/distfiles/foo.tar.gz is a broken symlink.',
      '=> No suitable checksum found for foo.tar.gz.',
      '=> No SHA256 checksum recorded for foo.tar.gz.',
    ]) {
      assert.equal(decide({phase: 'fetch', tail: `before\n${line}\nafter\n`}), undefined, line);
    }
  });
});

describe('that memory ran out', () => {
  for (const line of [
    'c++: fatal error: Killed signal terminated program cc1plus',
    'gcc12: fatal error: Killed signal terminated program cc1',
    'g++: internal compiler error: Killed (program cc1plus)',
    'c++: error: unable to execute command: Killed',
    'clang-15: error: unable to execute command: Killed',
    'collect2: fatal error: ld terminated with signal 9 [Killed]',
    'collect2: error: ld terminated with signal 9 [Killed]',
    'virtual memory exhausted: Cannot allocate memory',
    'cc1plus: out of memory allocating 65536 bytes after a total of 123456789 bytes',
    "terminate called after throwing an instance of 'std::bad_alloc'",
    'libc++abi: terminating due to uncaught exception of type std::bad_alloc: std::bad_alloc',
    'LLVM ERROR: out of memory',
    'LLVM ERROR: out of memory Allocation failed',
    'ld.lld: error: failed to open build/lib.so: Cannot allocate memory',
    '/usr/bin/ld: final link failed: memory exhausted',
    '/usr/local/bin/ld: out of memory allocating 4064 bytes after a total of 1073741824 bytes',
    'memory allocation of 536870912 bytes failed',
    "  process didn't exit successfully: `rustc --crate-name foo src/lib.rs` (signal: 9, SIGKILL: kill)",
    'fatal error: runtime: out of memory',
    'runtime: cannot allocate memory',
    'go build github.com/foo/bar: /usr/local/go/pkg/tool/freebsd_amd64/compile: signal: killed',
    '# There is insufficient memory for the Java Runtime Environment to continue.',
    'Could not reserve enough space for 2097152KB object heap',
    'Killed',
    './build.sh: line 12:  4711 Killed                  cc -c foo.c',
    'gmake[2]: *** [Makefile:123: foo.o] Killed',
    'gmake[2]: *** [CMakeFiles/foo.dir/build.make:76: CMakeFiles/foo.dir/foo.cpp.o] Error 137',
    '*** Signal 9',
    '*** [foo.o] Error code 137',
    'sh: fork: Cannot allocate memory',
    'make: vfork: Cannot allocate memory',
    './configure: Cannot fork: Cannot allocate memory',
  ]) {
    test(`is told by: ${line}`, () => {
      assert.ok(
        ranOutOfMemory(failed, `cc -c foo.c\n${line}\ngmake[1]: *** [all] Error 2\n*** Error code 1\n`),
      );
    });
  }

  for (const line of [
    'foo.c:3:5: error: use of undeclared identifier',
    'cc -c test_out_of_memory.c',
    '  out of memory handling ... ok',
    'checking for working std::bad_alloc... yes',
    'catch (std::bad_alloc const &) {',
    'PASS: malloc/cannot_allocate_memory',
    "warning: 'Killed' defined but not used",
    'note: Killed Monsters is a game',
    'The process was Killed by the user',
    'java.lang.OutOfMemoryError: Java heap space',
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    'gmake[2]: *** [Makefile:1: foo.o] Error 1',
    '*** Signal 11',
    'c++: error: unable to execute command: Segmentation fault',
  ]) {
    test(`is not told by: ${line}`, () => {
      assert.equal(ranOutOfMemory(failed, `cc -c foo.c\n${line}\n*** Error code 1\n`), false);
    });
  }

  test('counts only near the end', () => {
    const killed = 'c++: fatal error: Killed signal terminated program cc1plus\n';
    assert.equal(ranOutOfMemory(failed, killed + 'cc -c foo.c\n'.repeat(200)), false);
    assert.ok(ranOutOfMemory(failed, killed + 'cc -c foo.c\n'.repeat(20)));
    assert.equal(ranOutOfMemory(failed, ''), false);
  });
});

describe('the sites for a second fetch', () => {
  const attempt = (address: string): string => `=> Attempting to fetch ${address}\n`;

  test('are those after the one that gave the wrong content', () => {
    const log = `${attempt('http://a/d/foo.tgz')}=> SHA256 Checksum mismatch for foo.tgz.\n`;
    const addresses = ['http://a/d/foo.tgz', 'http://b/foo.tgz', 'http://c/get?f=foo.tgz'];
    assert.deepEqual(sitesNotAsked(['foo.tgz'], addresses, log), ['http://b/', 'http://c/get?f=']);
  });

  test('are those of the file that is wrong, and of no other', () => {
    const log = [
      attempt('http://a/foo.tgz'),
      attempt('http://p/bar-foo.tgz'),
      '=> SHA256 Checksum OK for sub/foo.tgz.\n',
      '=> SHA256 Checksum mismatch for sub/bar-foo.tgz.\n',
    ].join('');
    const addresses = [
      'http://a/foo.tgz',
      'http://b/foo.tgz',
      'http://p/bar-foo.tgz',
      'http://q/bar-foo.tgz',
    ];
    assert.deepEqual(sitesNotAsked(['foo.tgz', 'bar-foo.tgz'], addresses, log), ['http://q/']);
  });

  test('are those of the file that was asked for last where no content was wrong', () => {
    const log = `${attempt('http://a/foo.tgz')}${attempt('http://p/bar.tgz')}=> Couldn't fetch it\n`;
    const addresses = ['http://a/foo.tgz', 'http://b/foo.tgz', 'http://p/bar.tgz', 'http://q/bar.tgz'];
    assert.deepEqual(sitesNotAsked(['foo.tgz', 'bar.tgz'], addresses, log), ['http://q/']);
  });

  test('are none where all were asked, or nothing is known', () => {
    const log = attempt('http://a/foo.tgz') + attempt('http://b/foo.tgz');
    assert.deepEqual(sitesNotAsked(['foo.tgz'], ['http://a/foo.tgz', 'http://b/foo.tgz'], log), []);
    assert.deepEqual(sitesNotAsked(['foo.tgz'], ['http://a/foo.tgz'], ''), []);
    assert.deepEqual(sitesNotAsked([], [], log), []);
  });
});
