/**
 * Text as coverage of pixels, from outlines in the repository: the same pixels on every machine, with no font
 * installed.
 */
import { monoOutlines } from '../fonts/monoOutlines.js';
import { sansOutlines } from '../fonts/sansOutlines.js';

const faces = { mono: monoOutlines, sans: sansOutlines } as const;
export type FaceName = keyof typeof faces;

/**
 * One character at one size: alpha [height, width] from 0 to 1; left and top from the pen on the baseline, y downwards.
 */
export interface Glyph {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly alpha: Float64Array;
}

const unitsPerEm = 1000;
/** The same in both fonts. */
const xHeight = 489;
const capHeight = 656;
/** Straight pieces of a curve: at 40 pixels to the em they are off by less than a hundredth of a pixel. */
const curvePieces = 8;
/** Positions of a glyph within a pixel. */
const fractions = 4;

/** One font at one size in pixels to the em. Lower-case letters end on a whole pixel, as hinted text does. */
export class Face {
  private readonly glyphs = new Map<string, Glyph>();
  private readonly scaleX: number;
  private readonly scaleY: number;

  private constructor(
    private readonly name: FaceName,
    readonly size: number,
  ) {
    this.scaleX = size / unitsPerEm;
    this.scaleY = Math.round(xHeight * this.scaleX) / xHeight;
  }

  private static readonly made = new Map<string, Face>();

  static of(name: FaceName, size: number): Face {
    const key = `${name} ${size}`;
    const face = this.made.get(key) ?? new Face(name, size);
    this.made.set(key, face);
    return face;
  }

  /** Height of capital letters in pixels. */
  get cap(): number {
    return capHeight * this.scaleY;
  }

  /** Pixels that a text takes from left to right. */
  width(text: string): number {
    let width = 0;
    for (const character of text) width += this.advance(character);
    return width;
  }

  advance(character: string): number {
    return this.outline(character)[0] * this.scaleX;
  }

  /** @param x where the pen is; only its fraction of a pixel matters */
  glyph(character: string, x: number): Glyph {
    const fraction = Math.floor((x - Math.floor(x)) * fractions);
    const key = `${character}${fraction}`;
    const glyph = this.glyphs.get(key) ?? fill(this.polygons(character, fraction / fractions));
    this.glyphs.set(key, glyph);
    return glyph;
  }

  private outline(character: string): readonly [number, string] {
    const outline = faces[this.name][character];
    if (outline === undefined)
      throw new RangeError(`Expected printable ASCII to draw but received ${JSON.stringify(character)}`);
    return outline;
  }

  /** Closed polygons in pixels, y downwards. */
  private polygons(character: string, offset: number): Point[][] {
    const polygons: Point[][] = [];
    for (const [, command, numbers = ''] of this.outline(character)[1].matchAll(/([MLQZ])([-\d ]*)/g)) {
      const [ax = 0, ay = 0, bx = 0, by = 0] = numbers.split(' ').map(Number);
      const a: Point = [ax * this.scaleX + offset, -ay * this.scaleY];
      const b: Point = [bx * this.scaleX + offset, -by * this.scaleY];
      const polygon = polygons.at(-1);
      if (command === 'M') polygons.push([a]);
      else if (command === 'L') polygon?.push(a);
      else if (command === 'Q') polygon?.push(...curve(polygon.at(-1) ?? a, a, b));
    }
    return polygons;
  }
}

type Point = readonly [x: number, y: number];

/** The points after the first of a quadratic curve. */
function curve(from: Point, control: Point, to: Point): Point[] {
  return Array.from({ length: curvePieces }, (_, i) => {
    const t = (i + 1) / curvePieces;
    const [a, b, c] = [(1 - t) * (1 - t), 2 * t * (1 - t), t * t];
    return [a * from[0] + b * control[0] + c * to[0], a * from[1] + b * control[1] + c * to[1]];
  });
}

/**
 * The area of each pixel that lies inside. Every edge adds its signed cover to the pixels it passes; summed from left
 * to right that is how much of a pixel is inside (the method of font-rs and stb_truetype).
 */
function fill(polygons: readonly (readonly Point[])[]): Glyph {
  const points = polygons.flat();
  if (points.length === 0) return { width: 0, height: 0, left: 0, top: 0, alpha: new Float64Array() };
  const left = Math.floor(Math.min(...points.map(([x]) => x)));
  const top = Math.floor(Math.min(...points.map(([, y]) => y)));
  const width = Math.ceil(Math.max(...points.map(([x]) => x))) - left + 1;
  const height = Math.ceil(Math.max(...points.map(([, y]) => y))) - top;
  // One more column: an edge adds the rest of its cover to the pixel at its right.
  const cover = new Float64Array((width + 1) * height);
  for (const polygon of polygons) {
    polygon.forEach((from, i) => {
      const to = polygon[(i + 1) % polygon.length] ?? from;
      addEdge(cover, width + 1, [from[0] - left, from[1] - top], [to[0] - left, to[1] - top]);
    });
  }
  const alpha = new Float64Array(width * height);
  for (let y = 0; y < height; y += 1) {
    let inside = 0;
    for (let x = 0; x < width; x += 1) {
      inside += cover[y * (width + 1) + x] ?? 0;
      alpha[y * width + x] = Math.min(1, Math.abs(inside));
    }
  }
  return { width, height, left, top, alpha };
}

function addEdge(cover: Float64Array, stride: number, a: Point, b: Point): void {
  if (a[1] === b[1]) return;
  const direction = a[1] < b[1] ? 1 : -1;
  const [from, to] = direction === 1 ? [a, b] : [b, a];
  const slope = (to[0] - from[0]) / (to[1] - from[1]);
  for (let y = Math.floor(from[1]); y < to[1]; y += 1) {
    const upper = Math.max(from[1], y);
    const lower = Math.min(to[1], y + 1);
    if (lower <= upper) continue;
    const xs = [from[0] + (upper - from[1]) * slope, from[0] + (lower - from[1]) * slope];
    addSpan(cover, y * stride, Math.min(...xs), Math.max(...xs), direction * (lower - upper));
  }
}

/** Spreads the cover of an edge within one row: `amount` in all, between x0 and x1. */
function addSpan(cover: Float64Array, row: number, x0: number, x1: number, amount: number): void {
  const last = Math.max(Math.floor(x0), Math.ceil(x1) - 1);
  for (let x = Math.floor(x0); x <= last; x += 1) {
    const start = Math.max(x0, x);
    const end = Math.min(x1, x + 1);
    const part = x1 > x0 ? (amount * (end - start)) / (x1 - x0) : amount;
    // The edge's own pixel is covered from the edge to its right side; the pixels after it wholly.
    const own = part * (x + 1 - (start + end) / 2);
    cover[row + x] = (cover[row + x] ?? 0) + own;
    cover[row + x + 1] = (cover[row + x + 1] ?? 0) + part - own;
  }
}
