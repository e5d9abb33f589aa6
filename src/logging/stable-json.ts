/** JSON for people and programs: object keys in order, two spaces of indentation, a newline at the end. */
export function stableJson(value: unknown): string {
  return `${JSON.stringify(value, (_key, member: unknown) => sorted(member), 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).sort(([one], [other]) => (one < other ? -1 : Number(one > other))),
  );
}
