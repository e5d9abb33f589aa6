/** What a piece of software in the sandbox is made of; `generation` counts its releases. */
export interface SoftwareSpec {
  readonly name: string;
  readonly version: string;
  readonly generation: number;
  /** Libraries it is linked with, and the release of each that it is written for. */
  readonly uses: readonly {readonly name: string; readonly generation: number}[];
  /** Programs in the prefix that are run while it is built. */
  readonly tools?: readonly string[];
}

export interface LibrarySpec extends SoftwareSpec {
  /** The number in the soname `libNAME.so.N`. */
  readonly abi: number;
}

type Sources = Readonly<Record<string, string>>;

const compile = '$(CC) $(CFLAGS) -I. -I$(LOCALBASE)/include';
const link = '-L$(LOCALBASE)/lib -Wl,-rpath,$(LOCALBASE)/lib';
const libraries = (spec: SoftwareSpec): string => spec.uses.map(({name}) => ` -l${name}`).join('');
const includes = (spec: SoftwareSpec): string => spec.uses.map(({name}) => `#include "${name}.h"\n`).join('');

/** Runs the build tools; a tool that does not work ends the build. */
const useTools = (spec: SoftwareSpec): string =>
  (spec.tools ?? []).map((tool) => `\t$(LOCALBASE)/bin/${tool} > built-with-${tool}.txt\n`).join('');

/** The sum over what it uses: calls the newest function of each, so that it only builds with the release it is for. */
const levels = (spec: SoftwareSpec): string =>
  ['1', ...spec.uses.map(({name, generation}) => `${name}_level_${generation}()`)].join(' + ');

/** C that fills `text` with its own name and version, and those of what it uses in brackets. */
function describeBody(spec: SoftwareSpec): string {
  const own = `"${spec.name} ${spec.version}"`;
  if (spec.uses.length === 0) return `\tsnprintf(text, sizeof text, "%s", ${own});\n`;
  const places = spec.uses.map(() => '%s').join(', ');
  const values = spec.uses.map(({name}) => `${name}_describe()`).join(', ');
  return `\tsnprintf(text, sizeof text, "%s [${places}]", ${own}, ${values});\n`;
}

/**
 * A shared library `libNAME.so.ABI` in C. Each release has one more function, `NAME_level_GENERATION`; older ones stay, so
 * programs built for an older release go on running as long as the soname is the same.
 */
export function librarySources(spec: LibrarySpec): Sources {
  const file = `lib${spec.name}.so.${spec.abi}`;
  const generations = Array.from({length: spec.generation}, (_, index) => index + 1);
  const header = [
    `#ifndef ${spec.name.toUpperCase()}_H`,
    `#define ${spec.name.toUpperCase()}_H`,
    `const char *${spec.name}_describe(void);`,
    ...generations.map((generation) => `int ${spec.name}_level_${generation}(void);`),
    '#endif',
    '',
  ].join('\n');
  const source =
    `#include <stdio.h>\n#include "${spec.name}.h"\n${includes(spec)}\n` +
    `const char *${spec.name}_describe(void)\n{\n\tstatic char text[2048];\n\n${describeBody(spec)}\treturn text;\n}\n` +
    generations
      .map(
        (generation) =>
          `\nint ${spec.name}_level_${generation}(void)\n{\n\treturn ${levels(spec)} + ${generation};\n}\n`,
      )
      .join('');
  const makefile =
    `all: ${file}\n\n${file}: ${spec.name}.c ${spec.name}.h\n` +
    `${useTools(spec)}\t${compile} -shared -fPIC -Wl,-z,defs -Wl,-soname,${file} -o $@ ${spec.name}.c ${link}${libraries(spec)}\n\n` +
    'install:\n\tmkdir -p $(DESTDIR)$(PREFIX)/lib $(DESTDIR)$(PREFIX)/include\n' +
    `\tinstall -m 755 ${file} $(DESTDIR)$(PREFIX)/lib/${file}\n` +
    `\tln -sf ${file} $(DESTDIR)$(PREFIX)/lib/lib${spec.name}.so\n` +
    `\tinstall -m 644 ${spec.name}.h $(DESTDIR)$(PREFIX)/include/${spec.name}.h\n`;
  return {Makefile: makefile, [`${spec.name}.h`]: header, [`${spec.name}.c`]: source, README: readme(spec)};
}

/** A program in C that prints what it is and what it is linked with. */
export function programSources(
  spec: SoftwareSpec,
  extra: {readonly make?: string; readonly objects?: string} = {},
): Sources {
  const source =
    `#include <stdio.h>\n${includes(spec)}\n` +
    `int main(void)\n{\n\tstatic char text[4096];\n\n${describeBody(spec)}` +
    `\tprintf("%s (level %d)\\n", text, ${levels(spec)});\n\treturn 0;\n}\n`;
  const makefile =
    `PROGRAM=\t${spec.name}\n\nall: $(PROGRAM)\n\n$(PROGRAM): main.c${extra.objects === undefined ? '' : ` ${extra.objects}`}\n` +
    `${useTools(spec)}\t${compile} -o $@ main.c${extra.objects === undefined ? '' : ` ${extra.objects}`} ${link}${libraries(spec)}\n${extra.make ?? ''}\n` +
    'install:\n\tmkdir -p $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/doc/$(PROGRAM)\n' +
    '\tinstall -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/$(PROGRAM)\n' +
    '\tinstall -m 644 README $(DESTDIR)$(PREFIX)/share/doc/$(PROGRAM)/README\n';
  return {Makefile: makefile, 'main.c': source, README: readme(spec)};
}

/** A program in shell; nothing is compiled. `script` follows behind the line with the interpreter. */
export function scriptSources(spec: Pick<SoftwareSpec, 'name' | 'version'>, script: string): Sources {
  return {
    Makefile:
      `install:\n\tmkdir -p $(DESTDIR)$(PREFIX)/bin\n\tsed -e "s,@PREFIX@,$(PREFIX),g" ${spec.name}.sh > ${spec.name}.out\n` +
      `\tinstall -m 755 ${spec.name}.out $(DESTDIR)$(PREFIX)/bin/${spec.name}\n`,
    [`${spec.name}.sh`]: `#!/bin/sh\n# ${spec.name} ${spec.version}\n${script}`,
    README: readme(spec),
  };
}

/** Files that are installed as they are, by their path below the prefix. */
export function dataSources(files: Readonly<Record<string, string>>): Sources {
  const install = Object.keys(files).map((path) => {
    const folder = path.slice(0, path.lastIndexOf('/'));
    return `\tmkdir -p $(DESTDIR)$(PREFIX)/${folder}\n\tinstall -m 644 ${path} $(DESTDIR)$(PREFIX)/${path}\n`;
  });
  return {Makefile: `install:\n${install.join('')}`, ...files};
}

const readme = ({name, version}: Pick<SoftwareSpec, 'name' | 'version'>): string =>
  `${name} ${version}\n\nPart of a portpar sandbox.\n`;
