import type { Colour } from '../look.js';
import type { Box } from '../recogniser/raster.js';

/** A line that was recognised and whose colours are known. */
export interface PlacedLine {
  readonly text: string;
  readonly box: Box;
  readonly confidence: number;
  readonly ground: Colour;
  readonly look?: string;
  /** What belongs to its text but is not read in its place: the bar of a chart, from its value down to its name. */
  readonly whole?: Box;
}

export function right({ box }: PlacedLine): number {
  return box[0] + box[2];
}

export function middle({ box }: PlacedLine): number {
  return box[1] + box[3] / 2;
}

/** The box around boxes; that of nothing is empty. */
export function boxAround(boxes: readonly Box[]): Box {
  const left = Math.min(...boxes.map(([x]) => x));
  const top = Math.min(...boxes.map(([, y]) => y));
  return [
    left,
    top,
    Math.max(...boxes.map(([x, , width]) => x + width)) - left,
    Math.max(...boxes.map(([, y, , height]) => y + height)) - top,
  ];
}

/** Whether two lines stand side by side. */
export function inOneRow(a: PlacedLine, b: PlacedLine): boolean {
  const smaller = Math.min(a.box[3], b.box[3]);
  return Math.abs(middle(a) - middle(b)) < 0.35 * smaller;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
