import { createHash } from 'node:crypto';
import { inspectImage } from '../pictures/images.js';
import type { DocumentPicture } from './documentContent.js';
import type { PageSize } from './pageSize.js';

/** A picture inside a document, looked at. */
export interface OpenPicture extends DocumentPicture {
  /** Pixels; undefined for one that cannot be read. */
  readonly size?: PageSize;
  /** The first picture of the document with the same bytes, itself for most. */
  readonly sameAs: number;
  /** Dots, lines and marks of the layout are no pictures to look at. */
  readonly isDecoration: boolean;
}

/** Both sides of a picture that shows something are longer. */
const leastSide = 24;

/** Reads the heads of the pictures: how large they are, and whether they can be read at all. */
export async function openPictures(pictures: readonly DocumentPicture[]): Promise<OpenPicture[]> {
  const first = new Map<string, number>();
  const opened: OpenPicture[] = [];
  for (const [index, picture] of pictures.entries()) {
    const hash = createHash('sha256').update(picture.bytes).digest('hex');
    const sameAs = first.get(hash) ?? index;
    first.set(hash, sameAs);
    const before = opened[sameAs];
    opened.push(before ? { ...before, ...picture, sameAs } : { ...picture, sameAs, ...(await sizeOf(picture)) });
  }
  return opened;
}

async function sizeOf({ name, bytes }: DocumentPicture): Promise<Pick<OpenPicture, 'size' | 'isDecoration'>> {
  try {
    const { width, height } = await inspectImage({ name, base64: Buffer.from(bytes).toString('base64') });
    return { size: { width, height }, isDecoration: Math.min(width, height) < leastSide };
  } catch {
    // Metafiles of Windows, damaged ones, empty ones: what reads the document says how many.
    return { isDecoration: false };
  }
}
