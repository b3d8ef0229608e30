import type { ErrorReason } from '../../../protocol/errorReasons.js';
import { BackendError } from '../../../protocol/errors.js';

/** More characters than any list of pages that a person writes. */
const maxLength = 1000;

/**
 * Pages such as "1-3,7", "5-" (to the last) or "-3" (from the first), counted from 1.
 * @returns them in ascending order, each once
 * @throws BackendError `page_range_invalid`, which names the part that is wrong
 */
export function parsePageRange(text: string, pages: number): number[] {
  if (text.length > maxLength) throw refused({ kind: 'pagesTooLong', most: maxLength, given: text.length });
  const chosen = new Set<number>();
  for (const part of text.split(',').map((piece) => piece.trim())) {
    const { first, last } = parsePart(part, text, pages);
    if (first < 1) throw refused({ kind: 'pagesFromZero', part });
    if (first > last) throw refused({ kind: 'pagesBackwards', part });
    if (last > pages) throw refused({ kind: 'pagesBeyond', part, last: pages });
    for (let page = first; page <= last; page += 1) chosen.add(page);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** The reverse: ascending pages as "1-3,7"; empty for none. */
export function formatPageRange(pages: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const page of pages) {
    const open = ranges.at(-1);
    if (open?.last === page - 1) open.last = page;
    else ranges.push({ first: page, last: page });
  }
  return ranges.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}

function parsePart(part: string, text: string, pages: number): { first: number; last: number } {
  const match = /^(\d*)(?:\s*([-–])\s*(\d*))?$/.exec(part);
  if (!match || part === '' || /^[-–]$/.test(part)) {
    throw refused({ kind: 'pagesUnclear', part, ...(part !== text && { text }) });
  }
  const [, from = '', dash, to = ''] = match;
  const first = from === '' ? 1 : Number(from);
  return { first, last: dash === undefined ? first : to === '' ? Math.max(first, pages) : Number(to) };
}

function refused(why: ErrorReason): BackendError {
  return new BackendError('page_range_invalid', why);
}
