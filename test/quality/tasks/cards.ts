/** Screenshots of tasks with several images: cards with a heading and lines, some of which matter. */
import type { Random } from '../../fixtures/random.js';
import { pick, sample } from '../content/choose.js';
import { capitalised, labels, names } from '../content/words.js';
import { layouts } from '../draw/layouts.js';
import { fillerLine, look, rowsOf, type Look } from '../draw/look.js';
import type { Extent, SuiteSize } from '../sizes.js';
import type { SampleImage } from './task.js';

/** Headings that all differ. */
export function headings(random: Random, count: number): string[] {
  return sample(random, names, count).map(capitalised);
}

/** Labels that all differ and leave room for a value on the smallest card. */
export function labelsOf(random: Random, count: number): string[] {
  return sample(
    random,
    labels.filter((label) => label.length <= 6),
    count,
  );
}

export function cardLook(random: Random, size: SuiteSize, extent: Extent = size.several): Look {
  return look(random, extent, size, pick(random, ['mono', 'sans'] as const));
}

/** One card: the given lines in their order, with other lines above, between and below them as there is room. */
export function card(random: Random, style: Look, heading: string, lines: readonly string[]): Uint8Array {
  const rows = rowsOf(style, style.pitch + 2);
  if (lines.length > rows)
    throw new RangeError(`Expected at most ${rows} lines for a card but received ${lines.length}`);
  const places = sample(
    random,
    Array.from({ length: rows }, (_, i) => i),
    lines.length,
  ).sort((a, b) => a - b);
  const text = Array.from(
    { length: rows },
    (_, row) => lines[places.indexOf(row)] ?? fillerLine(random, style, style.width - 3 * style.margin),
  );
  return layouts.noteCard(style, heading, text).png();
}

/** The pictures of a prompt by their numbers. */
export function numbered(pngs: readonly Uint8Array[]): SampleImage[] {
  return pngs.map((png, i) => ({ name: `image-${i + 1}.png`, png }));
}
