/**
 * A port's identity: `category/name` or `category/name@flavor`. Made only by `parseOrigin` and `withFlavor`, so a value
 * of this type is safe as a map key, as a path below the ports tree, and as an argument of a command.
 */
export type PortOrigin = string & {readonly __brand: 'PortOrigin'};

const originSyntax =
  /^([A-Za-z0-9][A-Za-z0-9_-]*)\/([A-Za-z0-9][A-Za-z0-9+_.-]*)(?:@([A-Za-z0-9][A-Za-z0-9+_.-]*))?$/;

/** Reads `category/name[@flavor]`; undefined for anything else (leading dashes and dots, `..`, spaces, shell characters). */
export function parseOrigin(text: string): PortOrigin | undefined {
  return originSyntax.test(text) ? (text as PortOrigin) : undefined;
}

/** The parts of an origin; `directory` is `category/name`, the port's place in the tree. */
export function originParts(origin: PortOrigin): {
  category: string;
  name: string;
  directory: PortOrigin;
  flavor?: string;
} {
  const [directory = '', flavor] = origin.split('@');
  const [category = '', name = ''] = directory.split('/');
  const parts = {category, name, directory: directory as PortOrigin};
  return flavor === undefined ? parts : {...parts, flavor};
}

/** The origin without its flavor: the port's directory in the tree. */
export function portDirectory(origin: PortOrigin): PortOrigin {
  return originParts(origin).directory;
}

/** True for a word that can stand behind the `@` of an origin. */
export function isFlavor(text: string): boolean {
  return parseOrigin(`a/b@${text}`) !== undefined;
}

/** The same port in `flavor`; an empty or missing flavor gives the bare origin. */
export function withFlavor(origin: PortOrigin, flavor: string | undefined): PortOrigin {
  const directory = portDirectory(origin);
  if (flavor === undefined || flavor === '') return directory;
  const flavored = parseOrigin(`${directory}@${flavor}`);
  if (flavored === undefined) throw new Error(`Internal error: ${flavor} is not a flavor`);
  return flavored;
}

/** A name for files that belong to a port: no slash, unique for each origin and flavor. */
export function originFileName(origin: PortOrigin): string {
  return origin.replace('/', '_');
}
