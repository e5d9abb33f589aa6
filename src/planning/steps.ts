import {phases, type LeftOutReason, type Step, type StepAction} from '../model/plan.js';
import type {PortOrigin} from '../model/origin.js';
import type {InstalledPackage} from '../model/package.js';
import type {Port} from '../model/port.js';
import type {UpgradeRequest} from '../model/request.js';
import type {SettingsOf} from '../util/port-settings.js';
import {changeOf} from './change.js';
import type {Selected, Selection} from './selection.js';
import {sortedBy, type WorldView} from './world-view.js';

/** Makes a step of each selected port, in order of name. */
export function makeSteps(
  view: WorldView,
  selection: Selection,
  request: UpgradeRequest,
  settings: SettingsOf,
): Step[] {
  const requested = new Set(request.origins);
  return sortedBy(selection.selected.values(), ({port}) => port.origin).map((selected) => {
    const {port, reasons, finishedPackage} = selected;
    const replaced = view.followers(port.origin)[0];
    return {
      origin: port.origin,
      action: actionFor(replaced, port),
      name: port.name,
      version: port.version,
      ...(replaced === undefined ? {} : {replaces: identity(replaced)}),
      reasons,
      phases: phasesFor(selected, request),
      ...(finishedPackage === undefined ? {} : {finishedPackage}),
      sources: port.dependencies.flatMap(({origin, target}) =>
        target === undefined ? [] : [{origin, target}],
      ),
      fingerprint: port.fingerprint,
      builtWith: selected.builtWith,
      packageSuffix: port.packageSuffix,
      parallel: port.parallel,
      workDirectory: port.workDirectory,
      settings: settings(port.origin),
      automatic: replaced?.automatic ?? !requested.has(port.origin),
    };
  });
}

function identity({name, version, origin, automatic}: InstalledPackage): NonNullable<Step['replaces']> {
  return {name, version, origin, automatic};
}

function actionFor(replaced: InstalledPackage | undefined, port: Port): StepAction {
  if (replaced === undefined) return 'install';
  switch (changeOf(replaced, port).kind) {
    case 'newer':
      return 'upgrade';
    case 'renamed':
    case 'moved':
      return 'replace';
    case 'current':
    case 'older':
      return 'rebuild';
  }
}

function phasesFor({finishedPackage}: Selected, request: UpgradeRequest): Step['phases'] {
  if (request.fetchOnly) return ['fetch'];
  return finishedPackage === undefined ? phases : ['install'];
}

/**
 * Ports that would make a package of a name that another port of the same selection makes too: pkg(8) knows only one
 * package of a name. The port that an installed package of that name follows goes first, then the first in order of name.
 */
export function nameClashes(view: WorldView, selection: Selection): Map<PortOrigin, LeftOutReason> {
  const clashes = new Map<PortOrigin, LeftOutReason>();
  const owners = new Map<string, Port>();
  for (const {port} of sortedBy(selection.selected.values(), (item) => item.port.origin)) {
    const other = owners.get(port.name);
    if (other === undefined) {
      owners.set(port.name, port);
      continue;
    }
    const installed = view.package(port.name);
    const goesFirst = installed !== undefined && view.portOf(installed)?.origin === port.origin;
    const [first, second] = goesFirst ? [port, other] : [other, port];
    owners.set(port.name, first);
    clashes.set(second.origin, {kind: 'name-taken', by: first.origin, name: port.name});
  }
  return clashes;
}
