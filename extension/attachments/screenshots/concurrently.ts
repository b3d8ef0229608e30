/**
 * Runs the work for every item, at most `limit` at a time, in the order of the items. Stops at the first error, and
 * once `isCancelled` says so.
 */
export async function concurrently<T>(
  items: readonly T[],
  limit: number,
  isCancelled: () => boolean,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const worker = async () => {
    while (next < items.length && !failed && !isCancelled()) {
      try {
        await work(items[next++] as T);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
