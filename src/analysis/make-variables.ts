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
  'DISTINFO_FILE',
  'MAKE_CMD',
  'USES',
  'MAKE_JOBS_UNSAFE',
  'DISABLE_MAKE_JOBS',
] as const;

/** Of these counts whether they are defined, not what they are. */
const definedOnly: ReadonlySet<string> = new Set(['MAKE_JOBS_UNSAFE', 'DISABLE_MAKE_JOBS']);

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
export type PortAnswers = Readonly<Record<PortVariable, string>>;

/** Stands between two answers, because a value may have line breaks in it. */
const separator = '--portpar--';
const besidesSeparator = '--portpar-besides--';

/** The arguments that make make(1) print all variables; `${…}` prints them expanded in every version of BSD make. */
export function variableArguments(): string[] {
  return [...portVariables, ...fingerprintVariables].flatMap((name) => [
    '-V',
    definedOnly.has(name) ? `\${${name}:Dyes}` : `\${${name}}`,
    '-V',
    `\${:U${separator}}`,
  ]);
}

/**
 * Reads the answers to `variableArguments`, in the order asked; undefined when some are missing. Runs of white space become
 * one blank.
 */
export function splitAnswers(output: string): string[] | undefined {
  const values = output.split(`\n${separator}\n`);
  // Behind the last mark is what was asked besides.
  values.pop();
  if (values.length !== portVariables.length + fingerprintVariables.length) return undefined;
  return values.map((value) => value.trim().replace(/\s+/g, ' '));
}

/** Gives the answers their names. */
export function nameAnswers(values: readonly string[]): PortAnswers {
  const answers = Object.fromEntries(portVariables.map((name, index) => [name, values[index] ?? '']));
  return answers as Record<PortVariable, string>;
}

/** The arguments that make make(1) print expressions besides the variables. */
export function besidesArguments(expressions: readonly string[]): string[] {
  return expressions.flatMap((text) => ['-V', text, '-V', `\${:U${besidesSeparator}}`]);
}

/** Reads the answers to `besidesArguments` from an output that has others before them; undefined when some are missing. */
export function splitBesides(output: string, count: number): string[] | undefined {
  const cut = output.lastIndexOf(`\n${separator}\n`);
  const values = output.slice(cut < 0 ? 0 : cut + separator.length + 2).split(`\n${besidesSeparator}\n`);
  return values.length === count + 1 ? values.slice(0, -1).map((value) => value.trim()) : undefined;
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
