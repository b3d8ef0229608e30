/** What the document worker is asked, and what it answers. */
import type { BackendErrorData } from '../../../protocol/errors.js';
import type { PageSize } from './pdf.js';

export type DocumentTask =
  | {
      readonly kind: 'readPdf';
      readonly name: string;
      readonly bytes: Uint8Array;
      /** Such as "1-3,7"; all when it is left out. */
      readonly pages?: string;
      /** Draws the first chosen page too, its longest side this many pixels. */
      readonly thumbnailPixels?: number;
    }
  | {
      readonly kind: 'drawPdf';
      readonly name: string;
      readonly bytes: Uint8Array;
      /** Counted from 1. */
      readonly pages: readonly number[];
      readonly sizes: readonly PageSize[];
    }
  | { readonly kind: 'readDocx'; readonly name: string; readonly bytes: Uint8Array };

export interface TaskResults {
  readPdf: PdfContent;
  /** In the order of the pages asked for. */
  drawPdf: readonly DrawnPage[];
  readDocx: { readonly text: string; readonly pictures: number };
}

export interface PdfContent {
  /** Of the file. */
  readonly pageCount: number;
  /** The chosen ones, ascending. */
  readonly pages: readonly PdfPage[];
  readonly thumbnail?: DrawnPage;
}

export interface PdfPage {
  /** From 1. */
  readonly page: number;
  readonly text: string;
  /** Points; undefined for a page that is damaged. */
  readonly size?: PageSize;
  /** Whether nothing is on it at all. */
  readonly blank?: boolean;
}

export interface DrawnPage extends PageSize {
  readonly rgb: Uint8Array;
}

export type TaskMessage =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'result'; readonly value: TaskResults[DocumentTask['kind']] }
  | { readonly type: 'failed'; readonly error: BackendErrorData };
