/** Patches of a colour: what a legend, a chart or a switch shows beside a text. */
import { binOf, colourName, isShade, pixelAt } from './look.js';
import type { Box, Raster } from './recogniser/raster.js';
import type { TextLine } from './textLayer.js';

/** Of a picture: what covers less is no colour of it. */
const leastArea = 0.002;
/** Pixels that are looked at for the colours of a picture, about. */
const samples = 20_000;
/** Of the place beside a text: so much has to be of one colour. */
const patchShare = 0.2;
/** Of all that is coloured there. */
const oneColour = 0.7;

/**
 * Left of a text as in a legend, or above it or right of it as the bars of a chart.
 * @param lines all of the picture: where one of them stands, no patch is looked for
 * @returns the name of its colour
 */
export function patchBeside(picture: Raster, line: TextLine, lines: readonly TextLine[]): string | undefined {
  const [left, top, width, height] = line.box;
  const places: readonly Box[] = [
    [left - Math.round(1.8 * height), top, Math.round(1.6 * height), height],
    [left + Math.round(width / 2 - height / 2), top - Math.round(1.6 * height), height, Math.round(1.4 * height)],
    [left + width + Math.round(0.3 * height), top, Math.round(1.5 * height), height],
  ];
  for (const place of places) {
    const box = within(picture, place);
    if (!box || lines.some((other) => other !== line && overlap(other.box, box))) continue;
    const colour = patchIn(picture, box);
    if (colour !== undefined) return colour;
  }
  return undefined;
}

function overlap([x, y, w, h]: Box, [left, top, across, down]: Box): boolean {
  return x < left + across && left < x + w && y < top + down && top < y + h;
}

function patchIn(picture: Raster, box: Box): string | undefined {
  const counts = countColours(picture, box, 1);
  const coloured = [...counts.names].filter(([name]) => !isShade(name)).sort((a, b) => b[1] - a[1]);
  const [first] = coloured;
  const all = coloured.reduce((sum, [, count]) => sum + count, 0);
  return first && first[1] >= patchShare * counts.pixels && first[1] > oneColour * all ? first[0] : undefined;
}

function within({ width, height }: Raster, [left, top, across, down]: Box): Box | undefined {
  const [x, y] = [Math.max(0, left), Math.max(0, top)];
  const [w, h] = [Math.min(width, left + across) - x, Math.min(height, top + down) - y];
  return w > 2 && h > 2 ? [x, y, w, h] : undefined;
}

/**
 * @param background the name of a colour that goes without saying
 * @returns names of what is not grey, what covers most first
 */
export function coloursIn(picture: Raster, background: string): string[] {
  const { width, height } = picture;
  const step = Math.max(1, Math.round(Math.sqrt((width * height) / samples)));
  const { names, pixels } = countColours(picture, [0, 0, width, height], step);
  return [...names]
    .filter(([name, count]) => !isShade(name) && name !== background && count >= leastArea * pixels)
    .sort((a, b) => b[1] - a[1])
    .map(([name]) => name);
}

/** Pixels by the name of their colour, every step-th in a row of every step-th row; alike ones count as the first. */
function countColours(picture: Raster, [left, top, across, down]: Box, step: number) {
  const nameOf = new Map<number, string>();
  const names = new Map<string, number>();
  let pixels = 0;
  for (let y = top; y < top + down; y += step) {
    for (let x = left; x < left + across; x += step) {
      const bin = binOf(picture.rgb, (y * picture.width + x) * 3);
      const name = nameOf.get(bin) ?? colourName(pixelAt(picture, x, y));
      nameOf.set(bin, name);
      names.set(name, (names.get(name) ?? 0) + 1);
      pixels += 1;
    }
  }
  return { names, pixels };
}
