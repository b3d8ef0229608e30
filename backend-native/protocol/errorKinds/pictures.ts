/** What is wrong with pictures. */
import { millions } from '../amounts.js';
import { kind, oneOf } from './kind.js';

const otherFormats = {
  heic: 'is a HEIC image, which is not read here',
  pdf: 'is a PDF document, not an image',
  zip: 'is a ZIP archive or an office document, not an image',
  gguf: 'is a model file, not an image',
  text: 'is text, not an image',
  unknown: 'is of no image format known here',
} as const;

const stepsForOthers: Partial<Record<keyof typeof otherFormats, string>> = {
  heic:
    'Export it as JPEG or PNG: Preview and Photos (macOS: sips -s format png FILE --out FILE.png) and every phone ' +
    'can.',
  text: 'Give it as a document (--doc), or give an image: PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF or SVG.',
};

export const pictureErrors = {
  noImage: kind(
    { file: 'text', is: oneOf(otherFormats) },
    ({ file, is }) => `${file} ${otherFormats[is]}`,
    ({ is }) => stepsForOthers[is],
  ),
  tooManyPixels: kind(
    { file: 'text', width: 'number', height: 'number', most: 'number' },
    ({ file, width, height, most }) =>
      `${file} is ${width} x ${height} (${millions(width * height)} megapixels); at most ` +
      `${millions(most)} megapixels are read`,
  ),
  tooManyPixelsTogether: kind(
    { file: 'text', pixels: 'number', most: 'number' },
    ({ file, pixels, most }) =>
      `The images up to ${file} have ${millions(pixels)} megapixels together; a turn takes at most ` +
      `${millions(most)} megapixels`,
  ),
  conversationPictures: kind(
    { pixels: 'number', most: 'number' },
    ({ pixels, most }) =>
      `The conversation has to be read again, and its images have ${Math.round(pixels / 1e6)} megapixels ` +
      `together; at most ${most / 1e6} are read at once`,
    'Start a new conversation.',
  ),
  frameBeyond: kind(
    { file: 'text', frames: 'number', frame: 'number' },
    ({ file, frames, frame }) => `Expected a frame up to ${frames}, the last of ${file}, but received ${frame}`,
  ),
  firstFrameOnly: kind(
    { file: 'text' },
    ({ file }) => `Only the first frame of ${file} can be read`,
    'Save the frame as a picture of its own, or the animation as GIF or WebP.',
  ),
} as const;
