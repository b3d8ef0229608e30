/** How a picture is cut for the detector, which takes pictures of a bounded size at their full resolution. */
import type { Box } from './raster.js';

export interface Tile {
  /** What the detector sees. */
  readonly seen: Box;
  /**
   * The part of it whose map counts: the rest is there for what surrounds it. Over all tiles they cover the picture
   * once.
   */
  readonly counts: Box;
}

/** Pixels: what the detector takes is a multiple of this. */
export const grid = 32;
/** Pixels, as multiples of the grid. */
const largest = { width: 1280, height: 960 } as const;
/** Pixels that a tile sees of its neighbour: more than a line is high. */
const overlap = 96;

export function tilesOf(width: number, height: number): Tile[] {
  const columns = cuts(width, largest.width);
  const rows = cuts(height, largest.height);
  return rows.flatMap(([top, bottom, countTop, countBottom]) =>
    columns.map(([left, right, countLeft, countRight]) => ({
      seen: [left, top, right - left, bottom - top] as const,
      counts: [countLeft, countTop, countRight - countLeft, countBottom - countTop] as const,
    })),
  );
}

/** Along one side: from where to where a tile sees, and from where to where it counts. All tiles are alike in size. */
function cuts(length: number, most: number): [from: number, to: number, countsFrom: number, countsTo: number][] {
  if (length <= most) return [[0, length, 0, length]];
  const count = Math.ceil((length - overlap) / (most - overlap));
  // As small as they can be, for what two tiles see is paid for twice; whole cells of the detector's grid.
  const size = Math.ceil((length + (count - 1) * overlap) / count / grid) * grid;
  const step = (length - size) / (count - 1);
  const starts = Array.from({ length: count }, (_, i) => Math.round(i * step));
  return starts.map((start, i) => {
    const before = starts[i - 1];
    const after = starts[i + 1];
    // Between two tiles the border is in the middle of what both see.
    const from = before === undefined ? 0 : Math.round((start + before + size) / 2);
    const to = after === undefined ? length : Math.round((after + start + size) / 2);
    return [start, Math.min(length, start + size), from, to];
  });
}
