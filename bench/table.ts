import type {Row} from './row.js';

const marks = {met: 'yes', missed: 'NO', none: '-'} as const;

function markOf({met}: Row): string {
  if (met === undefined) return marks.none;
  return met ? marks.met : marks.missed;
}

/** The table as text: a line for each row in columns, and below it what there is to say of it. */
export function tableText(rows: readonly Row[]): string {
  const cells = [
    ['what', 'measured', 'bound', 'met'],
    ...rows.map((row) => [row.what, row.measured, row.bound, markOf(row)]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((line) => (line[column] ?? '').length)));
  const lines = cells.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const [head = '', ...body] = lines;
  const notes = rows.map(({note}) => (note === '' ? '' : `\n    ${note}`));
  return [head, ...body.map((line, index) => `${line}${notes[index] ?? ''}`), ''].join('\n');
}
