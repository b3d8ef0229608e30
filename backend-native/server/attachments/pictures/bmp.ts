import { decode } from 'bmp-ts';
import type { BackendError } from '../../../protocol/errors.js';
import { damagedFile } from '../damagedFile.js';

/**
 * Decodes a BMP, which libvips does not read.
 * @param checkSize throws when the size that the header tells is not to be decoded
 */
export function decodeBmp(
  name: string,
  bytes: Buffer,
  checkSize: (width: number, height: number) => void,
): { width: number; height: number; rgb: Uint8Array } {
  const old = bytes.readUInt32LE(14) === 12;
  if (bytes.length < (old ? 26 : 54)) throw corrupt(name, 'its head is cut short');
  const width = old ? bytes.readUInt16LE(18) : bytes.readInt32LE(18);
  // A negative height says that the rows run from top to bottom.
  const height = Math.abs(old ? bytes.readUInt16LE(20) : bytes.readInt32LE(22));
  if (width <= 0 || height === 0) throw corrupt(name, `its size is ${width} x ${height}`);
  checkSize(width, height);
  const bits = bytes.readUInt16LE(old ? 24 : 28);
  const compression = old ? 0 : bytes.readUInt32LE(30);
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  const missing = bytes.readUInt32LE(10) + rowBytes * height - bytes.length;
  if (compression === 0 && missing > 0) throw corrupt(name, `${missing} bytes are missing`);
  try {
    const image = decode(bytes, { toRGBA: true });
    return { width: image.width, height: image.height, rgb: withoutAlpha(image.data) };
  } catch (error) {
    throw corrupt(name, error);
  }
}

/** Screenshots come with an alpha channel that is all zero and means nothing. */
function withoutAlpha(rgba: Buffer): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] ?? 0;
    rgb[to + 1] = rgba[from + 1] ?? 0;
    rgb[to + 2] = rgba[from + 2] ?? 0;
  }
  return rgb;
}

function corrupt(name: string, found: unknown): BackendError {
  return damagedFile('corrupt_image', name, 'BMP file', found);
}
