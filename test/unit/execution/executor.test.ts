import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import type {Plan} from '../../../src/model/plan.js';
import {buildPlan} from '../../../src/planning/build-plan.js';
import {everything, facts, installed, planAll, port} from '../../rig/builders.js';
import {endings, FakeRun} from '../../rig/fake-run.js';

/** Ports that have nothing to do with each other. */
function independent(...names: readonly string[]): Plan {
  return planAll(...names.flatMap((name) => [port(`www/${name}`), installed(name, '1', `www/${name}`)]));
}

/** The steps of a plan in its order: equals are started in that order. */
function inOrder(plan: Plan): [string, string, string] {
  const [first = '', second = '', third = ''] = plan.steps.map(({origin}) => String(origin));
  return [first, second, third];
}

/** lib ← tool ← app, each needed for the build of the next; other stands alone. */
const chain = planAll(
  port('a/lib'),
  installed('lib', '1', 'a/lib'),
  port('b/tool').needs.build('a/lib'),
  installed('tool', '1', 'b/tool'),
  port('c/app').needs.build('b/tool'),
  installed('app', '1', 'c/app'),
  port('d/other'),
  installed('other', '1', 'd/other'),
);

const onePhaseAtATime = {builders: 1, fetchers: 1};

describe('a run', () => {
  test('of an empty plan ends at once', async () => {
    const run = await FakeRun.start(planAll());
    const summary = await run.done;
    assert.deepEqual(summary.results, []);
    assert.deepEqual(
      run.events.map(({kind}) => kind),
      ['run-started', 'run-finished'],
    );
  });

  test('takes a step through its phases and tells of each as it happens', async () => {
    const run = await FakeRun.start(independent('foo'));
    for (const phase of ['fetch', 'build', 'package', 'install']) {
      assert.deepEqual(run.phases.running, [`${phase} www/foo`]);
      run.clock.advance(1000);
      await run.phases.succeed(`${phase} www/foo`, phase === 'install' ? 'Read me.' : undefined);
    }
    const summary = await run.done;
    assert.deepEqual(summary, {
      runId: 'run',
      logDirectory: '/logs',
      results: [
        {
          origin: 'www/foo',
          action: 'upgrade',
          from: 'foo-1',
          to: 'foo-2',
          status: 'succeeded',
          message: 'Read me.',
          phaseMs: {fetch: 1000, build: 1000, package: 1000, install: 1000},
        },
      ],
      wallMs: 4000,
      builders: 2,
      builderBusyMs: 2000,
      mostBuilders: 1,
    });
    assert.deepEqual(
      run.events.map((event) => ('phase' in event ? `${event.kind} ${event.phase}` : event.kind)),
      [
        'run-started',
        ...['fetch', 'build', 'package'].flatMap((phase) => [
          `phase-started ${phase}`,
          `phase-finished ${phase}`,
        ]),
        'phase-started install',
        'phase-finished install',
        'step-finished',
        'run-finished',
      ],
    );
    assert.equal(run.eventsOf('phase-started')[1]?.log, '/logs/www_foo.build.log');
    assert.equal(run.eventsOf('step-finished')[0]?.message, 'Read me.');
  });

  test('starts a phase the moment what it waits for is done, and not before', async () => {
    const run = await FakeRun.start(chain, {builders: 4, fetchers: 4});
    assert.deepEqual(run.phases.running.length, 4);
    for (const own of ['a/lib', 'b/tool', 'c/app']) await run.phases.succeed(`fetch ${own}`);
    assert.deepEqual(run.phases.running, ['fetch d/other', 'build a/lib']);
    await run.phases.succeed('build a/lib');
    await run.phases.succeed('package a/lib');
    assert.deepEqual(run.phases.running, ['fetch d/other', 'install a/lib']);
    await run.phases.succeed('install a/lib');
    assert.deepEqual(run.phases.running, ['fetch d/other', 'build b/tool']);
    assert.deepEqual(endings(await run.finish()).succeeded.sort(), ['a/lib', 'b/tool', 'c/app', 'd/other']);
  });

  test('starts the most urgent of several first', async () => {
    const run = await FakeRun.start(chain, onePhaseAtATime);
    assert.deepEqual(run.phases.running, ['fetch a/lib']);
    await run.phases.succeed('fetch a/lib');
    assert.deepEqual(run.phases.running, ['build a/lib', 'fetch b/tool']);
    await run.finish();
    assert.deepEqual(run.phases.started.filter((id) => id.startsWith('fetch ')).slice(0, 2), [
      'fetch a/lib',
      'fetch b/tool',
    ]);
  });

  test('never has more builds and packages than builders, nor more fetches than fetchers', async () => {
    const run = await FakeRun.start(independent('a', 'b', 'c', 'd', 'e'), {builders: 2, fetchers: 3});
    const count = (...phases: readonly string[]): number =>
      run.phases.running.filter((id) => phases.includes(id.split(' ')[0] ?? '')).length;
    let mostBuilders = 0;
    let mostFetchers = 0;
    for (let id = run.phases.running[0]; id !== undefined; id = run.phases.running[0]) {
      mostBuilders = Math.max(mostBuilders, count('build', 'package'));
      mostFetchers = Math.max(mostFetchers, count('fetch'));
      assert.ok(count('install') <= 1);
      await run.phases.succeed(id);
    }
    assert.equal(mostBuilders, 2);
    assert.equal(mostFetchers, 3);
    assert.equal((await run.done).mostBuilders, 2);
  });

  test('installs one package at a time, however many are ready', async () => {
    const plan = independent('a', 'b', 'c');
    const run = await FakeRun.start(plan, {builders: 3, fetchers: 3});
    for (const phase of ['fetch', 'build', 'package']) {
      for (const own of inOrder(plan)) await run.phases.succeed(`${phase} ${own}`);
    }
    for (const own of inOrder(plan)) {
      assert.deepEqual(run.phases.running, [`install ${own}`]);
      await run.phases.succeed(`install ${own}`);
    }
    assert.equal(endings(await run.done).succeeded.length, 3);
  });

  test('never fetches the same distfile twice at a time, and goes on with others meanwhile', async () => {
    const plan = planAll(
      port('www/a').distfiles('shared.tar'),
      installed('a', '1', 'www/a'),
      port('www/b').distfiles('shared.tar'),
      installed('b', '1', 'www/b'),
      port('www/c').distfiles('c.tar'),
      installed('c', '1', 'www/c'),
    );
    const run = await FakeRun.start(plan, {fetchers: 3});
    const [holder, waiter] = inOrder(plan).filter((own) => own !== 'www/c');
    assert.deepEqual([...run.phases.running].sort(), [`fetch ${holder}`, 'fetch www/c'].sort());
    await run.phases.succeed(`fetch ${holder}`);
    assert.deepEqual(
      [...run.phases.running].sort(),
      [`build ${holder}`, `fetch ${waiter}`, 'fetch www/c'].sort(),
    );
    await run.finish();
  });

  test('numbers the workers of a lane from 1 and gives a free number out again', async () => {
    const plan = independent('a', 'b', 'c');
    const [first, second, third] = inOrder(plan);
    const run = await FakeRun.start(plan, {builders: 1, fetchers: 2});
    await run.phases.succeed(`fetch ${first}`);
    const workers = run
      .eventsOf('phase-started')
      .map(({phase, origin, worker}) => `${phase} ${origin} ${worker}`);
    assert.deepEqual(workers, [
      `fetch ${first} 1`,
      `fetch ${second} 2`,
      `build ${first} 1`,
      `fetch ${third} 1`,
    ]);
    await run.finish();
  });

  test('shares the cores among the builds that run and could run', async () => {
    const plan = independent('a', 'b', 'c');
    const [first, second] = inOrder(plan);
    const run = await FakeRun.start(plan, {builders: 2, fetchers: 3, jobsTotal: 8});
    await run.phases.succeed(`fetch ${first}`);
    assert.equal(run.phases.contextOf(`build ${first}`).jobs, 4, 'two more can start in a moment');
    await run.phases.succeed(`fetch ${second}`);
    assert.equal(run.phases.contextOf(`build ${second}`).jobs, 4);
    await run.finish();
  });
});

describe('the last build', () => {
  test('gets all cores', async () => {
    const run = await FakeRun.start(independent('a'), {builders: 4, fetchers: 3, jobsTotal: 8});
    await run.phases.succeed('fetch www/a');
    assert.equal(run.phases.contextOf('build www/a').jobs, 8);
    await run.finish();
  });
});

describe('a failure', () => {
  test('costs its dependents and nothing else: they are skipped, each naming the step that failed', async () => {
    const run = await FakeRun.start(chain, {builders: 4, fetchers: 4});
    await run.phases.fail('fetch a/lib');
    const summary = await run.finish();
    assert.deepEqual(endings(summary), {
      succeeded: ['d/other'],
      failed: ['a/lib'],
      skipped: ['b/tool', 'c/app'],
      cancelled: [],
    });
    for (const result of summary.results.filter(({status}) => status === 'skipped')) {
      assert.deepEqual(result.cause, {origin: 'a/lib'});
      assert.equal(result.failure, undefined);
    }
    assert.equal(summary.results.find(({origin}) => origin === 'a/lib')?.failure?.kind, 'phase-failed');
    assert.equal(summary.ending, undefined);
  });

  test('lets a dependent end the phase that runs, and starts no further one', async () => {
    const run = await FakeRun.start(chain, {builders: 4, fetchers: 4});
    await run.phases.fail('fetch a/lib');
    assert.ok(run.phases.running.includes('fetch b/tool'));
    assert.deepEqual(
      run.eventsOf('step-finished').map(({origin}) => origin),
      ['a/lib'],
    );
    await run.phases.succeed('fetch b/tool');
    assert.deepEqual(
      run.eventsOf('step-finished').map(({origin, status}) => `${origin} ${status}`),
      ['a/lib failed', 'b/tool skipped'],
    );
    await run.finish();
    assert.ok(!run.phases.started.includes('build b/tool'));
  });

  test('of a dependent that is to be skipped counts as its own', async () => {
    const run = await FakeRun.start(chain, {builders: 4, fetchers: 4});
    await run.phases.fail('fetch a/lib');
    await run.phases.fail('fetch b/tool');
    const summary = await run.finish();
    assert.deepEqual(endings(summary).failed, ['a/lib', 'b/tool']);
    assert.deepEqual(endings(summary).skipped, ['c/app']);
  });

  test('of an installation is one of the whole step', async () => {
    const run = await FakeRun.start(chain, onePhaseAtATime);
    for (const id of ['fetch a/lib', 'build a/lib', 'package a/lib']) await run.phases.succeed(id);
    await run.phases.fail('install a/lib');
    assert.deepEqual(endings(await run.finish()).failed, ['a/lib']);
  });

  test('of portpar’s own work for a phase costs that step and not the run', async () => {
    const phases = {run: () => Promise.reject(new Error('ENOSPC: no space left on device'))};
    const run = await FakeRun.start(independent('a'), {phases});
    const summary = await run.done;
    assert.deepEqual(endings(summary).failed, ['www/a']);
    assert.deepEqual(summary.results[0]?.failure, {
      kind: 'phase-trouble',
      origin: 'www/a',
      phase: 'fetch',
      log: '/logs/www_a.fetch.log',
      message: 'ENOSPC: no space left on device',
    });
  });

  test('with fail-fast ends the run: what runs may end, and nothing new starts', async () => {
    const plan = independent('a', 'b', 'c');
    const [first, second, third] = inOrder(plan);
    const run = await FakeRun.start(plan, {failFast: true, fetchers: 2});
    await run.phases.fail(`fetch ${first}`);
    assert.deepEqual(run.phases.running, [`fetch ${second}`]);
    await run.phases.succeed(`fetch ${second}`);
    const summary = await run.done;
    assert.deepEqual(run.phases.started, [`fetch ${first}`, `fetch ${second}`]);
    assert.deepEqual(endings(summary), {
      succeeded: [],
      failed: [first],
      skipped: [],
      cancelled: [second, third],
    });
    assert.deepEqual(summary.ending, {kind: 'fail-fast', origin: first});
    assert.equal(run.eventsOf('run-ending').length, 1);
  });

  test('of a port that merely goes first costs nobody else anything', async () => {
    const plan = planAll(
      port('ports-mgmt/pkg').version('2'),
      installed('pkg', '1', 'ports-mgmt/pkg'),
      port('www/foo').version('2'),
      installed('foo', '1', 'www/foo'),
    );
    const run = await FakeRun.start(plan, {builders: 2, fetchers: 2});
    await run.phases.succeed('fetch www/foo');
    await run.phases.succeed('fetch ports-mgmt/pkg');
    assert.deepEqual(run.phases.running, ['build ports-mgmt/pkg']);
    await run.phases.fail('build ports-mgmt/pkg');
    assert.deepEqual(run.phases.running, ['build www/foo']);
    assert.deepEqual(endings(await run.finish()), {
      succeeded: ['www/foo'],
      failed: ['ports-mgmt/pkg'],
      skipped: [],
      cancelled: [],
    });
  });

  test('of what ports build on, with fail-fast, skips its dependents and cancels the others', async () => {
    const run = await FakeRun.start(chain, {...onePhaseAtATime, failFast: true});
    await run.phases.fail('fetch a/lib');
    assert.deepEqual(endings(await run.done), {
      succeeded: [],
      failed: ['a/lib'],
      skipped: ['b/tool', 'c/app'],
      cancelled: ['d/other'],
    });
  });
});

describe('a run that is told to stop', () => {
  test('starts nothing more and waits for what runs', async () => {
    const plan = independent('a', 'b', 'c');
    const [first, second, third] = inOrder(plan);
    const run = await FakeRun.start(plan);
    await run.stop('SIGINT');
    assert.equal(run.phases.contextOf(`fetch ${first}`).stop.terminate?.aborted, true);
    assert.deepEqual(run.eventsOf('run-finished'), []);
    await run.phases.end(`fetch ${first}`, {kind: 'stopped'});
    await run.phases.succeed(`fetch ${second}`);
    const summary = await run.done;
    assert.deepEqual(run.phases.started, [`fetch ${first}`, `fetch ${second}`]);
    assert.deepEqual(endings(summary).cancelled, [first, second, third]);
    assert.deepEqual(summary.ending, {kind: 'signal', signal: 'SIGINT'});
  });

  test('counts a step whose last phase still succeeded as done', async () => {
    const run = await FakeRun.start(independent('a'));
    for (const phase of ['fetch', 'build', 'package']) await run.phases.succeed(`${phase} www/a`);
    await run.stop('SIGTERM');
    await run.phases.succeed('install www/a');
    assert.deepEqual(endings(await run.done).succeeded, ['www/a']);
  });

  test('because portpar itself cannot go on says why', async () => {
    const run = await FakeRun.start(independent('a'));
    await run.stop('the journal cannot be written');
    await run.phases.end('fetch www/a', {kind: 'stopped'});
    assert.deepEqual((await run.done).ending, {kind: 'trouble', text: 'the journal cannot be written'});
  });

  test('before it began does nothing at all', async () => {
    const terminate = new AbortController();
    terminate.abort('SIGHUP');
    const run = await FakeRun.start(independent('a', 'b'), {stop: {terminate: terminate.signal}});
    const summary = await run.done;
    assert.deepEqual(run.phases.started, []);
    assert.equal(endings(summary).cancelled.length, 2);
    assert.deepEqual(summary.ending, {kind: 'signal', signal: 'SIGHUP'});
  });

  test('twice says so once', async () => {
    const run = await FakeRun.start(independent('a'), {failFast: true});
    await run.stop('SIGINT');
    await run.phases.fail('fetch www/a');
    await run.done;
    assert.deepEqual(
      run.eventsOf('run-ending').map(({reason}) => reason),
      [{kind: 'signal', signal: 'SIGINT'}],
    );
  });
});

describe('what execution does not forgive', () => {
  test('is a plan that waits for something that is not in it', async () => {
    const plan = independent('a');
    const broken = {...plan, nodes: plan.nodes.filter(({phase}) => phase !== 'fetch')};
    const run = FakeRun.start(broken);
    await assert.rejects(async () => (await run).done, /Internal error: nothing can start/);
  });
});

describe('a fetch-only run', () => {
  test('ends each step with its fetch', async () => {
    const plan = buildPlan(
      facts([
        port('a/lib'),
        installed('lib', '1', 'a/lib'),
        port('b/app').needs.build('a/lib'),
        installed('app', '1', 'b/app'),
      ]),
      everything({fetchOnly: true}),
    );
    const run = await FakeRun.start(plan);
    await run.phases.fail('fetch a/lib');
    await run.phases.succeed('fetch b/app');
    assert.deepEqual(endings(await run.done), {
      succeeded: ['b/app'],
      failed: ['a/lib'],
      skipped: [],
      cancelled: [],
    });
  });
});
