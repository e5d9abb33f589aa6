import assert from 'node:assert/strict';
import type {RunEvent} from '../../src/model/event.js';
import {checkJournalOrder} from '../rig/expect-run-order.js';
import {expectRun} from '../rig/expect-run.js';
import {scenario, scenarios} from '../rig/portpar-rig.js';

/** Takes the events that fit out, and puts them back before the first that fits `before`. */
function moved(
  journal: readonly RunEvent[],
  what: (event: RunEvent) => boolean,
  before: (event: RunEvent) => boolean,
): RunEvent[] {
  const rest = journal.filter((event) => !what(event));
  const at = rest.findIndex(before);
  const taken = journal.filter(what).map((event) => ({...event, at: rest[at]?.at ?? 0}));
  return [...rest.slice(0, at), ...taken, ...rest.slice(at)];
}

const isPhase =
  (kind: RunEvent['kind'], phase: string, origin: string) =>
  (event: RunEvent): boolean =>
    event.kind === kind && 'phase' in event && event.phase === phase && event.origin === origin;

scenarios('the checks find what they are for', () => {
  scenario(
    'a journal that was tampered with is found out',
    {ports: {'devel/a': {installed: '1'}, 'www/b': {installed: '1', needs: {build: ['devel/a']}}}},
    async (rig) => {
      const ended = await rig.run(['-a']);
      const {journal} = rig;
      checkJournalOrder(journal);

      const tooEarly = moved(
        journal,
        isPhase('phase-started', 'build', 'www/b'),
        isPhase('phase-finished', 'install', 'devel/a'),
      );
      assert.throws(() => {
        checkJournalOrder(tooEarly);
      }, /build www\/b started after all it waited for/);

      const neverEnded = journal.filter((event) => !isPhase('phase-finished', 'install', 'www/b')(event));
      assert.throws(() => {
        checkJournalOrder(neverEnded);
      }, /no phase is left open/);

      const twice = journal.flatMap((event): RunEvent[] =>
        event.kind === 'step-finished' ? [event, event] : [event],
      );
      assert.throws(() => {
        checkJournalOrder(twice);
      }, /ended once/);

      const withoutBuilders = journal.map((event) =>
        event.kind === 'run-started' ? {...event, builders: 0} : event,
      );
      assert.throws(() => {
        checkJournalOrder(withoutBuilders);
      }, /at most 0 builders/);

      for (const expected of [
        {succeeded: ['devel/a']},
        {succeeded: ['devel/a', 'www/b', 'misc/c']},
        {succeeded: ['devel/a'], failed: ['www/b']},
        {succeeded: ['devel/a'], skipped: {'www/b': 'devel/a'}},
      ]) {
        assert.throws(() => {
          expectRun(rig, ended, expected);
        }, /how the steps ended/);
      }
      expectRun(rig, ended, {succeeded: ['devel/a', 'www/b']});
      assert.throws(() => {
        expectRun(
          rig,
          {stdout: ended.stdout.replace(/^ {2}www\/b .*$/gm, '')},
          {succeeded: ['devel/a', 'www/b']},
        );
      }, /by the printed summary/);
    },
  );
});
