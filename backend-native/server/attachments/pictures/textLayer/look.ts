/** How a line of text looks, in words: what stands out from the rest of the picture, and nothing for plain text. */
import type { Box, Raster } from './recogniser/raster.js';

export type Colour = readonly [red: number, green: number, blue: number];

export interface LineColours {
  readonly ground: Colour;
  readonly ink: Colour;
}

/** Of 0 to 255 a channel, all channels together: grounds that are this far apart are told apart at a glance. */
const otherGround = 90;
/** Of 0 to 255: ink that is this much lighter or darker than its ground, and no more, is dim. */
const dim = 110;
/** Of 0 to 255: channels this far apart make a colour, not a grey. */
const coloured = 48;
/** Pixels of a line that are looked at, at most. */
const most = 4000;

/** The most frequent colour of a part of the picture, or of all of it. */
export function groundOf(raster: Raster, box: Box = [0, 0, raster.width, raster.height]): Colour {
  return dominant(pixelsOf(raster, box));
}

/** @param box of a line of text */
export function coloursOf(raster: Raster, box: Box): LineColours {
  const pixels = pixelsOf(raster, box);
  const ground = dominant(pixels);
  // The middle of a stroke is farthest from the ground; its edges are mixed with it.
  const count = Math.max(1, Math.round((pixels.length / 3) * 0.03));
  return { ground, ink: mean(pixels, farthest(pixels, ground, count)) };
}

/** What most of a picture looks like; it goes without saying. */
export interface PlainLook {
  /** The ground of the picture. */
  readonly ground: Colour;
  /** The name of the ink in which most characters on that ground are written. */
  readonly ink: string | undefined;
}

/**
 * @param ground of the picture
 * @param lines their colours, and how many characters each has
 */
export function plainLook(ground: Colour, lines: readonly (LineColours & { characters: number })[]): PlainLook {
  const counts = new Map<string, number>();
  for (const line of lines) {
    if (distance(line.ground, ground) > otherGround) continue;
    const name = colourName(line.ink);
    counts.set(name, (counts.get(name) ?? 0) + line.characters);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return { ground, ink: most?.[0] };
}

/**
 * @returns `white on blue` for another ground, `red` for ink of a colour, `grey` for dim ink; undefined for plain ink
 */
export function lookOf({ ground, ink }: LineColours, plain: PlainLook): string | undefined {
  const main = plain.ground;
  if (distance(ground, main) > otherGround) {
    const [inkName, groundName] = [colourName(ink), colourName(ground)];
    if (inkName !== groundName && groundName !== colourName(main)) return `${inkName} on ${groundName}`;
  }
  if (chroma(ink) >= coloured) {
    const name = colourName(ink);
    return isShade(name) || name === plain.ink ? undefined : name;
  }
  return Math.abs(light(ink) - light(ground)) <= dim ? 'grey' : undefined;
}

/** One of black white grey red orange yellow green blue purple pink brown cyan. */
export function colourName(colour: Colour): string {
  const [red, green, blue] = colour;
  const [high, low] = [Math.max(...colour), Math.min(...colour)];
  if (high - low < coloured * Math.min(1, (0.4 + high / 255) / 1.2)) {
    if (light(colour) < 72) return 'black';
    return light(colour) > 200 ? 'white' : 'grey';
  }
  const hue = hueOf(red, green, blue, high, low);
  const pale = low > 150;
  if (hue < 14 || hue >= 345) return pale && high > 230 ? 'pink' : 'red';
  if (hue < 42) return high < 150 ? 'brown' : 'orange';
  if (hue < 68) return high < 110 ? 'brown' : 'yellow';
  if (hue < 165) return 'green';
  if (hue < 195) return 'cyan';
  if (hue < 255) return 'blue';
  if (hue < 292) return 'purple';
  return high > 180 ? 'pink' : 'purple';
}

export function distance(a: Colour, b: Colour): number {
  return Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2]);
}

export function isShade(name: string): boolean {
  return name === 'black' || name === 'white' || name === 'grey';
}

function chroma(colour: Colour): number {
  return Math.max(...colour) - Math.min(...colour);
}

export function light([red, green, blue]: Colour): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/** Degrees. */
function hueOf(red: number, green: number, blue: number, high: number, low: number): number {
  const span = high - low;
  if (high === red) return (((green - blue) / span) * 60 + 360) % 360;
  if (high === green) return ((blue - red) / span) * 60 + 120;
  return ((red - green) / span) * 60 + 240;
}

/** @returns three channels each, row by row */
function pixelsOf({ width, rgb }: Raster, [left, top, across, down]: Box): Uint8Array {
  const step = Math.max(1, Math.floor(Math.sqrt((across * down) / most)));
  const pixels = new Uint8Array(3 * Math.ceil(across / step) * Math.ceil(down / step));
  let to = 0;
  for (let y = top; y < top + down; y += step) {
    for (let x = left; x < left + across; x += step) {
      const at = (y * width + x) * 3;
      pixels[to++] = rgb[at] ?? 0;
      pixels[to++] = rgb[at + 1] ?? 0;
      pixels[to++] = rgb[at + 2] ?? 0;
    }
  }
  return pixels;
}

/** The mean of the fullest of 4,096 bins; of bins that are as full, the one that is met first. */
function dominant(pixels: Uint8Array): Colour {
  const counts = new Uint32Array(colourBins);
  for (let at = 0; at < pixels.length; at += 3) {
    const bin = binOf(pixels, at);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const fullest = counts.reduce((high, count) => Math.max(high, count), 0);
  let bin = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    bin = binOf(pixels, at);
    if (counts[bin] === fullest) break;
  }
  const members: number[] = [];
  for (let at = 0; at < pixels.length; at += 3) if (binOf(pixels, at) === bin) members.push(at);
  return mean(pixels, members);
}

const colourBins = 4096;

/** One of colourBins, by the upper four bits of each channel. */
export function binOf(rgb: Uint8Array, at: number): number {
  return (((rgb[at] ?? 0) >> 4) << 8) | (((rgb[at + 1] ?? 0) >> 4) << 4) | ((rgb[at + 2] ?? 0) >> 4);
}

/** Where the pixels are that are farthest from a colour; of those that are as far, the first. */
function farthest(pixels: Uint8Array, from: Colour, count: number): number[] {
  const [red, green, blue] = from;
  const distances = new Float64Array(pixels.length / 3);
  const byWhole = new Uint32Array(3 * 256);
  // As distance() has it, without a colour made for each of some 250,000 pixels of a screen.
  for (let i = 0, at = 0; i < distances.length; i += 1, at += 3) {
    const away =
      Math.abs((pixels[at] ?? 0) - red) +
      Math.abs((pixels[at + 1] ?? 0) - green) +
      Math.abs((pixels[at + 2] ?? 0) - blue);
    const whole = Math.floor((distances[i] = away));
    byWhole[whole] = (byWhole[whole] ?? 0) + 1;
  }
  // Only those about as far as the last that counts need to be put in order.
  let least = byWhole.length - 1;
  for (let beyond = byWhole[least] ?? 0; least > 0 && beyond < count; beyond += byWhole[least] ?? 0) least -= 1;
  const found: number[] = [];
  const last: number[] = [];
  for (let i = 0; i < distances.length; i += 1) {
    const value = distances[i] ?? 0;
    if (value >= least + 1) found.push(3 * i);
    else if (value >= least) last.push(i);
  }
  last.sort((a, b) => (distances[b] ?? 0) - (distances[a] ?? 0));
  return [...found, ...last.slice(0, count - found.length).map((i) => 3 * i)];
}

function mean(pixels: Uint8Array, at: readonly number[]): Colour {
  let [red, green, blue] = [0, 0, 0];
  for (const i of at) {
    red += pixels[i] ?? 0;
    green += pixels[i + 1] ?? 0;
    blue += pixels[i + 2] ?? 0;
  }
  const count = Math.max(1, at.length);
  return [red / count, green / count, blue / count];
}

export function pixelAt({ width, rgb }: Raster, x: number, y: number): Colour {
  const at = (y * width + x) * 3;
  return [rgb[at] ?? 0, rgb[at + 1] ?? 0, rgb[at + 2] ?? 0];
}
