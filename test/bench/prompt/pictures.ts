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
  const sizes = [1, 2, 3].map((high) => ({
    width: 3 * pixels,
    height: high * pixels,
    tokens: (3 * high + 1) * tokensPerTile,
  }));
  return (tokens) =>
    sizes.reduce((best, size) => (Math.abs(size.tokens - tokens) < Math.abs(best.tokens - tokens) ? size : best));
}

/** The tokens of one picture among several: about what a screenshot takes. */
const together = 512;

/**
 * Pictures that have about `tokens` tokens together; at least one. Several counts are tried, and the nearest is taken.
 */
export function picturesFor(tokens: number, picture: PictureFor): PictureSize[] {
  const least = Math.max(1, Math.round(tokens / together));
  const tried = [least, least + 1, least + 2].map((count) => shared(tokens, count, picture));
  const off = (sizes: readonly PictureSize[]) => Math.abs(sizes.reduce((sum, size) => sum + size.tokens, 0) - tokens);
  return tried.reduce((best, sizes) => (off(sizes) < off(best) ? sizes : best));
}

/** Each picture takes its share of what the ones before it left. */
function shared(tokens: number, count: number, picture: PictureFor): PictureSize[] {
  const sizes: PictureSize[] = [];
  let left = tokens;
  for (let more = count; more > 0; more -= 1) {
    const size = picture(left / more);
    sizes.push(size);
    left -= size.tokens;
  }
  return sizes;
}
