const units = ['', 'K', 'M', 'G', 'T'];

/**
 * A size in bytes, from a number of bytes or from a text such as `512M` or `1.5G`: powers of 1024, as expand_number(3) reads
 * them. A B behind it changes nothing. Undefined for anything else.
 */
export function parseSize(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const match = /^(\d+(?:\.\d+)?) ?([KMGT]?)(?:i?B)?$/i.exec(value);
  if (match === null) return undefined;
  const [, number = '', unit = ''] = match;
  const bytes = Math.round(Number(number) * 1024 ** units.indexOf(unit.toUpperCase()));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
