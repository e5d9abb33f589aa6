import {portMakefile} from './framework-makefile.js';
import {frameworkScripts} from './framework-scripts.js';

/** The framework's files by their path below the ports tree; scripts are run by `sh`, so none has to be executable. */
export function frameworkFiles(): Readonly<Record<string, string>> {
  return {
    'Mk/bsd.port.mk': portMakefile,
    ...Object.fromEntries(
      Object.entries(frameworkScripts).map(([name, text]) => [`Mk/Scripts/${name}`, text]),
    ),
  };
}
