/** Pictures with more pixels than the model reads, cut into pieces that it sees as they are. */
import type { LargeImageSetting } from '../../../../protocol/largeImages.js';
import type { DecodedImage } from '../images.js';
import { quietCuts } from './quietCuts.js';

/** In pixels of the picture. */
export interface Piece {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How a picture was cut; its pieces in reading order. */
export interface SliceLayout {
  readonly width: number;
  readonly height: number;
  readonly pieces: readonly Piece[];
}

export interface SliceOptions {
  readonly setting: LargeImageSetting;
  /** Whether the model that comes with the package reads. */
  readonly embedded: boolean;
  /** The size at which the model sees a picture; 0 where that is not known. */
  readonly readSize: (width: number, height: number) => Promise<{ readWidth: number; readHeight: number }>;
  readonly countTokens: (width: number, height: number) => number | Promise<number>;
  /** Tokens that the pieces of a picture may take together. */
  readonly room: number;
}

/** A piece that keeps this share of its pixels is seen as it is. */
const readableShare = 0.75;
/** 'auto' cuts what is read at less than this share of its pixels, and is this many times as long as it is wide. */
const autoShare = 0.25;
const autoLength = 2.5;
const mostPieces = 24;
const mostColumns = 8;
/** Pixels: a lower piece shows less than a paragraph. */
const leastSide = 128;

/** @returns undefined for a picture that is read as one */
export async function planSlices(image: DecodedImage, options: SliceOptions): Promise<SliceLayout | undefined> {
  const { width, height } = image;
  if (!(await wantsSlices(width, height, options))) return undefined;
  const grid = await gridFor(width, height, options);
  if (!grid) return undefined;
  const columns = quietCuts(image, 'columns', grid.columns);
  const rows = quietCuts(image, 'rows', grid.rows);
  const pieces = rows.slice(0, -1).flatMap((y, row) =>
    columns.slice(0, -1).map((x, column) => ({
      x,
      y,
      width: (columns[column + 1] ?? width) - x,
      height: (rows[row + 1] ?? height) - y,
    })),
  );
  return { width, height, pieces };
}

/** The pixels of one piece. */
export function cutPiece(image: DecodedImage, { x, y, width, height }: Piece): DecodedImage {
  const rgb = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row += 1) {
    const from = ((y + row) * image.width + x) * 3;
    rgb.set(image.rgb.subarray(from, from + width * 3), row * width * 3);
  }
  return { name: image.name, width, height, rgb };
}

async function wantsSlices(width: number, height: number, options: SliceOptions): Promise<boolean> {
  const { setting, embedded } = options;
  if (setting === 'shrink') return false;
  const share = await shareRead(width, height, options);
  if (share === undefined || share >= readableShare) return false;
  const isLong = Math.max(width, height) >= autoLength * Math.min(width, height);
  return setting === 'slice' || (!embedded && isLong && share < autoShare);
}

/** The share of its pixels at which a picture is read; undefined when that is not known. */
async function shareRead(width: number, height: number, { readSize }: SliceOptions): Promise<number | undefined> {
  const { readWidth, readHeight } = await readSize(width, height);
  return readWidth * readHeight > 0 ? (readWidth * readHeight) / (width * height) : undefined;
}

/**
 * The fewest pieces that are all seen as they are; where there is no room for so many, as many as there is room for.
 * @returns undefined when cutting shows no more than the whole
 */
async function gridFor(
  width: number,
  height: number,
  options: SliceOptions,
): Promise<{ readonly columns: number; readonly rows: number } | undefined> {
  const shares = new Map<string, number>();
  let best: { readonly columns: number; readonly rows: number; readonly share: number } | undefined;
  for (let columns = 1; columns <= mostColumns; columns += 1) {
    for (let rows = 1; columns * rows <= mostPieces; rows += 1) {
      const size = { width: Math.ceil(width / columns), height: Math.ceil(height / rows) };
      if (Math.min(size.width, size.height) < Math.min(leastSide, width, height)) break;
      const share = Math.min(readableShare, (await shareRead(size.width, size.height, options)) ?? 0);
      shares.set(`${columns}x${rows}`, share);
      if ((await options.countTokens(size.width, size.height)) * columns * rows > options.room) break;
      const better = !best || share > best.share || (share === best.share && columns * rows < best.columns * best.rows);
      if (better) best = { columns, rows, share };
      if (share >= readableShare) break;
    }
  }
  const whole = shares.get('1x1') ?? 0;
  return best && best.columns * best.rows > 1 && best.share > whole ? best : undefined;
}
