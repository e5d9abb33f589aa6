import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {buildPlan} from '../../../src/planning/build-plan.js';
import {withoutHistory} from '../../../src/planning/priorities.js';
import {
  allBefore,
  asked,
  facts,
  installed,
  origin,
  planAll,
  port,
  stepOrigins,
  waitsFor,
} from '../../rig/builders.js';

describe('within one step', () => {
  test('www/foo is fetched, built, packaged and installed, one after another', () => {
    const plan = planAll(port('www/foo'), installed('foo', '1', 'www/foo'));
    assert.deepEqual(
      plan.nodes.map(({id, waitsFor: before}) => `${id}: ${before.join()}`),
      [
        'fetch www/foo: ',
        'build www/foo: fetch www/foo',
        'package www/foo: build www/foo',
        'install www/foo: package www/foo',
      ],
    );
  });
});

describe('rule 1: a build waits for what it is built with', () => {
  for (const kind of ['pkg', 'fetch', 'extract', 'patch', 'build', 'lib'] as const) {
    test(`build www/foo waits for install devel/tool, a ${kind} dependency`, () => {
      const plan = planAll(
        port('www/foo').needs[kind]('devel/tool'),
        installed('foo', '1', 'www/foo'),
        port('devel/tool'),
        installed('tool', '1', 'devel/tool'),
      );
      assert.ok(waitsFor(plan, 'build www/foo').includes('install devel/tool'));
    });
  }

  test('fetch www/foo waits for install devel/tool only when it is a fetch dependency', () => {
    const world = (kind: 'fetch' | 'build') =>
      planAll(
        port('www/foo').needs[kind]('devel/tool'),
        installed('foo', '1', 'www/foo'),
        port('devel/tool'),
        installed('tool', '1', 'devel/tool'),
      );
    assert.deepEqual(waitsFor(world('fetch'), 'fetch www/foo'), ['install devel/tool']);
    assert.deepEqual(waitsFor(world('build'), 'fetch www/foo'), []);
  });

  test('build www/foo waits for install devel/lib, which its tool devel/tool runs with', () => {
    const plan = planAll(
      port('www/foo').needs.build('devel/tool'),
      installed('foo', '1', 'www/foo'),
      port('devel/tool').needs.run('devel/lib'),
      installed('tool', '1', 'devel/tool').needs('lib'),
      port('devel/lib'),
      installed('lib', '1', 'devel/lib'),
    );
    assert.ok(allBefore(plan, 'build www/foo').includes('install devel/lib'));
  });

  test('build www/foo waits for install devel/gmake-lite, which provides what devel/gmake would', () => {
    const plan = planAll(
      port('www/foo').needs.build('devel/gmake', {metBy: 'gmake-lite'}),
      installed('foo', '1', 'www/foo'),
      port('devel/gmake-lite'),
      installed('gmake-lite', '1', 'devel/gmake-lite'),
    );
    assert.ok(waitsFor(plan, 'build www/foo').includes('install devel/gmake-lite'));
  });

  test('build www/foo does not wait for install www/plugin, which it only runs with', () => {
    const plan = planAll(
      port('www/foo').needs.run('www/plugin'),
      installed('foo', '1', 'www/foo'),
      port('www/plugin'),
      installed('plugin', '1', 'www/plugin'),
    );
    assert.deepEqual(waitsFor(plan, 'build www/foo'), ['fetch www/foo']);
  });
});

describe('rule 2: a package is made where all it will run with is installed', () => {
  test('package www/foo waits for install www/plugin and for install devel/lib behind it', () => {
    const plan = planAll(
      port('www/foo').needs.run('www/plugin'),
      installed('foo', '1', 'www/foo').needs('plugin'),
      port('www/plugin').needs.lib('devel/lib'),
      installed('plugin', '1', 'www/plugin').needs('lib'),
      port('devel/lib'),
      installed('lib', '1', 'devel/lib'),
    );
    assert.deepEqual(waitsFor(plan, 'package www/foo'), ['build www/foo', 'install www/plugin']);
    assert.ok(allBefore(plan, 'package www/foo').includes('install devel/lib'));
  });

  test('install www/foo waits for install www/plugin where the package of www/foo is finished already', () => {
    const plan = buildPlan(
      facts(
        [
          port('www/foo').needs.run('www/plugin', {metBy: null}),
          installed('foo', '1', 'www/foo'),
          port('www/plugin'),
        ],
        {
          finished: [
            {
              origin: origin('www/foo'),
              file: '/packages/foo-2.pkg',
              fingerprint: 'fingerprint of www/foo',
              builtWith: ['plugin-2'],
            },
          ],
        },
      ),
      asked('www/foo'),
    );
    assert.deepEqual(waitsFor(plan, 'install www/foo'), ['install www/plugin']);
  });
});

describe('rule 3: an installation waits for its package', () => {
  test('install www/foo waits for package www/foo', () => {
    const plan = planAll(port('www/foo'), installed('foo', '1', 'www/foo'));
    assert.deepEqual(waitsFor(plan, 'install www/foo'), ['package www/foo']);
  });
});

describe('rule 4: ports that are up to date carry order', () => {
  test('build www/foo waits for install devel/lib, which the current devel/tool runs with', () => {
    const plan = planAll(
      port('www/foo').needs.build('devel/tool'),
      installed('foo', '1', 'www/foo'),
      port('devel/tool').version('1'),
      installed('tool', '1', 'devel/tool').needs('middle'),
      port('devel/middle').version('1'),
      installed('middle', '1', 'devel/middle').needs('lib'),
      port('devel/lib'),
      installed('lib', '1', 'devel/lib'),
    );
    assert.deepEqual(stepOrigins(plan), ['devel/lib', 'www/foo']);
    assert.ok(waitsFor(plan, 'build www/foo').includes('install devel/lib'));
  });

  test('build www/foo waits for install devel/lib, whose shared library the current devel/tool loads', () => {
    const plan = planAll(
      port('www/foo').needs.build('devel/tool'),
      installed('foo', '1', 'www/foo'),
      port('devel/tool').version('1'),
      installed('tool', '1', 'devel/tool').with({shlibsRequired: ['liblib.so.1']}),
      port('devel/lib'),
      installed('lib', '1', 'devel/lib').with({shlibsProvided: ['liblib.so.1']}),
    );
    assert.ok(waitsFor(plan, 'build www/foo').includes('install devel/lib'));
  });

  test('build www/foo goes before install devel/lib, which waits for it in turn: the order is given up and said', () => {
    const plan = planAll(
      port('www/foo').needs.build('devel/tool'),
      installed('foo', '1', 'www/foo'),
      port('devel/tool').version('1'),
      installed('tool', '1', 'devel/tool').needs('lib'),
      port('devel/lib').needs.build('www/foo', {pattern: 'foo>=2', metBy: null}),
      installed('lib', '1', 'devel/lib'),
    );
    assert.deepEqual(stepOrigins(plan), ['devel/lib', 'www/foo']);
    assert.deepEqual(plan.relaxed, [{waiting: 'www/foo', on: 'devel/lib'}]);
    assert.ok(!allBefore(plan, 'build www/foo').includes('install devel/lib'));
    assert.ok(waitsFor(plan, 'build devel/lib').includes('install www/foo'));
  });
});

describe('rule 5: what only one may use at a time', () => {
  test('fetch www/one and fetch www/two hold the distfile that both need', () => {
    const plan = planAll(
      port('www/one').distfiles('shared.tar.gz', 'one.tar.gz'),
      installed('one', '1', 'www/one'),
      port('www/two').distfiles('shared.tar.gz'),
      installed('two', '1', 'www/two'),
    );
    const held = (id: string) => plan.nodes.find((node) => node.id === id)?.exclusive;
    assert.deepEqual(held('fetch www/one'), ['distfile one.tar.gz', 'distfile shared.tar.gz']);
    assert.deepEqual(held('fetch www/two'), ['distfile shared.tar.gz']);
    assert.deepEqual(held('install www/one'), []);
  });

  test('build www/two waits for package www/one, which is built in the same work directory', () => {
    const plan = planAll(
      port('www/one').with({workDirectory: '/wrk/shared'}),
      installed('one', '1', 'www/one'),
      port('www/two').with({workDirectory: '/wrk/shared'}),
      installed('two', '1', 'www/two'),
    );
    const waiting = [...waitsFor(plan, 'build www/one'), ...waitsFor(plan, 'build www/two')];
    const orders = waiting.filter((id) => id.startsWith('package '));
    assert.equal(orders.length, 1);
  });

  test('build b/user waits for package a/lib, in whose work directory it builds and which it runs with', () => {
    const plan = planAll(
      port('a/lib').with({workDirectory: '/wrk/shared'}),
      installed('lib', '1', 'a/lib'),
      port('b/user').with({workDirectory: '/wrk/shared'}).needs.run('a/lib'),
      installed('user', '1', 'b/user').needs('lib'),
    );
    assert.deepEqual(waitsFor(plan, 'build b/user'), ['fetch b/user', 'package a/lib']);
    assert.deepEqual(waitsFor(plan, 'build a/lib'), ['fetch a/lib']);
  });

  test('build www/foo holds the work directory of lang/ruby, from whose sources it starts', () => {
    const plan = planAll(
      port('www/foo').needs.build('lang/ruby', {target: 'patch', metBy: null}),
      installed('foo', '1', 'www/foo'),
      port('lang/ruby').with({workDirectory: '/wrk/ruby'}),
      installed('ruby', '1', 'lang/ruby'),
    );
    const build = plan.nodes.find(({id}) => id === 'build www/foo');
    assert.deepEqual(build?.exclusive, ['work /wrk/ruby', 'work /wrk/www/foo']);
    assert.ok(plan.nodes.find(({id}) => id === 'build lang/ruby')?.exclusive.includes('work /wrk/ruby'));
  });
});

describe('rule 6: pkg goes first', () => {
  for (const manager of ['ports-mgmt/pkg', 'ports-mgmt/pkg-devel']) {
    test(`build www/foo waits for install ${manager}, which waits for nothing but itself`, () => {
      const plan = planAll(
        port('www/foo'),
        installed('foo', '1', 'www/foo'),
        port(manager).name('pkg'),
        installed('pkg', '1', manager),
      );
      assert.ok(waitsFor(plan, 'build www/foo').includes(`install ${manager}`));
      assert.deepEqual(waitsFor(plan, 'fetch www/foo'), []);
      assert.deepEqual(waitsFor(plan, `build ${manager}`), [`fetch ${manager}`]);
    });
  }

  test('build devel/tool does not wait for install ports-mgmt/pkg, which is built with it', () => {
    const plan = planAll(
      port('devel/tool'),
      installed('tool', '1', 'devel/tool'),
      port('ports-mgmt/pkg').needs.build('devel/tool'),
      installed('pkg', '1', 'ports-mgmt/pkg'),
      port('www/foo'),
      installed('foo', '1', 'www/foo'),
    );
    assert.deepEqual(waitsFor(plan, 'build devel/tool'), ['fetch devel/tool']);
    assert.ok(waitsFor(plan, 'build ports-mgmt/pkg').includes('install devel/tool'));
    assert.ok(waitsFor(plan, 'build www/foo').includes('install ports-mgmt/pkg'));
  });

  test('install www/foo, finished by an earlier run, waits for install ports-mgmt/pkg', () => {
    const finished = [
      {
        origin: origin('www/foo'),
        file: '/packages/foo-2.pkg',
        fingerprint: 'fingerprint of www/foo',
        builtWith: [],
      },
    ];
    const plan = buildPlan(
      facts(
        [
          port('www/foo'),
          installed('foo', '1', 'www/foo'),
          port('ports-mgmt/pkg'),
          installed('pkg', '1', 'ports-mgmt/pkg'),
        ],
        {finished},
      ),
      asked('www/foo', 'ports-mgmt/pkg'),
    );
    assert.deepEqual(waitsFor(plan, 'install www/foo'), ['install ports-mgmt/pkg']);
  });
});

describe('rule 9: the longest remaining path goes first', () => {
  test('build devel/deep outweighs build www/shallow, because two builds wait for it', () => {
    const plan = planAll(
      port('devel/deep'),
      installed('deep', '1', 'devel/deep'),
      port('devel/middle').needs.build('devel/deep'),
      installed('middle', '1', 'devel/middle'),
      port('www/top').needs.build('devel/middle'),
      installed('top', '1', 'www/top'),
      port('www/shallow'),
      installed('shallow', '1', 'www/shallow'),
    );
    const weight = (id: string) => plan.nodes.find((node) => node.id === id)?.weight ?? NaN;
    assert.ok(weight('build devel/deep') > weight('build devel/middle'));
    assert.ok(weight('build devel/middle') > weight('build www/top'));
    assert.equal(weight('build www/top'), weight('build www/shallow'));
  });

  test('a weight is the own time and that of the heaviest chain of what waits, from measured times', () => {
    const times = {fetch: 1, build: 10, package: 100, install: 1000};
    const plan = buildPlan(
      facts([port('devel/lib'), port('www/foo').needs.build('devel/lib', {metBy: null})]),
      asked('www/foo'),
      {
        estimate: (own, phase) => ({
          ...withoutHistory(own, phase),
          ms: (own === 'www/foo' ? 2 : 1) * times[phase],
        }),
      },
    );
    const weights = Object.fromEntries(plan.nodes.map(({id, weight}) => [id, weight]));
    assert.deepEqual(weights, {
      'install www/foo': 2000,
      'package www/foo': 2200,
      'build www/foo': 2220,
      'fetch www/foo': 2222,
      'install devel/lib': 3220,
      'package devel/lib': 3320,
      'build devel/lib': 3330,
      'fetch devel/lib': 3331,
    });
  });
});

describe('a plan', () => {
  const world = [
    port('www/foo').needs.build('devel/tool').needs.run('devel/lib'),
    installed('foo', '1', 'www/foo').needs('lib'),
    port('devel/tool').needs.lib('devel/lib'),
    installed('tool', '1', 'devel/tool').needs('lib'),
    port('devel/lib'),
    installed('lib', '1', 'devel/lib'),
    port('www/locked'),
    installed('locked', '1', 'www/locked').locked(),
  ];

  test('lists its steps in an order in which they could be done one after another', () => {
    const plan = planAll(...world);
    assert.deepEqual(
      plan.steps.map((step) => step.origin),
      ['devel/lib', 'devel/tool', 'www/foo'],
    );
  });

  test('is the same to the byte whatever the order of the facts', () => {
    const text = JSON.stringify(planAll(...world));
    for (let turn = 1; turn < world.length; turn += 1) {
      const turned = [...world.slice(turn), ...world.slice(0, turn)];
      assert.equal(JSON.stringify(planAll(...turned)), text);
    }
  });

  test('of a world where nothing is old is empty', () => {
    assert.deepEqual(planAll(port('www/foo').version('1'), installed('foo', '1', 'www/foo')), {
      steps: [],
      nodes: [],
      leftOut: [],
      relaxed: [],
    });
  });
});
