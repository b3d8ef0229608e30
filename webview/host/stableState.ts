/**
 * The next snapshot with every part that did not change taken from the previous one. Snapshots arrive whole and are new
 * objects each time; with the same parts staying the same objects, views that compare by identity redraw only what
 * changed.
 */
export function keepUnchanged<T>(previous: unknown, next: T): T {
  if (Object.is(previous, next)) return next;
  if (Array.isArray(previous) && Array.isArray(next)) {
    const merged = next.map((item: unknown, index) => keepUnchanged<unknown>(previous[index], item));
    const same = previous.length === merged.length && merged.every((item, index) => Object.is(item, previous[index]));
    return (same ? previous : merged) as T;
  }
  if (isPlainObject(previous) && isPlainObject(next)) {
    const keys = Object.keys(next);
    const merged = Object.fromEntries(keys.map((key) => [key, keepUnchanged(previous[key], next[key])]));
    const same =
      keys.length === Object.keys(previous).length &&
      keys.every((key) => Object.hasOwn(previous, key) && Object.is(merged[key], previous[key]));
    return (same ? previous : merged) as T;
  }
  return next;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
