import {basename} from 'node:path';
import type {Port} from '../model/port.js';
import type {PortAnswers} from './make-variables.js';

/** Names of GNU make: USES=gmake sets MAKE_CMD to the first (Mk/Uses/gmake.mk). */
const gnuMakes = new Set(['gmake', 'gnumake']);

/** USES with builds of their own, whatever MAKE_CMD is (Mk/Uses/cargo.mk, go.mk and so on have a `do-build`). */
const ownBuilds = /^(?:cargo|go|meson|ninja|scons|waf)(?::|$)/;

/**
 * How a port's build runs processes side by side. MAKE_JOBS_UNSAFE and DISABLE_MAKE_JOBS forbid it whatever their values
 * are; otherwise MAKE_CMD is what the build calls (Mk/bsd.port.mk, DO_MAKE_BUILD).
 */
export function parallelOf(answers: PortAnswers): Port['parallel'] {
  if (answers.MAKE_JOBS_UNSAFE !== '' || answers.DISABLE_MAKE_JOBS !== '') return 'none';
  if (answers.USES.split(' ').some((use) => ownBuilds.test(use))) return 'other';
  const [command = ''] = answers.MAKE_CMD.split(' ');
  return gnuMakes.has(basename(command)) ? 'gnu-make' : 'other';
}
