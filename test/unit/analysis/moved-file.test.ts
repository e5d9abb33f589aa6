import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {followMoved, parseMoved} from '../../../src/analysis/moved-file.js';
import {origin} from '../../rig/builders.js';

/** What becomes of an origin, where the tree has these ports. */
function fate(text: string, from: string, ...tree: readonly string[]) {
  return followMoved(parseMoved(text), origin(from), (candidate) => tree.includes(candidate));
}

describe('MOVED', () => {
  test('leaves a port alone that is in the tree, whatever it says', () => {
    assert.deepEqual(fate('www/a|www/b|2023-01-01|Renamed', 'www/a', 'www/a', 'www/b'), {kind: 'stayed'});
  });

  test('leaves a port alone of which it says nothing', () => {
    assert.deepEqual(fate('www/a|www/b|2023-01-01|Renamed', 'www/c'), {kind: 'stayed'});
  });

  test('tells where a port went, when and why', () => {
    assert.deepEqual(fate('www/a|www/b|2023-01-01|Renamed', 'www/a', 'www/b'), {
      kind: 'moved',
      to: 'www/b',
      date: '2023-01-01',
      text: 'Renamed',
    });
  });

  test('is followed through a chain to its end, with the last reason', () => {
    const text = 'www/a|www/b|2021-01-01|First\nwww/b|net/c|2022-01-01|Second\nnet/c|net/d|2023-01-01|Third';
    assert.deepEqual(fate(text, 'www/a', 'net/d'), {
      kind: 'moved',
      to: 'net/d',
      date: '2023-01-01',
      text: 'Third',
    });
  });

  test('tells that a port was removed, at the end of a chain too', () => {
    const text = 'www/a|www/b|2021-01-01|Renamed\nwww/b||2022-01-01|Abandoned upstream';
    const removed = {kind: 'removed', date: '2022-01-01', text: 'Abandoned upstream'};
    assert.deepEqual(fate(text, 'www/b'), removed);
    assert.deepEqual(fate(text, 'www/a'), removed);
  });

  test('counts a port that was moved to nowhere as removed', () => {
    assert.deepEqual(fate('www/a|www/b|2021-01-01|Renamed', 'www/a'), {
      kind: 'removed',
      date: '2021-01-01',
      text: 'Renamed',
    });
  });

  test('is followed by its last line about a port', () => {
    const text = 'www/a|www/b|2020-01-01|Early\nwww/a|www/c|2023-01-01|Late';
    assert.equal((fate(text, 'www/a', 'www/b', 'www/c') as {to: string}).to, 'www/c');
  });

  test('says nothing of a port that was removed and made again', () => {
    assert.deepEqual(fate('www/a||2020-01-01|Broken', 'www/a', 'www/a'), {kind: 'stayed'});
  });

  test('keeps the flavor where a line is about the whole port', () => {
    const moved = fate('devel/py-a|devel/py-b|2023-01-01|x', 'devel/py-a@py39', 'devel/py-b@py39');
    assert.equal((moved as {to: string}).to, 'devel/py-b@py39');
  });

  test('changes the flavor where a line says so', () => {
    const text = 'devel/a@old|devel/a@new|2023-01-01|x\ndevel/b|devel/c@full|2023-01-01|y';
    assert.equal((fate(text, 'devel/a@old', 'devel/a@new') as {to: string}).to, 'devel/a@new');
    assert.equal((fate(text, 'devel/b', 'devel/c@full') as {to: string}).to, 'devel/c@full');
  });

  test('drops the flavor where a line about one flavor names a port without', () => {
    const text = 'devel/geany@gtk2|devel/geany|2021-10-10|No GTK2 any more';
    assert.deepEqual(fate(text, 'devel/geany@gtk2', 'devel/geany'), {
      kind: 'moved',
      to: 'devel/geany',
      date: '2021-10-10',
      text: 'No GTK2 any more',
    });
  });

  test('prefers the line about a flavor to the one about its port', () => {
    const text = 'devel/a|devel/b|2023-01-01|x\ndevel/a@qt|devel/a-qt|2023-01-01|y';
    assert.equal((fate(text, 'devel/a@qt', 'devel/a-qt', 'devel/b@qt') as {to: string}).to, 'devel/a-qt');
  });

  test('that goes in a circle is told as one, with the way round', () => {
    const text = 'www/a|www/b|2020-01-01|x\nwww/b|www/c|2020-01-01|x\nwww/c|www/b|2020-01-01|x';
    assert.deepEqual(fate(text, 'www/a'), {kind: 'loop', path: ['www/a', 'www/b', 'www/c', 'www/b']});
    assert.deepEqual(fate('www/a|www/a|2020-01-01|x', 'www/a'), {kind: 'loop', path: ['www/a', 'www/a']});
  });

  test('is read without comments and lines that are none', () => {
    const text = [
      '# comment|www/b|2020-01-01|x',
      '',
      'garbage',
      '../etc|www/b|2020-01-01|x',
      'www/a|../etc|2020-01-01|x',
      '|www/b|2020-01-01|x',
      'www/ok|www/b|2020-01-01|why | because',
      'www/short|www/b',
    ].join('\n');
    assert.deepEqual(
      [...parseMoved(text).values()],
      [
        {from: 'www/ok', to: 'www/b', date: '2020-01-01', text: 'why | because'},
        {from: 'www/short', to: 'www/b', date: '', text: ''},
      ],
    );
  });
});
