/** What the dynamic section of an ELF file says of libraries. */
export interface ElfLibraries {
  /** DT_SONAME, where the file has one. */
  readonly soname?: string;
  /** DT_NEEDED, in the file's order. */
  readonly needed: readonly string[];
}

const magic = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);
const dynamicSection = 6; // SHT_DYNAMIC
const needed = 1n; // DT_NEEDED
const soname = 14n; // DT_SONAME

/** Numbers of one ELF file: its class decides how wide addresses are, its data encoding their byte order. */
class ElfNumbers {
  readonly #file: Buffer;
  readonly wide: boolean;
  readonly #little: boolean;

  constructor(file: Buffer) {
    this.#file = file;
    this.wide = file[4] === 2;
    this.#little = file[5] === 1;
  }

  half(at: number): number {
    return this.#little ? this.#file.readUInt16LE(at) : this.#file.readUInt16BE(at);
  }

  word(at: number): number {
    return this.#little ? this.#file.readUInt32LE(at) : this.#file.readUInt32BE(at);
  }

  /** An address, offset or size: 8 bytes in 64-bit files, 4 in others. */
  address(at: number): bigint {
    if (!this.wide) return BigInt(this.word(at));
    return this.#little ? this.#file.readBigUInt64LE(at) : this.#file.readBigUInt64BE(at);
  }
}

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

/**
 * Reads the libraries that an ELF file names; undefined for files that are not ELF, not linked dynamically, or cut short.
 * The layout is that of elf(5); as in pkg(8) it is the section table that leads to the dynamic section.
 */
export function readElfLibraries(file: Buffer): ElfLibraries | undefined {
  if (file.length < 52 || !file.subarray(0, 4).equals(magic)) return undefined;
  try {
    return readDynamic(file, new ElfNumbers(file));
  } catch (error) {
    if (error instanceof RangeError) return undefined; // an offset that points out of the file
    throw error;
  }
}

function readSection(numbers: ElfNumbers, at: number): Section {
  return numbers.wide
    ? {
        type: numbers.word(at + 4),
        offset: Number(numbers.address(at + 24)),
        size: Number(numbers.address(at + 32)),
        link: numbers.word(at + 40),
      }
    : {
        type: numbers.word(at + 4),
        offset: numbers.word(at + 16),
        size: numbers.word(at + 20),
        link: numbers.word(at + 24),
      };
}

function readDynamic(file: Buffer, numbers: ElfNumbers): ElfLibraries | undefined {
  const tableOffset = Number(numbers.address(numbers.wide ? 40 : 32));
  const entrySize = numbers.half(numbers.wide ? 58 : 46);
  const count = numbers.half(numbers.wide ? 60 : 48);
  const section = (index: number): Section => readSection(numbers, tableOffset + index * entrySize);
  for (let index = 0; index < count; index += 1) {
    const found = section(index);
    if (found.type === dynamicSection) return readEntries(file, numbers, found, section(found.link));
  }
  return undefined;
}

function readEntries(file: Buffer, numbers: ElfNumbers, dynamic: Section, strings: Section): ElfLibraries {
  const step = numbers.wide ? 16 : 8;
  const libraries: string[] = [];
  let own: string | undefined;
  for (let at = dynamic.offset; at + step <= dynamic.offset + dynamic.size; at += step) {
    const tag = numbers.address(at);
    if (tag !== needed && tag !== soname) continue;
    const start = strings.offset + Number(numbers.address(at + step / 2));
    const text = file.toString('utf8', start, file.indexOf(0, start));
    if (tag === needed) libraries.push(text);
    else own = text;
  }
  return own === undefined ? {needed: libraries} : {soname: own, needed: libraries};
}
