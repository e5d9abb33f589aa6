import assert from 'node:assert/strict';
import {PassThrough, Writable} from 'node:stream';
import {finished} from 'node:stream/promises';
import {test} from 'node:test';
import {makePalette} from '../../../src/logging/palette.js';
import {pageFor, StreamSink} from '../../../src/logging/sink.js';
import {MemorySink} from '../../rig/memory-sink.js';
import {colorPalette, escapeCharacter, plainPalette} from './sample.js';

test('The palette without colour changes nothing, the one with colour only adds', () => {
  for (const tone of ['strong', 'dim', 'good', 'bad', 'doubtful'] as const) {
    assert.equal(plainPalette[tone]('text'), 'text');
    assert.match(
      colorPalette[tone]('text'),
      new RegExp(`^${escapeCharacter}\\[\\d+mtext${escapeCharacter}\\[\\d+m$`),
    );
  }
});

test('Colour does not depend on the environment', (context) => {
  const before = process.env['FORCE_COLOR'];
  context.after(() => {
    if (before === undefined) delete process.env['FORCE_COLOR'];
    else process.env['FORCE_COLOR'] = before;
  });
  process.env['FORCE_COLOR'] = '3';
  assert.equal(makePalette({color: false}).bad('text'), 'text');
});

test('A page has a width on a terminal only', () => {
  assert.deepEqual(pageFor(new MemorySink({isTerminal: true, columns: 40}), plainPalette).columns, 40);
  assert.deepEqual(pageFor(new MemorySink({columns: 40}), plainPalette).columns, undefined);
});

test('A memory sink keeps what was written', () => {
  const sink = new MemorySink();
  sink.write('a');
  sink.write('b\n');
  assert.equal(sink.text, 'ab\n');
  assert.deepEqual(sink.writes, ['a', 'b\n']);
});

test('A stream sink asks the stream for its size each time and takes 80 columns where there is none', () => {
  const terminal = Object.assign(new PassThrough(), {isTTY: true, columns: 100, rows: 50});
  const sink = new StreamSink(terminal);
  assert.deepEqual([sink.isTerminal, sink.columns, sink.rows], [true, 100, 50]);
  terminal.columns = 60;
  assert.equal(sink.columns, 60);
  terminal.columns = 0;
  terminal.rows = 0;
  assert.deepEqual([sink.columns, sink.rows], [80, undefined]);
  const pipe = new StreamSink(new PassThrough());
  assert.deepEqual([pipe.isTerminal, pipe.columns, pipe.rows], [false, 80, undefined]);
});

test('A stream sink goes quiet when its reader is gone', async () => {
  let writes = 0;
  const closedPipe = new Writable({
    write(_chunk, _encoding, done) {
      writes += 1;
      done(new Error('write EPIPE'));
    },
  });
  const sink = new StreamSink(closedPipe);
  sink.write('one');
  await assert.rejects(finished(closedPipe), {message: 'write EPIPE'});
  sink.write('two');
  assert.equal(sink.brokenBy?.message, 'write EPIPE');
  assert.equal(writes, 1);
});
