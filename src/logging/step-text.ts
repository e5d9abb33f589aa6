import type {LeftOut, Plan, Step, StepAction} from '../model/plan.js';

const toDo = {
  upgrade: 'to upgrade',
  install: 'to install',
  replace: 'to replace',
  rebuild: 'to rebuild',
} satisfies Record<StepAction, string>;

const done = {
  upgrade: 'upgraded',
  install: 'installed',
  replace: 'replaced',
  rebuild: 'rebuilt',
} satisfies Record<StepAction, string>;

/** What a step is going to do. A plan that only fetches has its own word. */
export type Deed = StepAction | 'fetch';

/** The order in which deeds are counted and listed. */
export const deeds: readonly Deed[] = ['upgrade', 'install', 'replace', 'rebuild', 'fetch'];

/** What a step does to the system, or `fetch` where distfiles are all it wants. */
export function deedOf(step: Pick<Step, 'action' | 'phases'>): Deed {
  return step.phases.length > 0 && step.phases.every((phase) => phase === 'fetch') ? 'fetch' : step.action;
}

/** `to upgrade`. */
export function toDoText(deed: Deed): string {
  return deed === 'fetch' ? 'to fetch' : toDo[deed];
}

/** `upgraded`. */
export function doneText(deed: Deed): string {
  return deed === 'fetch' ? 'fetched' : done[deed];
}

/** What is installed now: the version alone, or `name-version` where the package's name changes; `-` for nothing. */
export function fromText(step: Step): string {
  const {replaces} = step;
  if (replaces === undefined) return '-';
  return replaces.name === step.name ? replaces.version : `${replaces.name}-${replaces.version}`;
}

/** What will be installed, in the same manner. */
export function toText(step: Step): string {
  const {replaces} = step;
  return replaces === undefined || replaces.name === step.name
    ? step.version
    : `${step.name}-${step.version}`;
}

/** `1.2 → 1.3`, or the version alone where nothing is replaced or the version stays. */
export function changeText(step: Step): string {
  const [from, to] = [fromText(step), toText(step)];
  return step.replaces === undefined || from === to ? to : `${from} → ${to}`;
}

/** `12 to upgrade, 2 to install; 1 already built; 3 left out`. */
export function planCountsText(plan: Plan): string {
  const counts = deeds
    .map((deed) => ({deed, count: plan.steps.filter((step) => deedOf(step) === deed).length}))
    .filter(({count}) => count > 0)
    .map(({deed, count}) => `${count} ${toDoText(deed)}`);
  const built = plan.steps.filter((step) => step.finishedPackage !== undefined).length;
  return [
    counts.length > 0 ? counts.join(', ') : 'nothing to do',
    ...(built > 0 ? [`${built} already built`] : []),
    ...(plan.leftOut.length > 0 ? [`${plan.leftOut.length} left out`] : []),
  ].join('; ');
}

/** `www/foo (foo-1.2, 1.4 in the tree)`: a port that is left out, with what is known of it. */
export function leftOutSubject({origin, installed, available}: LeftOut): string {
  const known = [
    ...(installed === undefined ? [] : [`${installed.name}-${installed.version}`]),
    ...(available === undefined ? [] : [`${available} in the tree`]),
  ];
  return known.length === 0 ? origin : `${origin} (${known.join(', ')})`;
}
