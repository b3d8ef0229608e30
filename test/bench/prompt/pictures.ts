/** How large pictures have to be so that a model reads them as some number of tokens. */

export interface PictureSize {
  readonly width: number;
  readonly height: number;
  /** About as many as the model reads it as. */
  readonly tokens: number;
}

/** The picture of a model that comes nearest to a number of tokens. */
export type PictureFor = (tokens: number) => PictureSize;

const rows = 16;

/** Models that read a picture as it is: a token for so many pixels, and some at the end of each row. */
export function patches(pixels: number, atRowEnd: number): PictureFor {
  return (tokens) => {
    const columns = Math.max(1, Math.round(tokens / rows) - atRowEnd);
    return { width: columns * pixels, height: rows * pixels, tokens: rows * (columns + atRowEnd) };
  };
}

/** Models that lay a grid of tiles over the longer side, always three of them, and read an overview beside them. */
export function tiles(pixels: number, tokensPerTile: number): PictureFor {
  const sizes = [1, 2, 3].map((high) => ({ width: 3 * pixels, height: high * pixels, tokens: (3 * high + 1) * tokensPerTile }));
  return (tokens) => sizes.reduce((best, size) => (Math.abs(size.tokens - tokens) < Math.abs(best.tokens - tokens) ? size : best));
}

/** The tokens of one picture among several: about what a screenshot takes. */
const together = 512;

/** Pictures that have about `tokens` tokens together; at least one. */
export function picturesFor(tokens: number, picture: PictureFor): PictureSize[] {
  const sizes: PictureSize[] = [];
  const share = tokens / Math.max(1, Math.round(tokens / together));
  let left = tokens;
  for (let next = picture(share); sizes.length === 0 || left - next.tokens > -next.tokens / 2; next = picture(Math.min(share, left))) {
    sizes.push(next);
    left -= next.tokens;
  }
  return sizes;
}
