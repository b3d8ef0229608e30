import path from 'node:path';

/** An image of the workspace. */
export interface Screenshot {
  readonly uri: string;
  /** Name of the workspace folder, and the path in it, with "/" between the names. */
  readonly folder: string;
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/**
 * Those to show, newest first: at most `limit`, because a list of every image of a large workspace would be slow. When
 * there are more, they are those whose path holds every word of the filter, and always those that are picked.
 */
export function shownScreenshots(
  all: readonly Screenshot[],
  filter: string,
  picked: ReadonlySet<string>,
  limit: number,
): readonly Screenshot[] {
  const newestFirst = all.toSorted((a, b) => b.modified - a.modified || compare(a.path, b.path));
  if (newestFirst.length <= limit) return newestFirst;
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const shown: Screenshot[] = [];
  let room = limit;
  for (const screenshot of newestFirst) {
    const searched = `${screenshot.folder}/${screenshot.path}`.toLowerCase();
    if (picked.has(screenshot.uri)) shown.push(screenshot);
    else if (room > 0 && words.every((word) => searched.includes(word))) {
      room -= 1;
      shown.push(screenshot);
    }
  }
  return shown;
}

/** Such as "3 hours ago · 240 KB · web/docs". The folder of the workspace is named where there are several. */
export function describeScreenshot(screenshot: Screenshot, now: number, locale: string, withFolder: boolean): string {
  const folder = path.posix.dirname(screenshot.path);
  const place = [withFolder ? screenshot.folder : '', folder === '.' ? '' : folder]
    .filter((part) => part !== '')
    .join('/');
  return [formatAge(now - screenshot.modified, locale), formatBytes(screenshot.bytes, locale), place]
    .filter((part) => part !== '')
    .join(' · ');
}

/** How long ago something was, in the largest unit that it fills. Times to come count as now. */
export function formatAge(milliseconds: number, locale: string): string {
  const seconds = Math.max(milliseconds, 0) / 1000;
  const [unit, length] = ageUnits.find(([, least]) => seconds >= least) ?? (['second', 1] as const);
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-Math.floor(seconds / length), unit);
}

/** With KB for 1024 bytes, as VS Code shows the size of an image. */
export function formatBytes(bytes: number, locale: string): string {
  const [unit, size] = byteUnits.find(([, least]) => bytes >= least) ?? (['B', 1] as const);
  const value = bytes / size;
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)} ${unit}`;
}

const day = 86_400;
const ageUnits = [
  ['year', 365 * day],
  ['month', 30 * day],
  ['week', 7 * day],
  ['day', day],
  ['hour', 3600],
  ['minute', 60],
] as const;

const byteUnits = [
  ['GB', 2 ** 30],
  ['MB', 2 ** 20],
  ['KB', 2 ** 10],
] as const;

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
