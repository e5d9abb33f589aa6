/**
 * What is asked of each port, in one call of make. Names and meanings are the framework's (Mk/bsd.port.mk); those in the
 * second group are not read, they only tell whether a package made earlier is still what would be made now.
 */
export const portVariables = [
  'PKGBASE',
  'PKGVERSION',
  'FLAVOR',
  'FLAVORS',
  'PKG_DEPENDS',
  'FETCH_DEPENDS',
  'EXTRACT_DEPENDS',
  'PATCH_DEPENDS',
  'BUILD_DEPENDS',
  'LIB_DEPENDS',
  'RUN_DEPENDS',
  'IGNORE',
  'BROKEN',
  'FORBIDDEN',
  'DEPRECATED',
  'EXPIRATION_DATE',
  'WRKDIR',
  'ALLFILES',
  'DIST_SUBDIR',
  'PKG_SUFX',
  'LIB_DIRS',
  'LOCALBASE',
  'PACKAGES',
  'DISTDIR',
  'MASTERDIR',
] as const;

export const fingerprintVariables = [
  'SELECTED_OPTIONS',
  'CONFIGURE_ARGS',
  'MAKE_ARGS',
  'CFLAGS',
  'CXXFLAGS',
  'LDFLAGS',
  'PREFIX',
] as const;

export type PortVariable = (typeof portVariables)[number];
export type PortAnswers = Readonly<Record<PortVariable, string>> & {
  /** All answers as one text. */
  readonly everything: string;
};

/** Stands between two answers, because a value may have line breaks in it. */
const separator = '--portpar--';

/** The arguments that make make(1) print all variables; `${…}` prints them expanded in every version of BSD make. */
export function variableArguments(): string[] {
  return [...portVariables, ...fingerprintVariables].flatMap((name) => [
    '-V',
    `\${${name}}`,
    '-V',
    `\${:U${separator}}`,
  ]);
}

/** Reads the answers to `variableArguments`; undefined when some are missing. Runs of white space become one blank. */
export function parseVariables(output: string): PortAnswers | undefined {
  const values = output.split(`\n${separator}\n`).map((value) => value.trim().replace(/\s+/g, ' '));
  if (values.length !== portVariables.length + fingerprintVariables.length + 1) return undefined;
  const answers = Object.fromEntries(portVariables.map((name, index) => [name, values[index] ?? '']));
  return {...(answers as Record<PortVariable, string>), everything: values.join('\n')};
}

/** One dependency line as it stands in a Makefile: `pattern:origin[@flavor][:target]`. */
export interface RawDependency {
  readonly pattern: string;
  /** As written: below the ports tree, or an absolute path. */
  readonly origin: string;
  readonly target?: string;
}

/** Splits the value of a *_DEPENDS variable; `malformed` holds the words that are no dependency lines. */
export function parseDependencies(value: string): {
  readonly lines: RawDependency[];
  readonly malformed: string[];
} {
  const lines: RawDependency[] = [];
  const malformed: string[] = [];
  for (const word of value.split(' ').filter((text) => text !== '')) {
    const [pattern = '', origin = '', target, ...rest] = word.split(':');
    if (pattern === '' || origin === '' || rest.length > 0) malformed.push(word);
    else lines.push({pattern, origin, ...(target === undefined || target === '' ? {} : {target})});
  }
  return {lines, malformed};
}
