import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from 'fast-check';
import {cleanBlock, cleanLine} from '../../../src/logging/clean-text.js';
import {commandText, outcomeText} from '../../../src/logging/command-text.js';
import {countOf, listOf} from '../../../src/logging/count-text.js';
import {
  columnWidths,
  displayWidth,
  padLeft,
  padRight,
  shorten,
  wrapLine,
} from '../../../src/logging/text-shape.js';
import {colorPalette} from './sample.js';

describe('width', () => {
  test('wide characters take two cells, colours none', () => {
    assert.equal(displayWidth('abc'), 3);
    assert.equal(displayWidth('→…'), 2);
    assert.equal(displayWidth('日本'), 4);
    assert.equal(displayWidth(colorPalette.bad('abc')), 3);
  });

  test('padding counts cells', () => {
    assert.equal(padRight('日本', 6), '日本  ');
    assert.equal(padLeft('12 s', 6), '  12 s');
    assert.equal(padRight('longer', 3), 'longer');
    assert.deepEqual(columnWidths([['a', 'bbb'], ['日本'], []]), [4, 3]);
  });

  test('shortening keeps what fits with the ellipsis', () => {
    assert.equal(shorten('abcdef', 6), 'abcdef');
    assert.equal(shorten('abcdefg', 6), 'abcde…');
    assert.equal(shorten('日本語', 4), '日…');
    assert.equal(shorten('abc', 0), '');
    assert.equal(shorten('abc', 1), '…');
  });

  test('shortened text never takes more cells than it may', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme', maxLength: 40}), fc.nat({max: 50}), (text, width) => {
        assert.ok(displayWidth(shorten(text, width)) <= Math.max(width, 0));
      }),
    );
  });

  test('wrapping loses no word and exceeds the width only by a single word', () => {
    const words = fc.array(fc.stringMatching(/^[a-z/.]{1,30}$/), {minLength: 1, maxLength: 20});
    fc.assert(
      fc.property(words, fc.integer({min: 10, max: 80}), (list, width) => {
        const lines = wrapLine(`  ${list.join(' ')}`, width, '    ');
        assert.equal(lines.map((line) => line.trim()).join(' '), list.join(' '));
        for (const line of lines) assert.ok(displayWidth(line) <= width || !line.trim().includes(' '));
      }),
    );
  });

  test('without a width nothing is wrapped', () => {
    assert.deepEqual(wrapLine('one two three', undefined), ['one two three']);
    assert.deepEqual(wrapLine('one two three', 7, '  '), ['one two', '  three']);
  });
});

describe('foreign text', () => {
  test('loses escape sequences, control characters and direction marks', () => {
    assert.equal(
      cleanBlock('\u001B[31mred\u001B[0m\u0007 \u001B]0;title\u0007x\u0000\u202Ey\tz\n'),
      'red xy\tz\n',
    );
  });

  test('shows the last state of lines that were written over', () => {
    assert.equal(cleanBlock('10%\r50%\r100%\ndone\r\r\n\r\nend'), '100%\ndone\n\nend');
  });

  test('becomes one line', () => {
    assert.equal(cleanLine('  is marked\n\tas  broken \n'), 'is marked as broken');
  });
});

describe('words', () => {
  test('numbers and their nouns agree', () => {
    assert.equal(countOf(0, 'port'), '0 ports');
    assert.equal(countOf(1, 'port'), '1 port');
    assert.equal(countOf(2, 'leaf', 'leaves'), '2 leaves');
  });

  test('lists read like sentences', () => {
    assert.equal(listOf([], 'or'), '');
    assert.equal(listOf(['a'], 'or'), 'a');
    assert.equal(listOf(['a', 'b', 'c'], 'and'), 'a, b and c');
  });

  test('a command can be typed as it is shown', () => {
    assert.equal(
      commandText(['make', '-C', '/usr/ports/a b', 'X=$Y', "it's", '']),
      String.raw`make -C '/usr/ports/a b' 'X=$Y' 'it'\''s' ''`,
    );
  });

  test('every outcome of a command has its words', () => {
    assert.equal(outcomeText({kind: 'exited', status: 2}), 'ended with exit status 2');
    assert.equal(outcomeText({kind: 'signalled', signal: 'SIGTERM'}), 'was ended by SIGTERM');
    assert.equal(
      outcomeText({kind: 'signalled', signal: 'SIGKILL'}),
      'was ended by SIGKILL, perhaps for want of memory',
    );
    assert.equal(outcomeText({kind: 'not-started', code: 'ENOENT'}), 'could not be started (ENOENT)');
    assert.equal(outcomeText({kind: 'stopped'}), 'was stopped');
  });
});
