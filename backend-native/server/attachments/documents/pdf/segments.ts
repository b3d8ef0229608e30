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

/** Powers and indices, in heights of the characters before them: smaller, and off their line by so much. */
const scriptSize = 0.85;
const raisedBy = [0.15, 0.75] as const;
const loweredBy = [0.08, 0.5] as const;
const scriptGap = 0.5;

/** @param glyphs of one direction, turned so that lines run from left to right, in the order of reading */
export function segmentsOf(glyphs: readonly Glyph[]): Segment[] {
  const segments: Segment[] = [];
  let open: { segment: Segment; last: Glyph; spaced: boolean; script: Script } | undefined;
  for (const glyph of glyphs) {
    if (/^\s*$/.test(glyph.text)) {
      if (open) open.spaced = true;
      continue;
    }
    const size = glyph.top - glyph.bottom;
    const script = open && !open.spaced ? scriptOf(open.segment, open.last, glyph) : '';
    const mark = script === open?.script ? '' : script;
    const joined = open && (script === '' ? join(open.segment, open.last, glyph, open.spaced) : mark);
    if (joined === undefined || !open) {
      open = {
        segment: { text: glyph.text, left: glyph.left, right: glyph.right, baseline: glyph.baseline, size },
        last: glyph,
        spaced: false,
        script: '',
      };
      segments.push(open.segment);
    } else {
      const { segment } = open;
      segment.text += joined + glyph.text;
      segment.left = Math.min(segment.left, glyph.left);
      segment.right = Math.max(segment.right, glyph.right);
      open.last = glyph;
      open.spaced = false;
      open.script = script;
    }
  }
  return segments;
}

type Script = '' | '^' | '_';

/** Whether a character is a power or an index of what stands before it: 10^6 is not 106. */
function scriptOf(segment: Segment, last: Glyph, glyph: Glyph): Script {
  const { size } = segment;
  const off = (glyph.baseline - segment.baseline) / size;
  const gap = glyph.left - last.right;
  if (glyph.top - glyph.bottom > scriptSize * size || Math.abs(gap) > scriptGap * size) return '';
  if (!/[\p{L}\p{N})\]]$/u.test(segment.text)) return '';
  if (off >= raisedBy[0] && off <= raisedBy[1]) return '^';
  return -off >= loweredBy[0] && -off <= loweredBy[1] ? '_' : '';
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
