import assert from 'node:assert/strict';
import {expectRun} from '../rig/expect-run.js';
import {scenario, scenarios} from '../rig/portpar-rig.js';
import {noTerminal, plainText, startOnTerminal} from '../rig/terminal.js';

const one = {'devel/a': {installed: '1'}};
const options = noTerminal === undefined ? {} : {skip: noTerminal};
const question = /Proceed\? \[y\/N\] /;

scenarios('on a terminal', () => {
  for (const answer of ['n', '', 'nonsense']) {
    scenario(
      `the answer "${answer}" changes nothing`,
      {ports: one},
      async (rig) => {
        const before = rig.snapshot();
        const portpar = startOnTerminal(rig, ['-a']);
        await portpar.printed(question);
        portpar.type(`${answer}\r`);
        const ended = await portpar.ended;
        assert.equal(ended.status, 0);
        assert.match(plainText(ended.stdout), /\nNothing was changed\.\n$/);
        assert.deepEqual(rig.snapshot(), before);
      },
      options,
    );
  }

  scenario(
    'the answer "y" runs, with a live view that goes away at the end',
    {ports: one},
    async (rig) => {
      rig.commands.hold('build');
      const portpar = startOnTerminal(rig, ['-a', '-j', '2']);
      await portpar.printed(question);
      portpar.type('y\r');
      const build = await rig.nextInvocation('build');
      await portpar.printed(/builder 1: build .*devel\/a \(a-2\)/);
      await portpar.printed(/0\/1 done, 1 running, 0 waiting/);
      await build.succeed();
      const ended = await portpar.ended;
      assert.equal(ended.status, 0);
      expectRun(rig, {stdout: plainText(ended.stdout)}, {succeeded: ['devel/a']});
      assert.ok(
        ended.stdout.includes('\u001B[?25l') === ended.stdout.includes('\u001B[?25h'),
        'the cursor is back',
      );
      assert.doesNotMatch(
        plainText(ended.stdout),
        /fetch devel\/a .*: started/,
        'what the view shows is not printed too',
      );
    },
    options,
  );

  for (const flag of ['-y', '--no-confirm']) {
    scenario(
      `${flag} asks nothing`,
      {ports: one},
      async (rig) => {
        const ended = await startOnTerminal(rig, ['-a', flag]).ended;
        assert.equal(ended.status, 0);
        assert.doesNotMatch(ended.stdout, question);
        expectRun(rig, {stdout: plainText(ended.stdout)}, {succeeded: ['devel/a']});
      },
      options,
    );
  }

  scenario(
    'a plan with nothing to do asks nothing',
    {ports: {'devel/a': {installed: '2'}}},
    async (rig) => {
      const ended = await startOnTerminal(rig, ['-a']).ended;
      assert.equal(ended.status, 0);
      assert.doesNotMatch(ended.stdout, question);
    },
    options,
  );

  scenario(
    'Ctrl-C at the question ends with 130 and changes nothing',
    {ports: one},
    async (rig) => {
      const before = rig.snapshot();
      const portpar = startOnTerminal(rig, ['-a']);
      await portpar.printed(question);
      portpar.type('\u0003');
      const ended = await portpar.ended;
      assert.equal(ended.status, 130);
      assert.match(plainText(ended.stdout), /interrupted before anything was changed\.\n$/);
      assert.deepEqual(rig.snapshot(), before);
    },
    options,
  );

  scenario(
    'the end of input at the question is no consent',
    {ports: one},
    async (rig) => {
      const before = rig.snapshot();
      const portpar = startOnTerminal(rig, ['-a']);
      await portpar.printed(question);
      portpar.type('\u0004');
      const ended = await portpar.ended;
      assert.equal(ended.status, 0);
      assert.match(plainText(ended.stdout), /Nothing was changed\.\n$/);
      assert.deepEqual(rig.snapshot(), before);
    },
    options,
  );

  scenario(
    'Ctrl-C on the keyboard during a build ends the run and leaves the terminal usable',
    {ports: one},
    async (rig) => {
      rig.commands.hold('build');
      const portpar = startOnTerminal(rig, ['-a', '-y']);
      await rig.nextInvocation('build');
      portpar.type('\u0003');
      const ended = await portpar.ended;
      assert.equal(ended.status, 130);
      expectRun(rig, {stdout: plainText(ended.stdout)}, {cancelled: ['devel/a']});
      assert.ok(ended.stdout.lastIndexOf('\u001B[?25h') >= ended.stdout.lastIndexOf('\u001B[?25l'));
      rig.assertNoProcessLeft();
    },
    options,
  );

  scenario(
    'colour is for terminals without NO_COLOR',
    {ports: one},
    async (rig) => {
      const [coloured, plain, dumb] = await Promise.all([
        startOnTerminal(rig, ['-n', '-a']).ended,
        startOnTerminal(rig, ['-n', '-a'], {env: {NO_COLOR: '1'}}).ended,
        startOnTerminal(rig, ['-n', '-a'], {env: {TERM: 'dumb'}}).ended,
      ]);
      assert.ok(coloured.stdout.includes('\u001B[1m'));
      // eslint-disable-next-line no-control-regex -- colours are control sequences
      assert.doesNotMatch(plain.stdout, /\u001B\[[\d;]*m/);
      assert.ok(!dumb.stdout.includes('\u001B['));
      assert.equal(plainText(coloured.stdout), plainText(plain.stdout));
    },
    options,
  );
});

scenarios('without a terminal', () => {
  scenario('nothing is asked, and no escape sequence is written', {ports: one}, async (rig) => {
    const ended = await rig.run(['-a'], {env: {TERM: 'xterm', COLORTERM: 'truecolor'}});
    assert.equal(ended.status, 0);
    assert.ok(!ended.stdout.includes('\u001B'));
    assert.doesNotMatch(ended.stdout, question);
    expectRun(rig, ended, {succeeded: ['devel/a']});
  });
});
