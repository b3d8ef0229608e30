/** Whether a range such as "1-3,7" can be read; the backend reads it again and has the last word. */
export type PageRangeProblem = 'syntax' | 'backwards' | 'beyond';

/**
 * @param text pages counted from 1; empty for all
 * @param pages how many there are
 * @returns null when the range is good
 */
export function pageRangeProblem(text: string, pages: number): PageRangeProblem | null {
  if (text.trim() === '') return null;
  for (const part of text.split(',')) {
    const match = /^\s*(\d{1,7})\s*(?:-\s*(\d{1,7})\s*)?$/.exec(part);
    if (!match) return 'syntax';
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (first < 1) return 'syntax';
    if (last < first) return 'backwards';
    if (last > pages) return 'beyond';
  }
  return null;
}
