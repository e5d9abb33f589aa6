import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {planJson, planText} from '../../../src/logging/plan-text.js';
import {displayWidth} from '../../../src/logging/text-shape.js';
import type {Plan, Step} from '../../../src/model/plan.js';
import {bar, colorPalette, escapeCharacter, foo, origin, plainPalette, plan, tool} from './sample.js';

const empty: Plan = {steps: [], nodes: [], leftOut: [], relaxed: []};

function shown(of: Plan, columns?: number): string {
  return `\n${planText(of, {palette: plainPalette, columns})}`;
}

const uncut = `
Plan: 1 to upgrade, 1 to install, 1 to replace, 1 to rebuild; 1 already built; 2 left out

  Action   Port              From     To          Why
  install  devel/tool@py311  -        0.9         needed by www/foo to build; needed by www/bar at run time
  upgrade  www/foo           1.2      1.3         newer version 1.2 → 1.3
  replace  www/bar           bar-1.9  bar2-2.0,1  moved from www/oldbar: Renamed by its authors; package renamed bar → bar2
  rebuild  misc/baz          4        4           forced

Left out:
  lang/kept (kept-3.1, 3.2 in the tree): locked (pkg unlock kept to let it be upgraded)
  www/onkept (onkept-1): needs lang/kept, which is left out: locked (pkg unlock lang/kept to let it be upgraded)
`;

describe('a plan', () => {
  test('is uncut in a pipe and on a wide terminal', () => {
    assert.equal(shown(plan), uncut);
    assert.equal(shown(plan, 200), uncut);
  });

  test('has its reasons shortened at 80 columns', () => {
    assert.equal(
      shown(plan, 80),
      `
Plan: 1 to upgrade, 1 to install, 1 to replace, 1 to rebuild; 1 already built;
  2 left out

  Action   Port              From     To          Why
  install  devel/tool@py311  -        0.9         needed by www/foo to build;…
  upgrade  www/foo           1.2      1.3         newer version 1.2 → 1.3
  replace  www/bar           bar-1.9  bar2-2.0,1  moved from www/oldbar: Renam…
  rebuild  misc/baz          4        4           forced

Left out:
  lang/kept (kept-3.1, 3.2 in the tree): locked (pkg unlock kept to let it be
    upgraded)
  www/onkept (onkept-1): needs lang/kept, which is left out: locked (pkg unlock
    lang/kept to let it be upgraded)
`,
    );
  });

  test('takes two lines for each step at 40 columns', () => {
    assert.equal(
      shown(plan, 40),
      `
Plan: 1 to upgrade, 1 to install, 1 to
  replace, 1 to rebuild; 1 already
  built; 2 left out

  install devel/tool@py311 0.9
    needed by www/foo to build; needed…
  upgrade www/foo 1.2 → 1.3
    newer version 1.2 → 1.3
  replace www/bar bar-1.9 → bar2-2.0,1
    moved from www/oldbar: Renamed by…
  rebuild misc/baz 4
    forced

Left out:
  lang/kept (kept-3.1, 3.2 in the
    tree): locked (pkg unlock kept to
    let it be upgraded)
  www/onkept (onkept-1): needs
    lang/kept, which is left out:
    locked (pkg unlock lang/kept to let
    it be upgraded)
`,
    );
  });

  test('is narrower than any terminal of 40 columns or more', () => {
    for (let columns = 40; columns <= 200; columns += 1)
      for (const line of shown(plan, columns).split('\n')) assert.ok(displayWidth(line) < columns, line);
  });

  test('only gains colours', () => {
    const colored = planText(plan, {palette: colorPalette});
    assert.ok(colored.includes(escapeCharacter));
    assert.equal(`\n${colored.replaceAll(new RegExp(`${escapeCharacter}\\[\\d+m`, 'g'), '')}`, uncut);
  });

  test('without steps says so', () => {
    assert.equal(shown(empty), '\nPlan: nothing to do, everything is up to date\n');
    assert.equal(
      shown({
        ...empty,
        leftOut: [{origin: origin('a/b'), reason: {kind: 'not-in-tree', text: ''}}],
      }),
      `
Plan: nothing to do; 1 left out

Left out:
  a/b: not in the ports tree
`,
    );
  });

  test('that only fetches says fetch', () => {
    const steps = [foo, tool, bar].map((step): Step => ({...step, phases: ['fetch']}));
    assert.equal(shown({...empty, steps}).split('\n')[1], 'Plan: 3 to fetch');
    assert.match(shown({...empty, steps}), /\n {2}fetch {3}www\/foo /);
  });

  test('names the order that it does not keep', () => {
    assert.equal(
      shown({...empty, steps: [foo], relaxed: [{waiting: foo.origin, on: origin('a/b')}]}),
      `
Plan: 1 to upgrade

  Action   Port     From  To   Why
  upgrade  www/foo  1.2   1.3  newer version 1.2 → 1.3

Order not kept:
  www/foo does not wait for a/b: the wait would close a circle through a port that is up to date
`,
    );
  });
});

describe('a plan as JSON', () => {
  test('is the plan', () => {
    assert.deepEqual(JSON.parse(planJson(plan)), JSON.parse(JSON.stringify(plan)));
    assert.ok(planJson(plan).endsWith('}\n'));
  });

  test('does not depend on the order in which objects were made', () => {
    const {reasons, ...rest} = foo;
    const turned: Step = {reasons, ...Object.fromEntries(Object.entries(rest).reverse())} as Step;
    assert.notEqual(JSON.stringify(turned), JSON.stringify(foo));
    assert.equal(planJson({...empty, steps: [turned]}), planJson({...empty, steps: [foo]}));
  });
});
