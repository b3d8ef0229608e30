/** Rectangles on a picture, in its pixels: pure, so that they can be tested without a page. */
import type { PicturePart } from '../../backend-native/protocol/ask.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Less shows nothing that could be asked about: pixels of a side. */
export const leastSide = 8;

/** All of the picture. */
export function wholeOf({ width, height }: Size): PicturePart {
  return { x: 0, y: 0, width, height };
}

export function isWhole(part: PicturePart, { width, height }: Size): boolean {
  return part.width === width && part.height === height;
}

/** Drawn from one corner to the opposite one: in whole pixels, within the picture, and not too small to see. */
export function between(one: Point, other: Point, size: Size): PicturePart {
  const across = span(one.x, other.x, size.width);
  const down = span(one.y, other.y, size.height);
  return { x: across.start, width: across.length, y: down.start, height: down.length };
}

/** One number of it changed, as in a form: what would reach beyond the picture ends at its edge. */
export function withNumber(part: PicturePart, field: keyof PicturePart, value: number, size: Size): PicturePart {
  const [start, length, whole] =
    field === 'x' || field === 'width'
      ? (['x', 'width', size.width] as const)
      : (['y', 'height', size.height] as const);
  const least = Math.min(leastSide, whole);
  if (field === start) {
    const at = clamp(value, 0, whole - least);
    return { ...part, [start]: at, [length]: Math.min(part[length], whole - at) };
  }
  return { ...part, [length]: clamp(value, least, whole - part[start]) };
}

function span(one: number, other: number, whole: number): { readonly start: number; readonly length: number } {
  const least = Math.min(leastSide, whole);
  const start = clamp(Math.floor(Math.min(one, other)), 0, whole - least);
  const end = clamp(Math.ceil(Math.max(one, other)), start + least, whole);
  return { start, length: end - start };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(Number.isFinite(value) ? Math.round(value) : least, least), Math.max(least, most));
}
