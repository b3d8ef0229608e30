/**
 * Where the letters of a line begin and end: the detector's boxes have margins, lose a comma or a bracket at an end,
 * and reach across the cells of a table.
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
  /** Pixels: how wide a border between two cells may be. */
  rule: 3,
  /** A wider gap than so many heights of the letters parts two cells. */
  cells: 1.5,
  /** The least height of letters, as a share of the line's. */
  letters: 0.45,
} as const;

/**
 * Trims a box to its ink, widens it by ink that is close at its right end, and parts it where a gap is too wide for
 * words of one line. Above and below it stays as it is: the height decides at what size the line is read.
 * @param limit pixels from the left at which the next line begins
 * @returns from left to right; the box itself where there is no ink
 */
export function inkBounds(raster: Raster, box: Box, limit: number = raster.width): Box[] {
  const [left, top, width, height] = box;
  const ground = groundOf(raster, box);
  const strongest = strongestContrast(raster, box, ground);
  const least = Math.max(24, Math.min(inkRules.contrast, strongest * inkRules.share));
  const isInk = (x: number, y: number) => contrast(raster, x, y, ground) >= least;
  const rows = rowsOfLetters(box, isInk);
  const inkIn = (x: number) => {
    let ink = 0;
    for (const y of rows) if (isInk(x, y)) ink += 1;
    return ink / rows.length;
  };
  let first = left;
  while (first < left + width && inkIn(first) === 0) first += 1;
  if (first === left + width) return [box];
  let last = left + width - 1;
  while (inkIn(last) === 0) last -= 1;
  const end = Math.min(limit, raster.width, left + width + Math.round(inkRules.reach * height));
  for (let x = last + 1; x < end && x - last <= inkRules.gap * height; x += 1) {
    const ink = inkIn(x);
    if (ink >= inkRules.border) break;
    if (ink > 0) last = x;
  }
  const columns = Array.from({ length: last + 1 - first }, (_, i) => inkIn(first + i));
  const letters = rows.filter((y) => columns.some((ink, i) => ink < inkRules.border && isInk(first + i, y)));
  const letterHeight = Math.max(inkRules.letters * height, (letters.at(-1) ?? top) + 1 - (letters[0] ?? top));
  return runsOf(columns, inkRules.cells * letterHeight).map(([from, to]) => {
    const start = Math.max(0, first + from - inkRules.margin);
    return [start, top, Math.min(raster.width, first + to + inkRules.margin) - start, height];
  });
}

/** All but those that are a border above or below the letters; all where nothing else is left. */
function rowsOfLetters([left, top, width, height]: Box, isInk: (x: number, y: number) => boolean): number[] {
  const all = Array.from({ length: height }, (_, i) => top + i);
  const rows = all.filter((y) => {
    let ink = 0;
    for (let x = left; x < left + width; x += 1) if (isInk(x, y)) ink += 1;
    return ink < inkRules.border * width;
  });
  return rows.length === 0 ? all : rows;
}

/**
 * What is apart by more than `gap` columns without ink, but for a border between two cells.
 * @param columns how much ink is in each, from 0 to 1; in the first and the last there is some
 */
function runsOf(columns: readonly number[], gap: number): (readonly [from: number, to: number])[] {
  const runs: [from: number, to: number][] = [];
  for (let x = 0; x < columns.length;) {
    const from = x;
    const full = (columns[x] ?? 0) >= inkRules.border;
    if ((columns[x] ?? 0) === 0) {
      x += 1;
      continue;
    }
    while (x < columns.length && (columns[x] ?? 0) > 0 && (columns[x] ?? 0) >= inkRules.border === full) x += 1;
    const isBorder = full && x - from <= inkRules.rule;
    const before = runs.at(-1);
    if (before && from - before[1] <= gap) {
      if (!isBorder) before[1] = x;
    } else if (!isBorder || (!before && x === columns.length)) runs.push([from, x]);
  }
  return runs.length === 0 ? [[0, columns.length]] : runs;
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
