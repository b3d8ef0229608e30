import path from 'node:path';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { BackendError } from '../../../protocol/errors.js';
import type { ImageSource } from '../../../protocol/ask.js';
import { decodeBmp } from './bmp.js';
import { megabytes, readInputFile } from '../file.js';
import type { ImageFormat } from '../../../protocol/formats.js';
import { imageFormat, type OtherFormat } from './imageFormat.js';

/** Checked before anything is decoded: the header alone must be enough to refuse a bomb. */
export const imageLimits = {
  imagesPerTurn: 64,
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
}

// Warnings, such as an odd PNG chunk, are let pass; missing pixels are not. Only the first page or frame is read.
const sharpOptions = { failOn: 'error', limitInputPixels: false, autoOrient: true } as const;

/** Decoding keeps one processor busy; more at once would hold more decoded images than were checked. */
const readTogether = 2;

/** Far more than 100 megapixels take: what needs longer is made to. */
const timeLimitSeconds = 60;

// A cache of decoded files would only hold memory: no file is read twice.
sharp.cache(false);

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
  if (sources.length > imageLimits.imagesPerTurn) {
    throw new BackendError(
      'too_many_images',
      `One turn takes at most ${imageLimits.imagesPerTurn} images and this one brings ${sources.length}`,
    );
  }
  const images: DecodedImage[] = [];
  let pixels = 0;
  const reading = sources.slice(0, readTogether).map(startReading);
  for (const [i, pending] of reading.entries()) {
    if (signal.aborted) break;
    const image = await pending;
    pixels += image.width * image.height;
    if (pixels > imageLimits.pixelsPerTurn) {
      throw new BackendError(
        'image_too_large',
        `The images up to ${image.name} have ${megapixels(pixels)} together; a turn takes at most ${megapixels(imageLimits.pixelsPerTurn)}`,
      );
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
  return decodeImage(name, bytes);
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
  const { name, bytes } = await bytesOf(source);
  const format = formatOf(name, bytes);
  const file = { name, format, sizeBytes: bytes.length };
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
  const image = sharp(bytes, sharpOptions);
  const header = await headerOf(name, format, image);
  const { width, height } = header.autoOrient;
  try {
    return {
      ...file,
      width,
      height: header.pageHeight ?? height,
      frames: header.pages ?? 1,
      ...(thumbnailPixels
        ? { thumbnail: await thumbnailOf(image.flatten({ background: '#ffffff' }), thumbnailPixels) }
        : {}),
    };
  } catch (error) {
    throw corrupt(name, format, error);
  }
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
  if (bytes.length === 0) throw new BackendError('file_empty', `${source.name} is empty`);
  if (bytes.length > imageLimits.bytes) {
    throw new BackendError(
      'image_too_large',
      `${source.name} has ${megabytes(bytes.length)}; at most ${megabytes(imageLimits.bytes)} are read`,
    );
  }
  return { name: source.name, bytes };
}

function formatOf(name: string, bytes: Buffer): ImageFormat {
  const format = imageFormat(bytes);
  if (typeof format === 'object') throw unsupported(name, format.other);
  return format;
}

async function headerOf(name: string, format: ImageFormat, image: Sharp): Promise<Metadata> {
  let header: Metadata;
  try {
    header = await image.metadata();
  } catch (error) {
    throw corrupt(name, format, error);
  }
  checkSize(name, header.width, header.pageHeight ?? header.height);
  return header;
}

async function decodeImage(name: string, bytes: Buffer): Promise<DecodedImage> {
  const format = formatOf(name, bytes);
  if (format === 'bmp')
    return {
      name,
      ...decodeBmp(name, bytes, (width, height) => {
        checkSize(name, width, height);
      }),
    };
  const image = sharp(bytes, sharpOptions);
  const header = await headerOf(name, format, image);
  try {
    // Without an alpha channel nothing is computed, so that opaque pixels stay what they are in the file.
    const opaque = header.hasAlpha ? image.flatten({ background: '#ffffff' }) : image;
    const { data, info } = await opaque
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .timeout({ seconds: timeLimitSeconds })
      .toBuffer({ resolveWithObject: true });
    return { name, width: info.width, height: info.height, rgb: asRgb(data, info.channels) };
  } catch (error) {
    throw corrupt(name, format, error);
  }
}

function checkSize(name: string, width: number, height: number): void {
  if (width * height <= imageLimits.pixels) return;
  throw new BackendError(
    'image_too_large',
    `${name} is ${width} x ${height} (${megapixels(width * height)}); at most ${megapixels(imageLimits.pixels)} are read`,
  );
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
  const is: Record<OtherFormat, string> = {
    heic: 'is a HEIC image, which is not read here',
    pdf: 'is a PDF document, not an image',
    zip: 'is a ZIP archive or an office document, not an image',
    gguf: 'is a model file, not an image',
    text: 'is text, not an image',
    unknown: 'is of no image format known here',
  };
  const code = 'unsupported_image';
  return other === 'text'
    ? new BackendError(code, `${name} ${is.text}`, { kind: 'documentAsImage' })
    : new BackendError(code, `${name} ${is[other]}`);
}

function corrupt(name: string, format: string, error: unknown): BackendError {
  const reason = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
  return new BackendError(
    'corrupt_image',
    `${name} is a damaged or incomplete ${format.toUpperCase()} file (${reason})`,
  );
}

function megapixels(pixels: number): string {
  return `${(pixels / 1e6).toFixed(pixels < 1e7 ? 1 : 0)} megapixels`;
}
