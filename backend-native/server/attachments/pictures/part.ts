/** A part of a picture, cut out of its pixels: what is asked about at full size. */
import { BackendError } from '../../../protocol/errors.js';
import type { PicturePart } from '../../../protocol/ask.js';

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** @throws BackendError invalid_argument when it is no rectangle, or reaches beyond the picture */
export function partFrom(
  name: string,
  part: unknown,
  { width, height }: Pick<Pixels, 'width' | 'height'>,
): PicturePart {
  const given = (typeof part === 'object' && part !== null ? part : {}) as Partial<Record<keyof PicturePart, unknown>>;
  const [x, y, w, h] = [given.x, given.y, given.width, given.height].map((value) =>
    Number.isSafeInteger(value) ? Number(value) : -1,
  ) as [number, number, number, number];
  if (x < 0 || y < 0 || w < 1 || h < 1 || x + w > width || y + h > height)
    throw new BackendError('invalid_argument', {
      kind: 'expected',
      expected: `a part within the ${width} x ${height} pixels of ${name}`,
      received: JSON.stringify(part),
    });
  return { x, y, width: w, height: h };
}

/** @returns the pixels of the part alone, row by row */
export function cut<T extends Pixels>(picture: T, { x, y, width, height }: PicturePart): T {
  const rgb = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * picture.width + x) * 3;
    rgb.set(picture.rgb.subarray(from, from + width * 3), row * width * 3);
  }
  return { ...picture, width, height, rgb };
}
