/**
 * Works on items side by side while the work itself finds more of them; resolves when none is left, rejects with the first
 * error. Each item is started at once: what must be bounded is bounded inside `work`.
 */
export async function workThrough<T>(
  first: Iterable<T>,
  work: (item: T, add: (item: T) => void) => Promise<void>,
): Promise<void> {
  let open = 0;
  await new Promise<void>((resolve, reject) => {
    const add = (item: T): void => {
      open += 1;
      work(item, add).then(() => {
        open -= 1;
        if (open === 0) resolve();
      }, reject);
    };
    for (const item of first) add(item);
    if (open === 0) resolve();
  });
}
