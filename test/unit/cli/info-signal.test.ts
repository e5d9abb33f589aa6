import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {describe, test, type TestContext} from 'node:test';
import {InfoSignal, infoSignals} from '../../../src/cli/info-signal.js';

const moduleUrl = new URL('../../../src/cli/info-signal.js', import.meta.url).href;

/** A Node process that runs a script, and what it has said so far. */
function child(
  context: TestContext,
  script: string,
): {
  signal: (name?: NodeJS.Signals) => void;
  said: (pattern: RegExp) => Promise<void>;
  output: () => string;
  ended: Promise<unknown>;
} {
  const env = {...process.env};
  delete env['NODE_OPTIONS'];
  const running = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [running.stdout, running.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (chunk) => (text += String(chunk)));
  }
  const ended = once(running, 'close');
  context.after(async () => {
    running.kill('SIGKILL');
    await ended;
  });
  return {
    signal: (name = 'SIGUSR1') => running.kill(name),
    said: async (pattern) => {
      while (!pattern.test(text)) {
        const more = Promise.race([once(running.stdout, 'data'), once(running.stderr, 'data')]);
        const isOver = await Promise.race([more.then(() => false), ended.then(() => true)]);
        if (isOver && !pattern.test(text)) assert.fail(`it ended and said only: ${text}`);
      }
    },
    output: () => text,
    ended,
  };
}

const waiting = `setInterval(() => {}, 1000); console.log('ready');`;

describe('the information signal', () => {
  test('is answered by the report that was put up last, and by the first one when none is up', () => {
    const heard: string[] = [];
    const info = new InfoSignal(() => heard.push('idle'));
    try {
      process.emit('SIGUSR1');
      const hideOne = info.show(() => heard.push('one'));
      const hideTwo = info.show(() => heard.push('two'));
      process.emit('SIGUSR1');
      hideTwo();
      process.emit('SIGUSR1');
      hideTwo();
      process.emit('SIGUSR1');
      hideOne();
      process.emit('SIGUSR1');
    } finally {
      info.dispose();
    }
    assert.deepEqual(heard, ['idle', 'two', 'one', 'one', 'idle']);
    for (const signal of infoSignals) assert.equal(process.listenerCount(signal), 0);
  });

  test('reaches a process as often as it is sent, and does not end it', async (context) => {
    const process = child(
      context,
      `import {InfoSignal} from ${JSON.stringify(moduleUrl)};
       let asked = 0;
       new InfoSignal(() => console.log('asked ' + ++asked + '.'));
       ${waiting}`,
    );
    await process.said(/ready/);
    for (const [count, signal] of [...infoSignals, ...infoSignals].entries()) {
      process.signal(signal);
      await process.said(new RegExp(`asked ${count + 1}\\.`));
    }
  });

  test('starts no debugger, as Node does on SIGUSR1 where nobody answers it', async (context) => {
    // The debugger is up within a moment where it is started at all.
    const unanswered = child(context, waiting);
    await unanswered.said(/ready/);
    unanswered.signal();
    await unanswered.said(/Debugger listening/);

    const answered = child(
      context,
      `import {url} from 'node:inspector';
       import {InfoSignal} from ${JSON.stringify(moduleUrl)};
       let asked = 0;
       new InfoSignal(() => {
         asked += 1;
         console.log('asked ' + asked + ', debugger ' + url());
         if (asked === 2) process.exit();
       });
       ${waiting}`,
    );
    await answered.said(/ready/);
    answered.signal();
    await answered.said(/asked 1, debugger undefined/);
    answered.signal();
    await answered.ended;
    assert.match(answered.output(), /asked 2, debugger undefined/);
    assert.doesNotMatch(answered.output(), /Debugger/);
  });
});
