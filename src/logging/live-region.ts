import type {TextSink} from './sink.js';
import {displayWidth} from './text-shape.js';

const sequence = '\u001B[';
const hideCursor = `${sequence}?25l`;
const showCursor = `${sequence}?25h`;
const eraseToLineEnd = `${sequence}K`;
const eraseBelow = `${sequence}J`;

/**
 * A block of lines at the bottom of a terminal that is drawn over again and again, while other lines scroll by above it. Each
 * change is one write, and lines are written over rather than erased first, so that nothing flickers. The cursor rests on the
 * line below the block.
 */
export class LiveRegion {
  readonly #sink: TextSink;
  #drawn: readonly string[] = [];
  #drawnAt = 0;
  #cursorHidden = false;

  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  /** Shows these lines in place of those before. Each must be narrower than the terminal, colours not counted. */
  draw(lines: readonly string[]): void {
    const same =
      this.#drawnAt === this.#sink.columns &&
      lines.length === this.#drawn.length &&
      lines.every((line, index) => line === this.#drawn[index]);
    if (!same) this.#redraw('', lines);
  }

  /** Prints text that stays, above the block. */
  print(text: string): void {
    this.#redraw(text.endsWith('\n') ? text : `${text}\n`, this.#drawn);
  }

  /** Leaves the block where it is, to be read; the next one is drawn below it. */
  leave(): void {
    this.#drawn = [];
  }

  /** Takes the block away and gives the cursor back; the next output begins where the block began. */
  close(): void {
    if (this.#drawn.length > 0) this.#redraw('', []);
    if (this.#cursorHidden) this.#sink.write(showCursor);
    this.#cursorHidden = false;
  }

  #redraw(above: string, lines: readonly string[]): void {
    const height = this.#heightNow();
    const up = height === 0 ? '' : `${sequence}${height}A`;
    const hide = this.#cursorHidden || lines.length === 0 ? '' : hideCursor;
    // Text that fills a line to its last cell must not be followed by an erasure, which would take that cell.
    const kept = above === '' ? '' : eraseBelow + above;
    const block = lines.map((line) => `${line}${eraseToLineEnd}\n`).join('');
    this.#sink.write(`${hide}\r${up}${kept}${block}${eraseBelow}`);
    this.#cursorHidden ||= lines.length > 0;
    this.#drawn = lines;
    this.#drawnAt = this.#sink.columns;
  }

  /**
   * Rows of the block that can be reached now: a terminal that was made narrower has folded the lines that no longer fit, and
   * what has scrolled out at the top is lost.
   */
  #heightNow(): number {
    const {columns, rows = Infinity} = this.#sink;
    const isNarrower = columns < this.#drawnAt;
    const height = this.#drawn.reduce(
      (sum, line) => sum + (isNarrower ? Math.max(1, Math.ceil(displayWidth(line) / columns)) : 1),
      0,
    );
    return Math.min(height, rows - 1);
  }
}
