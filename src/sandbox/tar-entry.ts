import {Header, type HeaderData} from 'tar/header';
import {Pax} from 'tar/pax';

const block = 512;

/** One file of a tar archive: header, contents, and what fills the last block. */
export function tarEntry(data: HeaderData, content: Buffer): readonly Buffer[] {
  const head = Buffer.alloc(block);
  const header = new Header({uid: 0, gid: 0, ...data, size: content.length});
  // A name that does not fit the old header goes into an extended one in front of it.
  const extended = header.encode(head, 0) ? [new Pax(data).encode()] : [];
  return [...extended, head, content, Buffer.alloc((block - (content.length % block)) % block)];
}

/** The two empty blocks behind the last file. */
export const tarEnd = Buffer.alloc(2 * block);
