import {join} from 'node:path';
import {controlFiles, messageLines, queryLines, replaceFile, type FakePort, type FakeState} from './world.js';

/**
 * Most calls are questions, and a node process for each would take most of a test's time. Their answers are written
 * beforehand as shell text, which the stand-ins on the path read; what they do not answer goes on to the node program.
 */

/** A word that no shell reads anything into. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function print(text: string): string {
  return text === '' ? ':' : `printf '%s\\n' ${shellWord(text)}`;
}

/** Answers to `make -C DIRECTORY … -V '${NAME}' …`: every `-V` is looked at by itself. */
export function writeMakeAnswers(control: string, portsDirectory: string, ports: readonly FakePort[]): void {
  const cases = ports.flatMap((port) => {
    const [directory = '', flavor] = port.origin.split('@');
    const isDefault = flavor !== undefined && port.variables['FLAVORS']?.split(' ')[0] === flavor;
    return [
      `${shellWord(`${directory}@${flavor ?? ''}`)})`,
      ...answerLines(port),
      ';;',
      ...(isDefault ? [`${shellWord(`${directory}@`)})`, ...answerLines(port), ';;'] : []),
    ];
  });
  const others = ports.map((port) => otherFlavors(port));
  replaceFile(
    join(control, controlFiles.makeAnswers),
    [
      `case "\${2#${portsDirectory}/}@$FLAVOR" in`,
      ...cases,
      ...others.flat(),
      '*) exit 1;;',
      'esac',
      'while [ $# -gt 0 ]; do',
      '  if [ "$1" = -V ]; then',
      '    shift',
      '    case "$1" in',
      "    '${:U'*) text=${1#???U}; printf '%s\\n' \"${text%?}\";;",
      // Whether it is defined.
      "    '${'*':Dyes}') name=${1#??}; eval \"text=\\${v_${name%:Dyes\\}}:+yes}\"; printf '%s\\n' \"$text\";;",
      '    \'${\'*) name=${1#??}; eval "text=\\$v_${name%?}"; printf \'%s\\n\' "$text";;',
      '    *) eval "text=\\$v_$1"; printf \'%s\\n\' "$text";;',
      '    esac',
      '  fi',
      '  shift',
      'done',
      'exit 0',
      '',
    ].join('\n'),
  );
}

function answerLines({unreadable, variables}: FakePort): string[] {
  if (unreadable !== undefined) return [`${print(unreadable)} >&2`, 'exit 1'];
  return Object.entries(variables).map(([name, value]) => `v_${name}=${shellWord(value)}`);
}

/** A flavor that the port does not have: it answers all the same and says so in IGNORE (Mk/bsd.port.mk). */
function otherFlavors(port: FakePort): string[] {
  const [directory = '', flavor] = port.origin.split('@');
  const refusal =
    flavor === undefined
      ? []
      : [`v_FLAVOR="$FLAVOR"`, `v_IGNORE="Unknown flavor '$FLAVOR', possible flavors: $v_FLAVORS"`];
  return [`${shellWord(`${directory}@`)}*)`, ...answerLines(port), ...refusal, ';;'];
}

/** Formats that portpar asks for, in the answers; others are left to the node program, which knows them all. */
const formats = {
  ofAll: ['%n\t%v\t%o\t%a\t%k', '%n\t%At\t%Av', '%n\t%dn', '%n\t%b', '%n\t%B', '%n\t%v', '%o'],
  ofOne: ['%n\t%v\t%o\t%a\t%k\t%V\t%At\t%Av', '%M', '%Fp\t%Fs'],
} as const;

/** Answers to the queries that portpar makes, for the packages as they are now. */
export function writePkgAnswers(control: string, {packages, trouble}: FakeState): void {
  const answer = (words: string, lines: readonly string[]): string =>
    `${shellWord(words)}) ${print(lines.join('\n'))}; exit 0;;`;
  const refusal =
    trouble === undefined
      ? []
      : [`${shellWord(trouble.words ?? '')}*) ${print(trouble.text)} >&2; exit ${trouble.status};;`];
  const cases = [
    ...refusal,
    ...formats.ofAll.map((format) =>
      answer(
        `query -a ${format}`,
        packages.flatMap((item) => queryLines(format, item)),
      ),
    ),
    ...packages.flatMap((item) =>
      formats.ofOne.map((format) => answer(`query ${format} ${item.name}`, queryLines(format, item))),
    ),
    ...packages.map((item) => answer(`info -q -D ${item.name}`, messageLines(item))),
    // Of other names nothing is known.
    ...formats.ofOne.map((format) => `${shellWord(`query ${format} `)}*) exit 1;;`),
    ...fileQueries,
  ];
  replaceFile(join(control, controlFiles.pkgAnswers), ['case "$*" in', ...cases, 'esac', ''].join('\n'));
}

/** Questions about a package file, answered from the plain lines at its head (`packageText`). */
const fileQueries = [
  "'query -F '*' %n\t%v')",
  '  [ -f "$3" ] && IFS= read -r first < "$3" || exit 1',
  `  case "$first" in *'\t'*) printf '%s\\n' "$first"; exit 0;; esac`,
  '  echo "pkg: $3: Unrecognized archive format" >&2; exit 1;;',
  "'query -F '*' %dn')",
  '  [ -f "$3" ] || exit 1',
  '  { read -r first; while IFS= read -r line && [ -n "$line" ]; do printf \'%s\\n\' "$line"; done; } < "$3"',
  '  exit 0;;',
  // A dry run ends unanswered, hence the status. Files with conflicts are left to the node program.
  "*' install -n '*)",
  '  eval "file=\\${$#}"',
  '  [ -f "$file" ] && while IFS= read -r line; do',
  `    case "$line" in *'"conflicts":[]'*) echo 'New packages to be INSTALLED:'; exit 1;; esac`,
  '  done < "$file";;',
];
