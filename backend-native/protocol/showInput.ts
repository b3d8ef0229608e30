/**
 * What would be read of an attachment, without a model: its text, and for pictures the words in them with their places.
 */
import type { ImageTextReason } from './imageText.js';
import type { AttachmentSource } from './inspect.js';

export interface ShowInputParams {
  readonly attachment: AttachmentSource;
}

/** Tools read it: keys are added, never renamed. */
export interface InputReport {
  readonly file: string;
  /** Such as "png", "pdf", "text". */
  readonly format: string;
  /** What there is to say about it, in sentences. */
  readonly notes: readonly string[];
  /** Pages of a document, counted from 1; a picture, and a document without pages, is one of number 1. */
  readonly pages: readonly InputPage[];
}

export interface InputPage {
  readonly page: number;
  /** The name of a sheet, the title of a slide, the heading of a section. */
  readonly title?: string;
  /** The words of pictures inside a document stand at their place, after "[picture N]". */
  readonly text: string;
  /** For a picture, and for a page that is read as one: its size in pixels. */
  readonly image?: { readonly width: number; readonly height: number };
  /** Of a picture's text, as the embedded model gets it: with how lines look where that tells something. */
  readonly marked?: string;
  /** Of a picture: every line with its place. */
  readonly lines?: readonly InputLine[];
  /** Of a picture without words: why it has none. */
  readonly noWords?: ImageTextReason;
}

export interface InputLine {
  readonly text: string;
  /** Pixels of the picture: left, top, width, height. */
  readonly box: readonly [x: number, y: number, width: number, height: number];
  /** From 0 to 1. */
  readonly confidence: number;
}
