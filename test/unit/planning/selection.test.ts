import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {buildPlan} from '../../../src/planning/build-plan.js';
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

describe('what is upgraded', () => {
  test('is every installed port that has something newer in the tree, and nothing else', () => {
    const plan = planAll(
      port('www/old').version('2'),
      installed('old', '1', 'www/old'),
      port('www/current').version('2'),
      installed('current', '2', 'www/current'),
      port('www/ahead').version('2'),
      installed('ahead', '3', 'www/ahead'),
    );
    assert.deepEqual(stepOrigins(plan), ['www/old']);
    assert.deepEqual(plan.leftOut, []);
    const step = stepOf(plan, 'www/old');
    assert.equal(step.action, 'upgrade');
    assert.deepEqual(step.reasons, [{kind: 'newer-version', from: '1', to: '2'}]);
    assert.deepEqual(step.replaces, {name: 'old', version: '1', origin: 'www/old', automatic: false});
    assert.deepEqual(step.phases, ['fetch', 'build', 'package', 'install']);
  });

  test('takes in what an upgraded port needs and lacks, and what that needs in turn', () => {
    const plan = planAll(
      port('www/foo').needs.build('devel/tool', {metBy: null}),
      installed('foo', '1', 'www/foo'),
      port('devel/tool').needs.lib('devel/lib', {metBy: null}),
      port('devel/lib'),
    );
    assert.deepEqual(stepOrigins(plan), ['devel/lib', 'devel/tool', 'www/foo']);
    assert.deepEqual(stepOf(plan, 'devel/tool').reasons, [
      {kind: 'needed', by: 'www/foo', how: 'build', pattern: 'tool>0'},
    ]);
    assert.equal(stepOf(plan, 'devel/lib').action, 'install');
  });

  test('does not take in what is met by a package of another port', () => {
    const plan = planAll(
      port('www/foo').needs.build('devel/gmake', {metBy: 'gmake-lite'}),
      installed('foo', '1', 'www/foo'),
      installed('gmake-lite', '1', 'devel/gmake-lite'),
      port('devel/gmake'),
      port('devel/gmake-lite').version('1'),
    );
    assert.deepEqual(stepOrigins(plan), ['www/foo']);
  });

  test('does not take in what the base system has', () => {
    const plan = planAll(
      port('www/foo').needs.build('security/openssl', {pattern: '/usr/bin/openssl', metBy: ''}),
      installed('foo', '1', 'www/foo'),
      port('security/openssl'),
    );
    assert.deepEqual(stepOrigins(plan), ['www/foo']);
  });

  test('takes in an installed port whose version is too low for what another needs', () => {
    const plan = buildPlan(
      facts([
        port('www/foo').version('1').needs.build('devel/tool', {pattern: 'tool>=2', metBy: null}),
        port('devel/tool').version('2'),
        installed('tool', '1', 'devel/tool'),
      ]),
      asked('www/foo'),
    );
    assert.deepEqual(stepOrigins(plan), ['devel/tool', 'www/foo']);
    assert.equal(stepOf(plan, 'devel/tool').action, 'upgrade');
  });

  test('takes in an old port below a port that was asked for, though it would do', () => {
    const plan = buildPlan(
      facts([
        port('www/foo').needs.build('devel/tool'),
        port('devel/tool').version('2'),
        installed('tool', '1', 'devel/tool'),
      ]),
      asked('www/foo'),
    );
    assert.deepEqual(stepOrigins(plan), ['devel/tool', 'www/foo']);
  });

  test('installs nothing for a line that names a target of another port, and notes the sources', () => {
    const plan = planAll(
      port('www/foo').needs.build('lang/ruby', {pattern: '/nonexistent', target: 'patch', metBy: null}),
      installed('foo', '1', 'www/foo'),
      port('lang/ruby'),
    );
    assert.deepEqual(stepOrigins(plan), ['www/foo']);
    assert.deepEqual(stepOf(plan, 'www/foo').sources, [{origin: 'lang/ruby', target: 'patch'}]);
  });

  test('rebuilds a current port that is asked for by name, and leaves others alone', () => {
    const plan = buildPlan(
      facts([
        port('www/foo').version('2').needs.run('www/lib'),
        installed('foo', '2', 'www/foo').needs('lib'),
        port('www/lib').version('2'),
        installed('lib', '2', 'www/lib'),
      ]),
      asked('www/foo'),
    );
    assert.deepEqual(stepOrigins(plan), ['www/foo']);
    assert.equal(stepOf(plan, 'www/foo').action, 'rebuild');
    assert.deepEqual(stepOf(plan, 'www/foo').reasons, [{kind: 'requested'}]);
  });

  test('with force rebuilds everything that is installed', () => {
    const plan = buildPlan(
      facts([
        port('www/old').version('2'),
        installed('old', '1', 'www/old'),
        port('www/current').version('2'),
        installed('current', '2', 'www/current'),
      ]),
      everything({force: true}),
    );
    assert.deepEqual(plan.steps.map(({origin: own, action}) => `${own} ${action}`).sort(), [
      'www/current rebuild',
      'www/old upgrade',
    ]);
    assert.deepEqual(stepOf(plan, 'www/current').reasons, [{kind: 'forced'}]);
    assert.deepEqual(
      stepOf(plan, 'www/old').reasons.map(({kind}) => kind),
      ['newer-version', 'forced'],
    );
  });

  test('with fetch only has one phase for each port, which waits for nothing', () => {
    const plan = buildPlan(
      facts([
        port('www/foo').needs.fetch('devel/tool', {metBy: null}),
        installed('foo', '1', 'www/foo'),
        port('devel/tool'),
      ]),
      everything({fetchOnly: true}),
    );
    assert.deepEqual(plan.nodes.map(({id, waitsFor}) => `${id}: ${waitsFor.join()}`).sort(), [
      'fetch devel/tool: ',
      'fetch www/foo: ',
    ]);
  });

  test('with fetch only goes on without a needed port that is ignored or not in the tree', () => {
    const plan = buildPlan(
      facts(
        [
          port('www/foo').needs.build('devel/ignored', {metBy: null}).needs.run('devel/gone', {metBy: null}),
          installed('foo', '1', 'www/foo'),
          port('devel/ignored').with({ignore: 'needs a newer system'}),
        ],
        {missing: [{origin: origin('devel/gone'), why: {kind: 'not-in-tree'}}]},
      ),
      everything({fetchOnly: true}),
    );
    assert.deepEqual(
      plan.nodes.map(({id}) => id),
      ['fetch www/foo'],
    );
  });
});

describe('a new package', () => {
  test('that was asked for is not automatic, what it needs is', () => {
    const plan = buildPlan(
      facts([port('www/foo').needs.run('www/lib', {metBy: null}), port('www/lib')]),
      asked('www/foo'),
    );
    assert.equal(stepOf(plan, 'www/foo').automatic, false);
    assert.equal(stepOf(plan, 'www/lib').automatic, true);
  });

  test('that replaces another keeps the automatic flag of the old one, even when asked for', () => {
    const world = [port('www/foo'), installed('foo', '1', 'www/foo').automatic()];
    assert.equal(stepOf(buildPlan(facts(world), everything()), 'www/foo').automatic, true);
    assert.equal(stepOf(buildPlan(facts(world), asked('www/foo')), 'www/foo').automatic, true);
  });
});

describe('a port that moved', () => {
  const move = {from: origin('www/old'), to: origin('www/new'), date: '2023-05-01', text: 'Better name'};

  test('replaces the package of its old origin', () => {
    const plan = buildPlan(
      facts([port('www/new').version('1'), installed('old', '1', 'www/old').follows('www/new')], {
        moves: [move],
      }),
      everything(),
    );
    const step = stepOf(plan, 'www/new');
    assert.equal(step.action, 'replace');
    assert.equal(step.replaces?.name, 'old');
    assert.deepEqual(step.reasons, [
      {kind: 'moved', from: 'www/old', text: 'Better name'},
      {kind: 'renamed', from: 'old', to: 'new'},
    ]);
  });

  test('replaces a package of the same name too, because its origin is another one', () => {
    const plan = buildPlan(
      facts([port('www/new').name('foo').version('1'), installed('foo', '1', 'www/old').follows('www/new')], {
        moves: [move],
      }),
      everything(),
    );
    assert.equal(stepOf(plan, 'www/new').action, 'replace');
    assert.deepEqual(stepOf(plan, 'www/new').reasons, [
      {kind: 'moved', from: 'www/old', text: 'Better name'},
    ]);
  });

  test('is current when only the flavor was never recorded', () => {
    const plan = planAll(
      port('devel/py-six@py39').name('py39-six').version('1'),
      installed('py39-six', '1', 'devel/py-six').follows('devel/py-six@py39'),
    );
    assert.deepEqual(plan.steps, []);
  });

  test('and was merged with another: one package is replaced, the other is left out with the reason', () => {
    const plan = planAll(
      port('www/new').version('2'),
      installed('new', '1', 'www/new'),
      installed('extra', '1', 'www/extra').follows('www/new'),
    );
    assert.deepEqual(stepOrigins(plan), ['www/new']);
    assert.equal(stepOf(plan, 'www/new').replaces?.name, 'new');
    assert.deepEqual(leftOutOf(plan, 'www/extra'), {
      origin: 'www/extra',
      installed: {name: 'extra', version: '1'},
      available: 'new-2',
      reason: {kind: 'name-taken', by: 'www/new', name: 'new'},
    });
  });
});

describe('a package finished by an earlier run', () => {
  const world = (finishedWith: {fingerprint?: string; builtWith?: string[]}) =>
    facts(
      [
        port('www/foo').needs.build('devel/tool', {metBy: null}).needs.run('www/lib'),
        installed('foo', '1', 'www/foo').needs('lib'),
        port('devel/tool').version('3'),
        port('www/lib').version('2'),
        installed('lib', '2', 'www/lib'),
      ],
      {
        finished: [
          {
            origin: origin('www/foo'),
            file: '/packages/foo-2.pkg',
            fingerprint: 'fingerprint of www/foo',
            builtWith: ['lib-2', 'tool-3'],
            ...finishedWith,
          },
        ],
      },
    );

  test('is only installed, and what was needed for its build alone is not built again', () => {
    const plan = buildPlan(world({}), everything());
    assert.deepEqual(stepOrigins(plan), ['www/foo']);
    const step = stepOf(plan, 'www/foo');
    assert.deepEqual(step.phases, ['install']);
    assert.equal(step.finishedPackage, '/packages/foo-2.pkg');
    assert.deepEqual(
      step.reasons.map(({kind}) => kind),
      ['newer-version', 'interrupted-run'],
    );
  });

  test('is built again when the port has changed since', () => {
    const step = stepOf(buildPlan(world({fingerprint: 'another'}), everything()), 'www/foo');
    assert.equal(step.finishedPackage, undefined);
    assert.deepEqual(step.phases, ['fetch', 'build', 'package', 'install']);
  });

  test('is built again when what it was built with has changed since', () => {
    for (const builtWith of [['lib-1', 'tool-3'], ['lib-2'], ['lib-2', 'tool-3', 'x-1']]) {
      const step = stepOf(buildPlan(world({builtWith}), everything()), 'www/foo');
      assert.equal(step.finishedPackage, undefined, builtWith.join());
    }
  });
});
