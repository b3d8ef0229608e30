/** From the characters of a page to its text. */
import { aslant, type Glyph } from './glyphs.js';
import { layOut } from './layout.js';
import { segmentsOf, type Segment } from './segments.js';

/** @param more segments that are no characters of the page: the boxes of a form */
export function pageText(glyphs: readonly Glyph[], more: readonly Segment[] = []): string {
  const byTurn = new Map<number, Glyph[]>([[0, []]]);
  for (const glyph of glyphs) {
    const group = byTurn.get(glyph.turns);
    if (group) group.push(turned(glyph));
    else byTurn.set(glyph.turns, [turned(glyph)]);
  }
  // What most of the page says comes first; a note along the margin after it.
  return [...byTurn]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([turns, group]) =>
      turns === aslant ? slantedText(group) : layOut([...segmentsOf(group), ...(turns === 0 ? more : [])]),
    )
    .filter((text) => text !== '')
    .join('\n\n');
}

/** Characters that stand aslant, in the order in which they were written. */
function slantedText(glyphs: readonly Glyph[]): string {
  let text = '';
  for (const [i, glyph] of glyphs.entries()) {
    const last = glyphs[i - 1];
    text += last && distance(last, glyph) > wordDistance * sizeOf(last) ? ` ${glyph.text}` : glyph.text;
  }
  return text.replace(/\s+/g, ' ').trim();
}

/** Between the middles of two characters, in the larger side of the first. */
const wordDistance = 1.5;

function distance(a: Glyph, b: Glyph): number {
  return Math.hypot(a.left + a.right - b.left - b.right, a.bottom + a.top - b.bottom - b.top) / 2;
}

function sizeOf({ left, right, bottom, top }: Glyph): number {
  return Math.max(right - left, top - bottom);
}

/** As it were if its line ran from left to right. */
function turned(glyph: Glyph): Glyph {
  const { left, right, bottom, top } = glyph;
  switch (glyph.turns) {
    case 1:
      return { ...glyph, left: bottom, right: top, bottom: -right, top: -left, baseline: -glyph.baseline };
    case 2:
      return { ...glyph, left: -right, right: -left, bottom: -top, top: -bottom, baseline: -glyph.baseline };
    case 3:
      return { ...glyph, left: -top, right: -bottom, bottom: left, top: right };
    default:
      return glyph;
  }
}
