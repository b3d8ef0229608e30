/** What a picture looks like, for questions that no words on it answer: its ground, its colours, what stands out. */
import { coloursIn, patchBeside } from './colourPatches.js';
import { coloursOf, colourName, groundOf, isShade, light } from './look.js';
import type { Raster } from './recogniser/raster.js';
import { selectedOf, type Seen, type Selected } from './standingOut.js';
import type { TextLayer } from './textLayer.js';

export interface PictureLook {
  readonly isDark: boolean;
  /** The name of its most frequent colour. */
  readonly background: string;
  /** Names of what is not grey on it, what covers most first. */
  readonly colours: readonly string[];
  /** What looks unlike its neighbours of a row or a list: a chosen tab, a highlighted row. In reading order. */
  readonly selected: readonly Selected[];
  /** What is written in dim ink among what is not. In reading order. */
  readonly dim: readonly string[];
  /** Texts on a ground or in an ink of their own, with its colour: buttons, labels, errors. */
  readonly coloured: readonly ColouredText[];
  /** Texts beside a patch of a colour: the entries of a legend, the names of bars. */
  readonly patches: readonly ColouredText[];
}

export interface ColouredText {
  readonly text: string;
  /** As look.ts names colours. */
  readonly colour: string;
}

/** Of 0 to 255: ink that is this much lighter or darker than its ground, and no more, may be dim. */
const dimContrast = 125;
/** Of the other's contrast: ink with less beside it is dim. */
const dimShare = 0.62;
/** Things that stand out: more, and standing out means something else here. */
const mostOfAKind = 4;

export function lookOfPicture(picture: Raster, layer: TextLayer): PictureLook {
  const ground = groundOf(picture);
  const { lines } = layer;
  const seen = lines.map((line) => ({ line, ...coloursOf(picture, line.box) }));
  return {
    isDark: light(ground) < 128,
    background: colourName(ground),
    colours: coloursIn(picture, colourName(ground)),
    selected: few(selectedOf(picture, seen)),
    dim: few(dimOf(seen)),
    coloured: lines.flatMap(({ text, look }) => {
      const colour = look?.split(' on ').at(-1) ?? '';
      return colour === '' || isShade(colour) ? [] : [{ text, colour }];
    }),
    patches: lines.flatMap((line) => {
      const colour = line.look === undefined ? patchBeside(picture, line, lines) : undefined;
      return colour === undefined ? [] : [{ text: line.text, colour }];
    }),
  };
}

function few<T>(found: readonly T[]): readonly T[] {
  return found.length > mostOfAKind ? [] : found;
}

function dimOf(seen: readonly Seen[]): string[] {
  const contrast = ({ ink, ground }: Seen) => Math.abs(light(ink) - light(ground));
  const usual = [...seen.map(contrast)].sort((a, b) => a - b)[Math.floor(seen.length / 2)] ?? 0;
  const found = seen.filter((one) => {
    const words = one.line.text.split(/\s+/).length;
    const value = contrast(one);
    return words <= 6 && /\p{L}{2}/u.test(one.line.text) && value <= dimContrast && value < dimShare * usual;
  });
  return found.map(({ line }) => line.text);
}
