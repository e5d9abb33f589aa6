import stringWidth from 'string-width';

const printableAscii = /^[\u0020-\u007E]*$/;

/** Cells that a text takes on a terminal: wide characters count two, escape sequences none. */
export function displayWidth(text: string): number {
  return printableAscii.test(text) ? text.length : stringWidth(text);
}

/** The text, or as much of its beginning as fits `width` cells together with an ellipsis. Not for coloured text. */
export function shorten(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width < 1) return '';
  let kept = '';
  for (const character of text) {
    if (displayWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** Fills up with spaces on the right to `width` cells; longer text stays as it is. */
export function padRight(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** Fills up with spaces on the left to `width` cells; longer text stays as it is. */
export function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** The width of each column of a table. */
export function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries())
      widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell));
  }
  return widths;
}

/**
 * Breaks a line between words so that each piece fits `width` cells, all but the first indented. A single word that is too
 * long stays whole (a path must stay one path). Without a width the line stays one line.
 */
export function wrapLine(text: string, width: number | undefined, indent = ''): string[] {
  if (width === undefined || displayWidth(text) <= width) return [text];
  const leading = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = leading;
  for (const word of text.slice(leading.length).split(' ')) {
    const fresh = line.trim() === '';
    const longer = fresh ? line + word : `${line} ${word}`;
    if (fresh || displayWidth(longer) <= width) {
      line = longer;
    } else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line];
}
