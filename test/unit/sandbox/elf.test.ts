import assert from 'node:assert/strict';
import {test} from 'node:test';
import {readElfLibraries} from '../../../src/sandbox/pkg/elf.js';
import {findSharedLibraries} from '../../../src/sandbox/pkg/shared-libraries.js';

interface Shape {
  readonly wide: boolean;
  readonly little: boolean;
}

/** A minimal ELF file: header, a string table, a dynamic section, and the table of these sections. */
function elfFile({wide, little}: Shape, entries: readonly (readonly [tag: number, text: string])[]): Buffer {
  const headerSize = wide ? 64 : 52;
  const sectionSize = wide ? 64 : 40;
  const word = wide ? 8 : 4;
  let strings = '\0';
  const numbers = entries.flatMap(([tag, text]) => {
    const at = strings.length;
    strings += `${text}\0`;
    return [tag, at];
  });
  numbers.push(0, 0);
  const stringsAt = headerSize;
  const dynamicAt = stringsAt + strings.length;
  const sectionsAt = dynamicAt + numbers.length * word;
  const file = Buffer.alloc(sectionsAt + 3 * sectionSize);
  const put = (at: number, size: number, value: number): void => {
    const bytes = Buffer.alloc(8);
    if (little) bytes.writeBigUInt64LE(BigInt(value));
    else bytes.writeBigUInt64BE(BigInt(value));
    (little ? bytes.subarray(0, size) : bytes.subarray(8 - size)).copy(file, at);
  };
  file.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2]);
  put(wide ? 40 : 32, word, sectionsAt);
  put(wide ? 58 : 46, 2, sectionSize);
  put(wide ? 60 : 48, 2, 3);
  file.write(strings, stringsAt, 'latin1');
  for (const [index, value] of numbers.entries()) put(dynamicAt + index * word, word, value);
  const section = (index: number, type: number, offset: number, size: number, link: number): void => {
    const at = sectionsAt + index * sectionSize;
    put(at + 4, 4, type);
    put(at + (wide ? 24 : 16), word, offset);
    put(at + (wide ? 32 : 20), word, size);
    put(at + (wide ? 40 : 24), 4, link);
  };
  section(1, 3, stringsAt, strings.length, 0);
  section(2, 6, dynamicAt, numbers.length * word, 1);
  return file;
}

const needed = 1;
const soname = 14;
const shapes: readonly Shape[] = [
  {wide: true, little: true},
  {wide: true, little: false},
  {wide: false, little: true},
  {wide: false, little: false},
];

for (const shape of shapes) {
  const name = `${shape.wide ? '64' : '32'}-bit ${shape.little ? 'little' : 'big'}-endian`;
  test(`${name} files tell their soname and what they need`, () => {
    const file = elfFile(shape, [
      [needed, 'libc.so.7'],
      [soname, 'libvec.so.1'],
      [needed, 'libm.so.5'],
    ]);
    assert.deepEqual(readElfLibraries(file), {soname: 'libvec.so.1', needed: ['libc.so.7', 'libm.so.5']});
  });

  test(`${name} files cut short anywhere are no reason to stop`, () => {
    const file = elfFile(shape, [[needed, 'libc.so.7']]);
    const whole = readElfLibraries(file);
    for (let length = 0; length < file.length; length += 1) {
      const read = readElfLibraries(file.subarray(0, length));
      assert.ok(read === undefined || JSON.stringify(read) === JSON.stringify(whole), `${length}`);
    }
  });
}

test('other files have no libraries', () => {
  for (const text of ['', '#!/bin/sh\n', '\x7fELF', `!<arch>\n${'x'.repeat(100)}`]) {
    assert.equal(readElfLibraries(Buffer.from(text)), undefined);
  }
});

test('what a package needs is what it does not bring itself, by soname or by file name', () => {
  const program = elfFile({wide: true, little: true}, [
    [needed, 'libown.so.1'],
    [needed, 'libplain.so'],
    [needed, 'libother.so.2'],
    [needed, '/opt/lib/libpath.so'],
    [needed, 'plugin.so'],
    [needed, 'libc.so.7'],
  ]);
  const library = elfFile({wide: true, little: true}, [[soname, 'libown.so.1']]);
  const plugin = elfFile({wide: true, little: true}, [[soname, 'plugin.so']]);
  const files = [
    {path: '/p/bin/program', content: program},
    {path: '/p/lib/libown.so.1.0', content: library},
    {path: '/p/lib/plugin.so', content: plugin},
    {path: '/p/share/text', content: Buffer.from('text')},
  ];
  const paths = [...files.map(({path}) => path), '/p/lib/libplain.so'];
  assert.deepEqual(findSharedLibraries(files, paths), {
    provided: ['libown.so.1'],
    required: ['libc.so.7', 'libother.so.2'],
  });
});
