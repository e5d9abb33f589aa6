/** Closes the switch over a union: compiles only while every member has its case. */
export function unreachable(value: never): never {
  throw new Error(`Internal error: no case for ${JSON.stringify(value)}`);
}
