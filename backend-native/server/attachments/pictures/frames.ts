import type { Metadata } from 'sharp';
import type { ImageFormat } from '../../../protocol/formats.js';

/** Frames of an animation, pages of a TIFF; 1 for a picture of one. */
export function framesOf(format: ImageFormat, bytes: Buffer, header: Metadata): number {
  return format === 'png' ? animatedPngFrames(bytes) : (header.pages ?? 1);
}

/** The chunk acTL of an animated PNG comes before the first pixels and holds the number of its frames. */
function animatedPngFrames(bytes: Buffer): number {
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (type === 'IDAT') return 1;
    if (type === 'acTL' && length >= 8 && at + 12 <= bytes.length) return Math.max(1, bytes.readUInt32BE(at + 8));
    at += 12 + length;
  }
  return 1;
}
