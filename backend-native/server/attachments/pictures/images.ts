import path from 'node:path';
import type { Metadata, Sharp, SharpOptions } from 'sharp';
import { BackendError } from '../../../protocol/errors.js';
import { turnLimits, type ImageSource, type PicturePart } from '../../../protocol/ask.js';
import type { PictureNote } from '../../../protocol/pictureNotes.js';
import { decodeBmp } from './bmp.js';
import { readInputFile } from '../file.js';
import type { ImageFormat } from '../../../protocol/formats.js';
import { framesOf } from './frames.js';
import { groundFor } from './ground.js';
import { imageFormat, type OtherFormat } from './imageFormat.js';
import { cut, partFrom } from './part.js';
import { loadSharp } from './sharp.js';
import { labelsNotDrawn, partsElsewhere } from './svgLabels.js';
import { lacksEnd, withEnd } from './jpegSource.js';
import { svgSource } from './svgSource.js';
import { damagedFile } from '../damagedFile.js';

/** Checked before anything is decoded: the header alone must be enough to refuse a bomb. */
export const imageLimits = {
  bytes: 256 * 2 ** 20,
  pixels: 100_000_000,
  pixelsPerTurn: 400_000_000,
} as const;

/** Pixels as the model gets them: upright, 8 bits a channel, opaque, row by row. */
export interface DecodedImage {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
  /** Left out for the page of a document. */
  readonly notes?: readonly PictureNote[];
}

// Warnings, such as an odd PNG chunk, are let pass; missing pixels are not. One page or frame is read.
const sharpOptions = { failOn: 'error', limitInputPixels: false, autoOrient: true } as const;

/** Decoding keeps one processor busy; more at once would hold more decoded images than were checked. */
const readTogether = 2;

/** Thinner pictures show nothing that could be asked about: pixels. */
const leastSide = 8;

/** Far more than 100 megapixels take: what needs longer is made to. */
const timeLimitSeconds = 60;

/**
 * Reads the images of one turn, in order.
 * @param onProgress hears how many are done
 * @returns fewer images than sources when the signal was aborted
 */
export async function readImages(
  sources: readonly ImageSource[],
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<DecodedImage[]> {
  if (sources.length > turnLimits.images) {
    throw new BackendError('too_many_images', {
      kind: 'tooManyAttachments',
      what: 'images',
      most: turnLimits.images,
      given: sources.length,
    });
  }
  const images: DecodedImage[] = [];
  let pixels = 0;
  const reading = sources.slice(0, readTogether).map(startReading);
  for (const [i, pending] of reading.entries()) {
    if (signal.aborted) break;
    const image = await pending;
    pixels += image.width * image.height;
    if (pixels > imageLimits.pixelsPerTurn) {
      throw new BackendError('image_too_large', {
        kind: 'tooManyPixelsTogether',
        file: image.name,
        pixels,
        most: imageLimits.pixelsPerTurn,
      });
    }
    images.push(image);
    onProgress(images.length);
    const following = sources[i + readTogether];
    if (following) reading.push(startReading(following));
  }
  return images;
}

/** What goes wrong is told when its turn comes, not while an image before it is awaited. */
function startReading(source: ImageSource): Promise<DecodedImage> {
  const image = readImage(source);
  image.catch(() => undefined);
  return image;
}

export async function readImage(source: ImageSource): Promise<DecodedImage> {
  const { name, bytes } = await bytesOf(source);
  const picture = await decodeImage(name, bytes, frameFrom(name, source.frame));
  return source.part === undefined ? picture : cut(picture, partFrom(name, source.part, picture));
}

/** @returns from 1 */
function frameFrom(name: string, frame: unknown = 1): number {
  if (Number.isInteger(frame) && Number(frame) >= 1) return Number(frame);
  throw new BackendError('invalid_argument', {
    kind: 'expected',
    expected: 'a whole number from 1',
    what: `the frame of ${name}`,
    received: String(frame),
  });
}

export interface InspectedImage {
  readonly name: string;
  readonly format: ImageFormat;
  readonly sizeBytes: number;
  /** Upright. */
  readonly width: number;
  readonly height: number;
  /** Of an animation or a multi-page TIFF; the first is read. */
  readonly frames: number;
  /** A PNG. */
  readonly thumbnail?: Buffer;
}

/**
 * Reads an image's header, and all of it only for a thumbnail.
 * @param thumbnailPixels the longest side of the thumbnail, which is never larger than the image; none when left out
 */
export async function inspectImage(source: ImageSource, thumbnailPixels?: number): Promise<InspectedImage> {
  const { part, ...whole } = source;
  if (part !== undefined) return inspectPart(whole, part, thumbnailPixels);
  const { name, bytes } = await bytesOf(source);
  const format = formatOf(name, bytes);
  const file = { name, format, sizeBytes: bytes.length };
  const sharp = await loadSharp();
  if (format === 'bmp') {
    const { width, height, rgb } = decodeBmp(name, bytes, (w, h) => {
      checkSize(name, w, h);
    });
    const pixels = sharp(rgb, { raw: { width, height, channels: 3 } });
    return {
      ...file,
      width,
      height,
      frames: 1,
      ...(thumbnailPixels ? { thumbnail: await thumbnailOf(pixels, thumbnailPixels) } : {}),
    };
  }
  const frame = frameFrom(name, source.frame);
  const { pixels, options } = decodable(format, bytes);
  const first = await headerOf(name, format, sharp(pixels, options));
  const frames = framesOf(format, bytes, first);
  checkFrame(name, frame, frames, first);
  const image = sharp(pixels, { ...options, page: frame - 1 });
  const header = frame === 1 ? first : await headerOf(name, format, image);
  const { width, height } = header.autoOrient;
  try {
    const ground = header.hasAlpha ? await groundFor(image) : 'white';
    return {
      ...file,
      width,
      height: header.pageHeight ?? height,
      frames,
      ...(thumbnailPixels
        ? { thumbnail: await thumbnailOf(image.flatten({ background: ground }), thumbnailPixels) }
        : {}),
    };
  } catch (error) {
    throw damagedFile('corrupt_image', name, `${format.toUpperCase()} file`, error);
  }
}

async function inspectPart(source: ImageSource, part: PicturePart, thumbnailPixels?: number): Promise<InspectedImage> {
  const inspected = await inspectImage(source);
  const { width, height } = partFrom(inspected.name, part, inspected);
  if (!thumbnailPixels) return { ...inspected, width, height };
  const { rgb } = await readImage({ ...source, part });
  const sharp = await loadSharp();
  const thumbnail = await thumbnailOf(sharp(rgb, { raw: { width, height, channels: 3 } }), thumbnailPixels);
  return { ...inspected, width, height, thumbnail };
}

function thumbnailOf(image: Sharp, side: number): Promise<Buffer> {
  return image
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .png()
    .timeout({ seconds: timeLimitSeconds })
    .toBuffer();
}

async function bytesOf(source: ImageSource): Promise<{ name: string; bytes: Buffer }> {
  if ('path' in source) {
    const bytes = await readInputFile(source.path, { maxBytes: imageLimits.bytes, code: 'image_too_large' });
    return { name: path.basename(source.path), bytes };
  }
  const bytes = Buffer.from(source.base64, 'base64');
  if (bytes.length === 0) throw new BackendError('file_empty', { kind: 'empty', file: source.name });
  if (bytes.length > imageLimits.bytes) {
    throw new BackendError('image_too_large', {
      kind: 'tooManyBytes',
      file: source.name,
      bytes: bytes.length,
      most: imageLimits.bytes,
    });
  }
  return { name: source.name, bytes };
}

function formatOf(name: string, bytes: Buffer): ImageFormat {
  const format = imageFormat(bytes);
  if (typeof format === 'object') throw unsupported(name, format.other);
  return format;
}

/** What the decoder is given of a file, and how strict it has to be. */
function decodable(format: ImageFormat, bytes: Buffer): { pixels: Buffer; options: SharpOptions } {
  if (format === 'svg') return { pixels: svgSource(bytes), options: sharpOptions };
  if (format !== 'jpeg' || !lacksEnd(bytes)) return { pixels: bytes, options: sharpOptions };
  return { pixels: withEnd(bytes), options: { ...sharpOptions, failOn: 'warning' } };
}

async function headerOf(name: string, format: ImageFormat, image: Sharp): Promise<Metadata> {
  let header: Metadata;
  try {
    header = await image.metadata();
  } catch (error) {
    throw damagedFile('corrupt_image', name, `${format.toUpperCase()} file`, error);
  }
  checkSize(name, header.width, header.pageHeight ?? header.height);
  return header;
}

async function decodeImage(name: string, bytes: Buffer, frame: number): Promise<DecodedImage> {
  const format = formatOf(name, bytes);
  if (format === 'bmp') {
    checkFrame(name, frame, 1);
    const decoded = decodeBmp(name, bytes, (width, height) => {
      checkSize(name, width, height);
    });
    return { name, notes: [], ...decoded };
  }
  const sharp = await loadSharp();
  const { pixels, options } = decodable(format, bytes);
  const first = await headerOf(name, format, sharp(pixels, options));
  const frames = framesOf(format, bytes, first);
  checkFrame(name, frame, frames, first);
  const image = sharp(pixels, { ...options, page: frame - 1 });
  // The pages of a TIFF have sizes of their own.
  const header = frame === 1 ? first : await headerOf(name, format, image);
  try {
    const ground = header.hasAlpha ? await groundFor(image) : 'white';
    // Without an alpha channel nothing is computed, so that opaque pixels stay what they are in the file.
    const opaque = header.hasAlpha ? image.flatten({ background: ground }) : image;
    const { data, info } = await opaque
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .timeout({ seconds: timeLimitSeconds })
      .toBuffer({ resolveWithObject: true });
    const labels = format === 'svg' ? labelsNotDrawn(bytes) : 0;
    const elsewhere = format === 'svg' ? partsElsewhere(bytes) : 0;
    const notes: (PictureNote | false)[] = [
      frames > 1 && { kind: 'frame', read: frame, of: frames },
      ground === 'black' && { kind: 'darkGround' },
      labels > 0 && { kind: 'labelsNotDrawn', count: labels },
      elsewhere > 0 && { kind: 'partsElsewhere', count: elsewhere },
      Math.min(info.width, info.height) < leastSide && { kind: 'tiny', width: info.width, height: info.height },
    ];
    return {
      name,
      width: info.width,
      height: info.height,
      rgb: asRgb(data, info.channels),
      notes: notes.filter((note) => note !== false),
    };
  } catch (error) {
    throw damagedFile('corrupt_image', name, `${format.toUpperCase()} file`, error);
  }
}

/** @param header left out for a format that has one frame */
function checkFrame(name: string, frame: number, frames: number, header?: Metadata): void {
  if (frame > frames) throw new BackendError('invalid_argument', { kind: 'frameBeyond', file: name, frames, frame });
  // libvips reads the first frame of an animated PNG only.
  if (frame > 1 && (header?.pages ?? 1) === 1) {
    throw new BackendError('unsupported_image', { kind: 'firstFrameOnly', file: name });
  }
}

function checkSize(name: string, width: number, height: number): void {
  if (width * height <= imageLimits.pixels) return;
  throw new BackendError('image_too_large', {
    kind: 'tooManyPixels',
    file: name,
    width,
    height,
    most: imageLimits.pixels,
  });
}

/** Greyscale files come out with one channel. */
function asRgb(data: Buffer, channels: number): Uint8Array {
  if (channels === 3) return data;
  const pixels = data.length / channels;
  const rgb = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i += 1) {
    for (let channel = 0; channel < 3; channel += 1)
      rgb[i * 3 + channel] = data[i * channels + (channels > 3 ? channel : 0)] ?? 0;
  }
  return rgb;
}

function unsupported(name: string, other: OtherFormat): BackendError {
  return new BackendError('unsupported_image', { kind: 'noImage', file: name, is: other });
}
