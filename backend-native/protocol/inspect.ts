/** Looks at attachments before a question is asked: what they are, how large, and what they would cost. */
import type { DocumentSource, ImageSource } from './ask.js';
import type { DocumentNote, DocumentUnit } from './documentNotes.js';
import type { BackendErrorData } from './errors.js';
import type { DocumentFormat } from './formats.js';

export type AttachmentSource =
  | { readonly kind: 'image'; readonly source: ImageSource }
  | { readonly kind: 'document'; readonly source: DocumentSource };

export interface InspectParams {
  readonly attachments: readonly AttachmentSource[];
  /** The longest side of the thumbnails, in pixels; no thumbnails when it is left out. */
  readonly thumbnailPixels?: number;
}

export interface InspectResult {
  /** One for each attachment, in their order. */
  readonly attachments: readonly AttachmentReport[];
}

export type AttachmentReport = ImageInspection | DocumentInspection | FailedInspection;

export interface ImageInspection {
  readonly kind: 'image';
  readonly name: string;
  /** Such as "png". */
  readonly format: string;
  readonly sizeBytes: number;
  /** Upright. */
  readonly width: number;
  readonly height: number;
  /** More than one for an animation or a multi-page TIFF, of which the first is read. */
  readonly frames: number;
  /** What the loaded model would take for it; null while no model is loaded, or one that reads no images. */
  readonly tokens: number | null;
  /** A PNG in base64. */
  readonly thumbnail?: string;
}

export interface DocumentInspection {
  readonly kind: 'document';
  readonly name: string;
  readonly format: DocumentFormat;
  readonly sizeBytes: number;
  /** What its parts are called. */
  readonly unit: DocumentUnit;
  /** Null where it has none. */
  readonly pages: number | null;
  /** The chosen pages, such as "1-3,7"; empty where a format has none. */
  readonly chosenPages: string;
  /** The chosen pages that hold no text and would be read as images. */
  readonly pagesWithoutText: string;
  /** Of the chosen pages. */
  readonly characters: number;
  /** The character encoding that was found, for text files. */
  readonly encoding?: string;
  /** What the loaded model would take for the chosen pages, page images included; null while no model is loaded. */
  readonly tokens: number | null;
  /** What is worth knowing before it is asked about. */
  readonly notes: readonly DocumentNote[];
  /** The first chosen page of a PDF, a PNG in base64. */
  readonly thumbnail?: string;
}

/** An attachment that cannot be read; the others still can. */
export interface FailedInspection {
  readonly kind: 'failed';
  readonly name: string;
  readonly error: BackendErrorData;
}
