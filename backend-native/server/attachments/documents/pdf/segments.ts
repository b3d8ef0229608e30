/** Characters that stand together become segments: a cell, or what of a line belongs to one column. */
import type { Glyph } from './glyphs.js';

export interface Segment {
  text: string;
  left: number;
  right: number;
  baseline: number;
  /** Height of its characters. */
  readonly size: number;
}

/** In heights of a character: less is a space between letters, more is the end of a cell or a column. */
const spaceGap = 0.14;
const cellGap = 1.3;
/** A space character that is written says that words belong together, unless they are farther apart than this. */
const spacedCellGap = 2.2;
/** Of the height: characters on one line, some of them raised or lowered. */
const sameLine = 0.35;

/** @param glyphs of one direction, turned so that lines run from left to right, in the order of reading */
export function segmentsOf(glyphs: readonly Glyph[]): Segment[] {
  const segments: Segment[] = [];
  let open: { segment: Segment; last: Glyph; spaced: boolean } | undefined;
  for (const glyph of glyphs) {
    if (/^\s*$/.test(glyph.text)) {
      if (open) open.spaced = true;
      continue;
    }
    const size = glyph.top - glyph.bottom;
    const joined = open && join(open.segment, open.last, glyph, open.spaced);
    if (joined === undefined || !open) {
      open = {
        segment: { text: glyph.text, left: glyph.left, right: glyph.right, baseline: glyph.baseline, size },
        last: glyph,
        spaced: false,
      };
      segments.push(open.segment);
    } else {
      const { segment } = open;
      segment.text += joined + glyph.text;
      segment.left = Math.min(segment.left, glyph.left);
      segment.right = Math.max(segment.right, glyph.right);
      open.last = glyph;
      open.spaced = false;
    }
  }
  return segments;
}

/** @returns what stands between two characters of one segment; undefined when the second begins another */
function join(segment: Segment, last: Glyph, glyph: Glyph, spaced: boolean): '' | ' ' | undefined {
  const size = Math.max(1, segment.size, glyph.top - glyph.bottom);
  if (Math.abs(glyph.baseline - segment.baseline) > sameLine * size) return undefined;
  // Right-to-left text goes on at the left.
  const gap = Math.max(glyph.left - last.right, last.left - glyph.right);
  if (gap > (spaced ? spacedCellGap : cellGap) * size) return undefined;
  // Far back: another line over this one, or a cell that is written later.
  if (gap < -size && glyph.right < last.left - size) return undefined;
  if (glyph.left < segment.left - cellGap * size && glyph.right < last.left - cellGap * size) return undefined;
  return spaced || gap > spaceGap * size ? ' ' : '';
}
