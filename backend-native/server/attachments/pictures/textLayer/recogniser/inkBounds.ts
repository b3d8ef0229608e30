/**
 * Where the letters of a line begin and end: the detector's boxes have margins, and lose a comma or a bracket at an
 * end.
 */
import type { Box, Raster } from './raster.js';

export const inkRules = {
  /** Of 0 to 255 a channel, all channels together: what differs this much from the ground is ink, in plain contrast. */
  contrast: 90,
  /** Of the strongest contrast in the line: what is dim is ink too. */
  share: 0.35,
  /** Pixels that are left around the ink. */
  margin: 3,
  /**
   * Shares of the line's height: the widest gap across which ink outside of the box belongs to the line, and its most.
   */
  gap: 0.3,
  reach: 1.5,
  /** Of the rows: a column with more ink is a border, or another ground. */
  border: 0.85,
} as const;

/**
 * Trims a box to its ink and widens it by ink that is close at its right end. Above and below it stays as it is: the
 * height decides at what size the line is read.
 * @param limit pixels from the left at which the next line begins
 */
export function inkBounds(raster: Raster, box: Box, limit: number = raster.width): Box {
  const [left, top, width, height] = box;
  const ground = groundOf(raster, box);
  const strongest = strongestContrast(raster, box, ground);
  const least = Math.max(24, Math.min(inkRules.contrast, strongest * inkRules.share));
  const inkIn = (x: number) => {
    let ink = 0;
    for (let y = top; y < top + height; y += 1) if (contrast(raster, x, y, ground) >= least) ink += 1;
    return ink / height;
  };
  let first = left;
  while (first < left + width && inkIn(first) === 0) first += 1;
  if (first === left + width) return box;
  let last = left + width - 1;
  while (inkIn(last) === 0) last -= 1;
  const end = Math.min(limit, raster.width, left + width + Math.round(inkRules.reach * height));
  for (let x = last + 1; x < end && x - last <= inkRules.gap * height; x += 1) {
    const ink = inkIn(x);
    if (ink >= inkRules.border) break;
    if (ink > 0) last = x;
  }
  const from = Math.max(0, first - inkRules.margin);
  return [from, top, Math.min(raster.width, last + 1 + inkRules.margin) - from, height];
}

/** The most frequent colour, of 4,096. */
function groundOf({ width, rgb }: Raster, [left, top, across, down]: Box): number[] {
  const counts = new Map<number, number>();
  let [most, ground] = [0, 0];
  for (let y = top; y < top + down; y += 2) {
    for (let x = left; x < left + across; x += 1) {
      const at = (y * width + x) * 3;
      const bin = (((rgb[at] ?? 0) >> 4) << 8) | (((rgb[at + 1] ?? 0) >> 4) << 4) | ((rgb[at + 2] ?? 0) >> 4);
      const count = (counts.get(bin) ?? 0) + 1;
      counts.set(bin, count);
      if (count > most) [most, ground] = [count, at];
    }
  }
  return [rgb[ground] ?? 0, rgb[ground + 1] ?? 0, rgb[ground + 2] ?? 0];
}

function strongestContrast(raster: Raster, [left, top, across, down]: Box, ground: readonly number[]): number {
  let strongest = 0;
  for (let y = top; y < top + down; y += 1)
    for (let x = left; x < left + across; x += 1) strongest = Math.max(strongest, contrast(raster, x, y, ground));
  return strongest;
}

function contrast({ width, rgb }: Raster, x: number, y: number, ground: readonly number[]): number {
  const at = (y * width + x) * 3;
  return (
    Math.abs((rgb[at] ?? 0) - (ground[0] ?? 0)) +
    Math.abs((rgb[at + 1] ?? 0) - (ground[1] ?? 0)) +
    Math.abs((rgb[at + 2] ?? 0) - (ground[2] ?? 0))
  );
}
