/** What the document worker is asked, and what it answers. */
import type { BackendErrorData } from '../../../protocol/errors.js';
import type { DocumentFormat } from '../../../protocol/formats.js';
import type { DocumentContent, DrawnPage } from './documentContent.js';
import type { PageSize } from './pageSize.js';

export type DocumentTask =
  | {
      readonly kind: 'readPdf';
      readonly name: string;
      readonly bytes: Uint8Array;
      /** Such as "1-3,7"; all when it is left out. */
      readonly pages?: string;
      readonly password?: string;
      /** Draws the first chosen page too, its longest side this many pixels. */
      readonly thumbnailPixels?: number;
    }
  | {
      readonly kind: 'drawPdf';
      readonly name: string;
      readonly bytes: Uint8Array;
      readonly password?: string;
      /** Counted from 1. */
      readonly pages: readonly number[];
      readonly sizes: readonly PageSize[];
    }
  | {
      readonly kind: 'read';
      readonly name: string;
      readonly format: Exclude<DocumentFormat, 'pdf'>;
      readonly bytes: Uint8Array;
    };

export interface TaskResults {
  readPdf: DocumentContent;
  /** In the order of the pages asked for. */
  drawPdf: readonly DrawnPage[];
  read: DocumentContent;
}

export type TaskMessage =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'result'; readonly value: TaskResults[DocumentTask['kind']] }
  | { readonly type: 'failed'; readonly error: BackendErrorData };
