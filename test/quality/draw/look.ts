import type { Random } from '../../fixtures/random.js';
import { between, pick } from '../content/choose.js';
import { fillers } from '../content/words.js';
import type { Extent, SuiteSize } from '../sizes.js';
import { Canvas, textWidth, type Colour, type TextStyle } from './canvas.js';
import type { FaceName } from './glyphs.js';

/** Colours, letters and distances of one screenshot. */
export interface Look extends Extent {
  readonly background: Colour;
  readonly panel: Colour;
  readonly line: Colour;
  readonly faint: Colour;
  readonly accent: Colour;
  readonly text: TextStyle;
  /** From one line of text to the next, in pixels. */
  readonly pitch: number;
  /** Empty pixels at the edges. */
  readonly margin: number;
}

const themes = [
  {
    background: [253, 246, 227],
    panel: [238, 232, 213],
    line: [200, 194, 175],
    faint: [120, 125, 125],
    ink: [30, 50, 60],
    accent: [180, 40, 30],
  },
  {
    background: [255, 255, 255],
    panel: [236, 239, 244],
    line: [205, 210, 220],
    faint: [115, 120, 130],
    ink: [25, 30, 45],
    accent: [170, 30, 60],
  },
  {
    background: [40, 44, 52],
    panel: [58, 63, 74],
    line: [85, 92, 105],
    faint: [140, 148, 160],
    ink: [225, 228, 235],
    accent: [240, 120, 110],
  },
  {
    background: [18, 28, 34],
    panel: [35, 50, 58],
    line: [65, 82, 92],
    faint: [125, 142, 150],
    ink: [215, 228, 228],
    accent: [245, 175, 90],
  },
] as const satisfies readonly Record<string, Colour>[];

export function look(random: Random, extent: Extent, size: SuiteSize, face: FaceName): Look {
  const theme = pick(random, themes);
  const em = pick(random, size.textSizes);
  return {
    ...extent,
    ...theme,
    text: { face, size: em, colour: theme.ink },
    pitch: em + 4,
    margin: Math.max(4, Math.round(em / 3)),
  };
}

export function blank(look: Look): Canvas {
  return new Canvas(look.width, look.height, look.background);
}

/** Lines of text that fit below `top`. */
export function rowsOf(look: Look, top = 0): number {
  return Math.floor((look.height - top - look.margin) / look.pitch);
}

/** A line of words that mean nothing here: from a third of so many pixels to all of them, as lines of text are. */
export function fillerLine(random: Random, look: Look, pixels: number): string {
  return fillerWords(random, look, pixels, between(random, Math.ceil(pixels / 120), Math.ceil(pixels / 48)));
}

/** At most so many words that mean nothing here, fewer where no more fit into so many pixels; never none. */
export function fillerWords(random: Random, look: Look, pixels: number, most: number): string {
  let line = pick(random, fillers) as string;
  for (let words = 1; words < most; words += 1) {
    const longer = `${line} ${pick(random, fillers)}`;
    if (textWidth(longer, look.text) > pixels) break;
    line = longer;
  }
  return line;
}
