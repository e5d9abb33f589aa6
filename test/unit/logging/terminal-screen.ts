import assert from 'node:assert/strict';
import type {TextSink} from '../../../src/logging/sink.js';
import {escapeCharacter} from './sample.js';

/** Control sequences, or single characters. */
const tokens = new RegExp(`${escapeCharacter}\\[[?\\d;]*[A-Za-z]|[^]`, 'gu');

/**
 * A terminal of so many columns, as far as portpar uses one: printable text with wrapping at the edge, line feeds, carriage
 * returns, cursor up, erasing to the end of the line and of the screen, hiding and showing the cursor, colours (ignored). Lines that
 * scrolled out at the top can no longer be changed. Any other sequence fails the test.
 */
export class TerminalScreen implements TextSink {
  readonly isTerminal = true;
  columns: number;
  rows: number;
  isCursorVisible = true;
  writeCount = 0;
  #lines: string[] = [''];
  #row = 0;
  #column = 0;

  constructor(columns: number, rows = 24) {
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string): void {
    this.writeCount += 1;
    for (const [token] of text.matchAll(tokens)) this.#take(token);
  }

  /** Everything that was ever visible, without the empty line that the cursor rests on. */
  get lines(): string[] {
    const trimmed = this.#lines.map((line) => line.trimEnd());
    while (trimmed.at(-1) === '') trimmed.pop();
    return trimmed;
  }

  /** Changes the width as most terminals do: lines that no longer fit are folded. */
  resize(columns: number): void {
    const folded = this.#lines.map((line) =>
      line.length === 0 ? [''] : (line.match(new RegExp(`.{1,${columns}}`, 'g')) ?? []),
    );
    this.#row = folded.slice(0, this.#row).flat().length;
    this.#lines = folded.flat();
    this.columns = columns;
  }

  #take(token: string): void {
    if (token === '\n') this.#lineFeed();
    else if (token === '\r') this.#column = 0;
    else if (token.startsWith(escapeCharacter)) this.#control(token.slice(2));
    else this.#print(token);
  }

  #print(character: string): void {
    assert.match(character, /^\P{Cc}$/u, 'a control character was printed');
    if (this.#column === this.columns) this.#lineFeed();
    const line = (this.#lines[this.#row] ?? '').padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1);
    this.#column += 1;
  }

  #lineFeed(): void {
    this.#row += 1;
    this.#column = 0;
    this.#lines[this.#row] ??= '';
  }

  #control(sequence: string): void {
    const up = /^(\d+)A$/.exec(sequence)?.[1];
    const line = this.#lines[this.#row] ?? '';
    if (up !== undefined) {
      this.#row -= Number(up);
      assert.ok(this.#row >= 0, 'the cursor went above the first line');
      assert.ok(this.#row > this.#lines.length - 1 - this.rows, 'the cursor went above the screen');
    } else if (sequence === 'K') {
      // A full line keeps the cursor on its last cell, which is then erased too.
      this.#lines[this.#row] = line.slice(0, Math.min(this.#column, this.columns - 1));
    } else if (sequence === 'J') {
      this.#lines[this.#row] = line.slice(0, Math.min(this.#column, this.columns - 1));
      this.#lines.length = this.#row + 1;
    } else if (sequence === '?25l') this.isCursorVisible = false;
    else if (sequence === '?25h') this.isCursorVisible = true;
    else assert.match(sequence, /^\d+m$/, 'a sequence that the screen does not know');
  }
}

/** A clock that the test moves. */
export class ManualTicker {
  time: number;
  #callback: (() => void) | undefined;

  constructor(time: number) {
    this.time = time;
  }

  get isTicking(): boolean {
    return this.#callback !== undefined;
  }

  readonly now = (): number => this.time;

  readonly every = (intervalMs: number, callback: () => void): (() => void) => {
    assert.equal(intervalMs, 1000);
    this.#callback = callback;
    return () => {
      this.#callback = undefined;
    };
  };

  tick(): void {
    this.time += 1000;
    this.#callback?.();
  }
}
