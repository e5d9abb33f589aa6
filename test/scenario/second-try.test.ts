import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {eventsOf, expectRun} from '../rig/expect-run.js';
import {scenario, scenarios, type PortparRig} from '../rig/portpar-rig.js';
import type {Invocation} from '../rig/remote-command.js';

const one = {'devel/a': {installed: '1'}};
const fourJobs = 'jobs_total = 4';
const outOfMemory = 'c++: fatal error: Killed signal terminated program cc1plus';

/** What the framework prints as it comes to the build proper, then a failure. */
async function failBuilding(build: Invocation, text: string): Promise<void> {
  await build.print('===>  Building for a-2\n');
  await build.fail(text);
}

function buildsOf(rig: PortparRig, origin: string): number {
  return rig.commands.started.filter((label) => label === `build ${origin}`).length;
}

function logOf(rig: PortparRig, name: string): string {
  const path = join(rig.runs.at(-1) ?? '', 'logs', name);
  assert.ok(existsSync(path), `${path} is not there`);
  return readFileSync(path, 'utf8');
}

scenarios('a second try', () => {
  scenario(
    'a build that failed in parallel make is made again with one job, from a clean work directory',
    {ports: one, config: fourJobs},
    async (rig) => {
      rig.commands.hold('build');
      const portpar = rig.start(['-a']);
      const first = await rig.nextInvocation('build devel/a');
      assert.equal(first.environment['DISABLE_MAKE_JOBS'], undefined);
      await failBuilding(first, 'a.c:1: fatal error: made.h: No such file or directory');
      const second = await rig.nextInvocation('build devel/a');
      assert.equal(second.environment['DISABLE_MAKE_JOBS'], 'yes');
      assert.equal(second.environment['MAKE_JOBS_NUMBER_LIMIT'], '1');
      assert.deepEqual(second.argv.slice(-2), ['clean', 'build']);
      await second.succeed();
      const ended = await portpar.ended;
      assert.equal(ended.status, 0);
      expectRun(rig, ended, {succeeded: ['devel/a']});
      assert.deepEqual(
        eventsOf(rig.journal, 'phase-again').map(({origin, phase, how}) => [origin, phase, how]),
        [['devel/a', 'build', 'one-job']],
      );
      const [finished] = eventsOf(rig.journal, 'run-finished');
      assert.deepEqual(finished?.summary.results[0]?.again, [{phase: 'build', how: 'one-job'}]);
      const log = logOf(rig, 'devel_a.build.log');
      assert.match(
        log,
        /made\.h: No such file[^]*^===> portpar: second try, with one job$[^]*===> {2}build for a-2/m,
      );
    },
  );

  scenario(
    'a build is tried no third time, and what failed last is told',
    {ports: {...one, 'www/b': {installed: '1', needs: {build: ['devel/a']}}}, config: fourJobs},
    async (rig) => {
      rig.commands.hold('build');
      const portpar = rig.start(['-a']);
      await failBuilding(await rig.nextInvocation('build devel/a'), 'a.c:1: error: the first failure');
      await failBuilding(await rig.nextInvocation('build devel/a'), 'a.c:2: error: the second failure');
      const ended = await portpar.ended;
      assert.equal(ended.status, 1);
      expectRun(rig, ended, {failed: ['devel/a'], skipped: {'www/b': 'devel/a'}});
      assert.equal(buildsOf(rig, 'devel/a'), 2);
      assert.match(ended.stdout, /the second failure/);
      const [step] = eventsOf(rig.journal, 'step-finished');
      assert.ok(step?.failure?.kind === 'phase-failed');
      assert.deepEqual(step.failure.excerpt, ['a.c:2: error: the second failure']);
    },
  );

  scenario(
    'a build for which memory ran out is made again with no other beside it',
    {ports: {...one, 'devel/b': {installed: '1'}, 'devel/c': {installed: '1'}}, config: fourJobs},
    async (rig) => {
      rig.commands.hold('build');
      const portpar = rig.start(['-a', '-j', '2']);
      const [first, beside] = [
        await rig.nextInvocation('build devel/a'),
        await rig.nextInvocation('build devel/b'),
      ];
      await failBuilding(first, outOfMemory);
      // Neither it nor the third may start beside the second; alone it may.
      await beside.succeed();
      const next = await rig.nextInvocation('build');
      if (next.label === 'build devel/c') {
        await next.succeed();
        const again = await rig.nextInvocation('build devel/a');
        await again.succeed();
      } else {
        assert.deepEqual(rig.commands.held, []);
        await next.succeed();
        await (await rig.nextInvocation('build devel/c')).succeed();
      }
      const ended = await portpar.ended;
      expectRun(rig, ended, {succeeded: ['devel/a', 'devel/b', 'devel/c']});
      assert.deepEqual(
        eventsOf(rig.journal, 'phase-again').map(({how}) => how),
        ['alone'],
      );
      assertAlone(rig, 'devel/a');
    },
  );

  scenario(
    'a fetch that failed is made again, first from a site that was not asked',
    {ports: {'devel/a': {installed: '1', variables: {ALLFILES: 'a-2.tar.gz'}}}},
    async (rig) => {
      rig.commands.hold('checksum', 'fetch-urlall-list');
      const portpar = rig.start(['-a']);
      const first = await rig.nextInvocation('checksum devel/a');
      await first.print('=> Attempting to fetch http://one/d/a-2.tar.gz\n');
      await first.fail('=> SHA256 Checksum mismatch for a-2.tar.gz.');
      const list = await rig.nextInvocation('fetch-urlall-list devel/a');
      await list.print('http://one/d/a-2.tar.gz\nhttp://two/a-2.tar.gz\n');
      await list.exit(0);
      const second = await rig.nextInvocation('checksum devel/a');
      assert.ok(second.argv.includes('MASTER_SITE_OVERRIDE=http://two/'), second.argv.join(' '));
      await second.succeed();
      const ended = await portpar.ended;
      expectRun(rig, ended, {succeeded: ['devel/a']});
      assert.deepEqual(
        eventsOf(rig.journal, 'phase-again').map(({phase, how}) => [phase, how]),
        [['fetch', 'other-site']],
      );
      assert.match(logOf(rig, 'devel_a.fetch.log'), /^===> portpar: second try, first from http:\/\/two\/$/m);
    },
  );

  scenario(
    'nothing is tried again where that is not wanted, nor what failed before make ran side by side',
    {ports: {...one, 'devel/b': {installed: '1'}}, config: `${fourJobs}\nsecond_try = false`},
    async (rig) => {
      rig.commands.hold('build');
      const portpar = rig.start(['-a']);
      await failBuilding(await rig.nextInvocation('build devel/a'), outOfMemory);
      await (await rig.nextInvocation('build devel/b')).fail('checking for a compiler... no');
      const ended = await portpar.ended;
      expectRun(rig, ended, {failed: ['devel/a', 'devel/b']});
      assert.deepEqual(eventsOf(rig.journal, 'phase-again'), []);
      assert.equal(buildsOf(rig, 'devel/a'), 1);
    },
  );
});

/** The last build of a port ran with no other build or package beside it, by the journal. */
function assertAlone(rig: PortparRig, origin: string): void {
  const running = new Set<string>();
  const starts: {readonly id: string; readonly beside: readonly string[]}[] = [];
  for (const event of rig.journal) {
    if (event.kind !== 'phase-started' && event.kind !== 'phase-finished') continue;
    if (event.phase !== 'build') continue;
    if (event.kind === 'phase-finished') {
      running.delete(event.origin);
      continue;
    }
    for (const start of starts.filter(({id}) => running.has(id))) {
      starts.push({id: start.id, beside: [...start.beside, event.origin]});
    }
    starts.push({id: event.origin, beside: [...running]});
    running.add(event.origin);
  }
  const last = starts.filter(({id}) => id === origin).at(-1);
  assert.ok(last !== undefined);
  assert.deepEqual(last.beside, [], `beside the last build of ${origin}`);
}
