import {programSources, type SoftwareSpec} from './port-sources.js';

type Sources = Readonly<Record<string, string>>;

/**
 * A code generator in C: reads lines `name number` and prints a C function for each. Each release understands one more
 * directive, `%release N`, so that a table for a newer one is an error.
 */
export function codeGeneratorSources(gen: {readonly version: string; readonly generation: number}): Sources {
  const source = `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "genrt.h"

int main(void)
{
	char line[256], name[128];
	int number;

	printf("/* made by codegen ${gen.version} with %s */\\n", genrt_describe());
	while (fgets(line, sizeof line, stdin) != NULL) {
		if (sscanf(line, "%%release %d", &number) == 1) {
			if (number > genrt_level_${gen.generation}() - 1) {
				fprintf(stderr, "codegen: this table needs release %d\\n", number);
				return 1;
			}
		} else if (sscanf(line, "%127s %d", name, &number) == 2) {
			printf("int %s(void)\\n{\\n\\treturn %d;\\n}\\n", name, number);
		}
	}
	return 0;
}
`;
  const spec: SoftwareSpec = {
    name: 'codegen',
    version: gen.version,
    generation: gen.generation,
    uses: [{name: 'genrt', generation: gen.generation}],
  };
  return {...programSources(spec), 'main.c': source};
}

/** A program of which one file is made by a build tool that stands in the prefix. */
export function generatedProgramSources(spec: SoftwareSpec & {readonly tool: string}): Sources {
  const rule = `\ntable.o: table.def\n\t$(LOCALBASE)/bin/${spec.tool}\n\t$(CC) $(CFLAGS) -c -o table.o table.c\n`;
  const plain = programSources(spec, {objects: 'table.o', make: rule});
  return {
    ...plain,
    'main.c': (plain['main.c'] ?? '')
      .replace('int main(void)', 'int table_size(void);\n\nint main(void)')
      .replace('(level %d)\\n", text, ', '(level %d)\\n", text, table_size() + '),
    'table.def': `%release ${spec.generation}\ntable_size ${spec.generation * 10}\n`,
  };
}
