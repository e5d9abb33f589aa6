import assert from 'node:assert/strict';
import {describe, test, type TestContext} from 'node:test';
import {InfoSignal} from '../../../src/cli/info-signal.js';
import {ReadProgress} from '../../../src/cli/read-progress.js';
import {MemorySink} from '../../rig/memory-sink.js';
import {TerminalScreen} from '../logging/terminal-screen.js';

function someInfo(context: TestContext): InfoSignal {
  const info = new InfoSignal(() => undefined);
  context.after(() => {
    info.dispose();
  });
  return info;
}

describe('the progress of reading', () => {
  test('is one line on a terminal, which goes away', (context) => {
    const screen = new TerminalScreen(80);
    const progress = new ReadProgress(screen, someInfo(context));
    progress.update(3, 10);
    assert.deepEqual(screen.lines, ['Reading ports 3/10']);
    process.emit('SIGUSR1');
    progress.update(4, 10);
    assert.deepEqual(screen.lines, ['portpar: Reading ports 3/10', 'Reading ports 4/10']);
    progress.clear();
    assert.deepEqual(screen.lines, ['portpar: Reading ports 3/10']);
  });

  test('is told elsewhere only to who asks', (context) => {
    const sink = new MemorySink();
    const progress = new ReadProgress(sink, someInfo(context));
    progress.update(12, 10);
    assert.equal(sink.text, '');
    process.emit('SIGUSR1');
    progress.clear();
    process.emit('SIGUSR1');
    assert.equal(sink.text, 'portpar: Reading ports 12/12\n');
  });
});
