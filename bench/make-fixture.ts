// Makes the compact fixture out of a table of a ports tree: node dist/bench/make-fixture.js TABLE.tsv.gz OUTPUT.json.br
import {readFileSync, writeFileSync} from 'node:fs';
import {brotliCompressSync, constants, gunzipSync} from 'node:zlib';
import type {TreeFixture} from './tree-fixture.js';

/** Columns of the table; fixtures/README.md tells how it was asked for. */
const columns = {
  origin: 0,
  package: 1,
  flavors: 2,
  flavor: 3,
  firstNeeds: 4,
  ignored: 11,
  broken: 12,
} as const;
const needsColumns = 6;

function words(text: string | undefined): string[] {
  return (text ?? '').split(' ').filter((word) => word !== '');
}

/** The default flavor is the one that the row speaks of. */
function flavorsOf(row: readonly string[]): string {
  const flavor = row[columns.flavor] ?? '';
  return flavor === '' ? '' : [...new Set([flavor, ...words(row[columns.flavors])])].join(' ');
}

function compact(table: string, source: string): TreeFixture {
  const rows = table
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  const needsOf = (row: readonly string[]): string[][] =>
    row.slice(columns.firstNeeds, columns.firstNeeds + needsColumns).map(words);
  const namedBy = (line: string): string => line.slice(line.indexOf(':'));
  const lines = [...new Set(rows.flatMap((row) => needsOf(row).flat()))].sort((a, b) =>
    namedBy(a) + a < namedBy(b) + b ? -1 : 1,
  );
  const index = new Map(lines.map((line, at) => [line, at]));
  const flagged = (column: number): number[] => rows.flatMap((row, at) => (row[column] === '1' ? [at] : []));
  return {
    source,
    origins: rows.map((row) => row[columns.origin] ?? ''),
    packages: rows.map((row) => row[columns.package] ?? ''),
    flavors: rows.map(flavorsOf),
    ignored: flagged(columns.ignored),
    broken: flagged(columns.broken),
    lines,
    counts: rows.flatMap((row) => needsOf(row).map((list) => list.length)),
    needs: rows.flatMap((row) =>
      needsOf(row)
        .flat()
        .map((line) => index.get(line) ?? 0),
    ),
  };
}

const [input, output] = process.argv.slice(2);
if (input === undefined || output === undefined) {
  process.stderr.write('usage: node dist/bench/make-fixture.js TABLE.tsv.gz OUTPUT.json.br\n');
  process.exitCode = 64;
} else {
  const source = 'FreeBSD ports tree of August 2023, default flavors and options, amd64';
  const text = Buffer.from(JSON.stringify(compact(gunzipSync(readFileSync(input)).toString('utf8'), source)));
  const parameters = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  };
  writeFileSync(output, brotliCompressSync(text, {params: parameters}));
}
