import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {buildPlan} from '../../../src/planning/build-plan.js';
import type {LeftOutReason} from '../../../src/model/plan.js';
import type {Port} from '../../../src/model/port.js';
import type {MissingPort} from '../../../src/model/facts.js';
import {
  asked,
  everything,
  facts,
  installed,
  leftOutOf,
  origin,
  planAll,
  port,
  stepOf,
  stepOrigins,
} from '../../rig/builders.js';

const oldFoo = installed('foo', '1', 'www/foo');

describe('a port is left out', () => {
  test('because its package is locked', () => {
    const plan = planAll(port('www/foo'), installed('foo', '1', 'www/foo').locked());
    assert.deepEqual(plan.steps, []);
    assert.deepEqual(leftOutOf(plan, 'www/foo'), {
      origin: 'www/foo',
      installed: {name: 'foo', version: '1'},
      available: 'foo-2',
      reason: {kind: 'locked'},
    });
  });

  for (const glob of ['foo', 'fo*', 'www/foo', 'www/*']) {
    test(`because -x ${glob} says so`, () => {
      const plan = buildPlan(facts([port('www/foo'), oldFoo]), everything({exclude: ['nothing', glob]}));
      assert.deepEqual(plan.steps, []);
      assert.deepEqual(leftOutOf(plan, 'www/foo').reason, {kind: 'excluded', glob});
    });
  }

  test('because -x names the installed package, though its port makes one of another name', () => {
    const plan = buildPlan(
      facts([port('www/new').name('bar'), installed('foo', '1', 'www/new')]),
      everything({exclude: ['foo']}),
    );
    assert.deepEqual(leftOutOf(plan, 'www/new').reason, {kind: 'excluded', glob: 'foo'});
  });

  const verdicts: readonly [string, Partial<Port>, LeftOutReason][] = [
    ['IGNORE', {ignore: 'needs a newer system'}, {kind: 'ignored', text: 'needs a newer system'}],
    ['BROKEN', {ignore: 'is marked as broken', broken: 'no compile'}, {kind: 'broken', text: 'no compile'}],
    ['FORBIDDEN', {ignore: 'is forbidden', forbidden: 'CVE-1'}, {kind: 'forbidden', text: 'CVE-1'}],
  ];
  for (const [what, parts, reason] of verdicts) {
    test(`because the port itself says ${what}`, () => {
      const plan = planAll(port('www/foo').with(parts), oldFoo);
      assert.deepEqual(plan.steps, []);
      assert.deepEqual(leftOutOf(plan, 'www/foo').reason, reason);
    });
  }

  const missing: readonly [string, MissingPort['why'], LeftOutReason][] = [
    ['is not in the tree', {kind: 'not-in-tree'}, {kind: 'not-in-tree', text: ''}],
    [
      'was removed',
      {kind: 'removed', date: '2023-01-01', text: 'Abandoned'},
      {kind: 'removed', date: '2023-01-01', text: 'Abandoned'},
    ],
    [
      'goes in circles in MOVED',
      {kind: 'moved-loop', path: [origin('www/foo'), origin('www/bar'), origin('www/foo')]},
      {kind: 'not-in-tree', text: 'MOVED goes in a circle: www/foo → www/bar → www/foo'},
    ],
    [
      'has lost its flavor',
      {kind: 'no-such-flavor', flavors: ['a', 'b']},
      {kind: 'not-in-tree', text: 'the port has the flavors a, b'},
    ],
    [
      'has lost all flavors',
      {kind: 'no-such-flavor', flavors: []},
      {kind: 'not-in-tree', text: 'the port has no flavors any more'},
    ],
    [
      'cannot be read',
      {kind: 'unreadable', text: 'Malformed conditional'},
      {kind: 'unreadable', text: 'Malformed conditional'},
    ],
  ];
  for (const [what, why, reason] of missing) {
    test(`because it ${what}`, () => {
      const world = facts([oldFoo], {missing: [{origin: origin('www/foo'), why}]});
      for (const request of [everything(), asked('www/foo')]) {
        const plan = buildPlan(world, request);
        assert.deepEqual(plan.steps, []);
        assert.deepEqual(leftOutOf(plan, 'www/foo').reason, reason);
      }
    });
  }

  test('because what it needs and lacks cannot be built, with the reason of that', () => {
    const plan = planAll(
      port('www/foo').needs.build('devel/tool', {metBy: null}),
      oldFoo,
      port('devel/tool').needs.run('devel/lib', {metBy: null}),
      port('devel/lib').with({ignore: 'is broken', broken: 'no compile'}),
    );
    assert.deepEqual(plan.steps, []);
    assert.deepEqual(leftOutOf(plan, 'www/foo').reason, {
      kind: 'needs-left-out',
      on: 'devel/tool',
      because: {kind: 'needs-left-out', on: 'devel/lib', because: {kind: 'broken', text: 'no compile'}},
    });
  });

  test('because the tree itself has too low a version of what it needs', () => {
    const plan = planAll(
      port('www/foo').needs.build('devel/tool', {pattern: 'tool>=3', metBy: null}),
      oldFoo,
      port('devel/tool').version('2'),
    );
    assert.deepEqual(plan.steps, []);
    assert.deepEqual(leftOutOf(plan, 'www/foo').reason, {
      kind: 'unmet-dependency',
      pattern: 'tool>=3',
      on: 'devel/tool',
      because: 'the tree has tool-2',
    });
  });

  test('because another port of the same run makes a package of its name', () => {
    const plan = buildPlan(
      facts([port('www/nginx').name('nginx'), port('www/nginx-full').name('nginx')]),
      asked('www/nginx', 'www/nginx-full'),
    );
    assert.deepEqual(stepOrigins(plan), ['www/nginx']);
    assert.deepEqual(leftOutOf(plan, 'www/nginx-full').reason, {
      kind: 'name-taken',
      by: 'www/nginx',
      name: 'nginx',
    });
  });

  test('in favour of the port that the installed package of the name follows', () => {
    const plan = buildPlan(
      facts([
        port('www/nginx').name('nginx'),
        port('www/nginx-full').name('nginx'),
        installed('nginx', '1', 'www/nginx-full'),
      ]),
      asked('www/nginx', 'www/nginx-full'),
    );
    assert.deepEqual(stepOrigins(plan), ['www/nginx-full']);
    assert.deepEqual(leftOutOf(plan, 'www/nginx').reason, {
      kind: 'name-taken',
      by: 'www/nginx-full',
      name: 'nginx',
    });
  });

  test('because it waits for itself, shown as a path; so is what needs it, and the rest is planned', () => {
    const plan = planAll(
      port('a/one').needs.build('a/two', {metBy: null}),
      installed('one', '1', 'a/one'),
      port('a/two').needs.build('a/three', {metBy: null}),
      port('a/three').needs.build('a/one', {pattern: 'one>=2', metBy: null}),
      port('b/user').needs.build('a/two', {metBy: null}),
      installed('user', '1', 'b/user'),
      port('c/other'),
      installed('other', '1', 'c/other'),
    );
    assert.deepEqual(stepOrigins(plan), ['c/other']);
    const path = ['a/one', 'a/two', 'a/three', 'a/one'];
    assert.deepEqual(leftOutOf(plan, 'a/one').reason, {kind: 'cycle', path});
    assert.deepEqual(leftOutOf(plan, 'b/user').reason.kind, 'needs-left-out');
  });
});

describe('a port is held back', () => {
  const broken = {ignore: 'is broken', broken: 'no compile'} as const;

  test('by no ignored dependency that is installed and good enough', () => {
    const plan = planAll(
      port('www/foo').needs.build('devel/tool').needs.run('devel/lib'),
      oldFoo,
      port('devel/tool').with(broken),
      installed('tool', '1', 'devel/tool'),
      port('devel/lib'),
      installed('lib', '1', 'devel/lib').locked(),
    );
    assert.deepEqual(stepOrigins(plan), ['www/foo']);
    assert.deepEqual(leftOutOf(plan, 'devel/tool').reason, {kind: 'broken', text: 'no compile'});
    assert.deepEqual(leftOutOf(plan, 'devel/lib').reason, {kind: 'locked'});
  });

  test('by an ignored dependency that is not installed', () => {
    const plan = planAll(
      port('www/foo').needs.build('devel/tool', {metBy: null}),
      oldFoo,
      port('devel/tool').with(broken),
    );
    assert.deepEqual(plan.steps, []);
    assert.equal(leftOutOf(plan, 'www/foo').reason.kind, 'needs-left-out');
  });

  test('by an ignored dependency that is installed in too low a version', () => {
    const plan = planAll(
      port('www/foo').needs.build('devel/tool', {pattern: 'tool>=2', metBy: null}),
      oldFoo,
      port('devel/tool').with(broken),
      installed('tool', '1', 'devel/tool'),
    );
    assert.deepEqual(plan.steps, []);
    assert.deepEqual(leftOutOf(plan, 'www/foo').reason, {
      kind: 'needs-left-out',
      on: 'devel/tool',
      because: {kind: 'broken', text: 'no compile'},
    });
  });

  test('by nothing of what its finished package does not need any more', () => {
    const plan = buildPlan(
      facts(
        [port('www/foo').needs.build('devel/tool', {metBy: null}), oldFoo, port('devel/tool').with(broken)],
        {
          finished: [
            {
              origin: origin('www/foo'),
              file: '/packages/foo-2.pkg',
              fingerprint: 'fingerprint of www/foo',
              builtWith: ['tool-2'],
            },
          ],
        },
      ),
      everything(),
    );
    assert.deepEqual(stepOf(plan, 'www/foo').phases, ['install']);
  });
});
