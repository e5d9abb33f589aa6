import {rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {writeWhole} from '../system/files.js';
import {frameworkFiles} from './framework.js';
import type {SandboxLayout} from './layout.js';
import {distributionFile, portFiles} from './port-files.js';
import type {Generation} from './port-model.js';

const movedHead = `# ports|moved|date|reason: what became of ports that are not in the tree any more
`;

/** Lays a generation out as the ports tree, in the place of whatever tree is there, and its files in the mirror. */
export async function writeTree(layout: SandboxLayout, generation: Generation): Promise<void> {
  const next = `${layout.ports}.next`;
  await rm(next, {recursive: true, force: true});
  const files = new Map(
    Object.entries(frameworkFiles()).map(([path, text]) => [join(next, path), text as string | Buffer]),
  );
  for (const port of generation.ports) {
    const distribution = distributionFile(port);
    files.set(join(layout.mirror, distribution.path), distribution.content);
    for (const [name, text] of Object.entries(portFiles(port, distribution))) {
      files.set(join(next, port.origin, name), text);
    }
  }
  files.set(join(next, 'MOVED'), movedHead + generation.moved.map((line) => `${line}\n`).join(''));
  for (const [path, content] of files) await writeWhole(path, content, {durable: false});
  await rm(layout.ports, {recursive: true, force: true});
  await rename(next, layout.ports);
}
