import path from 'node:path';
import type { DocumentFormat, DocumentReadAs, DocumentSource } from '../../../protocol/ask.js';
import { BackendError } from '../../../protocol/errors.js';
import { megabytes, readInputFile } from '../file.js';
import { documentReadAsFrom } from '../../conversation/settings.js';
import { decodeText } from './decodeText.js';
import { documentBounds } from './documentBounds.js';
import { documentFormat } from './documentFormat.js';
import type { DrawnPage, PdfPage } from './documentTask.js';
import { runDocumentTask } from './runDocumentTask.js';

/** A document, read as far as it was asked for; no model has a say in it yet. */
export interface OpenDocument {
  readonly name: string;
  readonly format: DocumentFormat;
  readonly bytes: Uint8Array;
  readonly sizeBytes: number;
  readonly readAs: DocumentReadAs;
  /** Of the file; null where the format has none. */
  readonly pageCount: number | null;
  /** The chosen pages; a document without pages is one of number 0. */
  readonly pages: readonly PdfPage[];
  /** Of a text file. */
  readonly encoding?: string;
  readonly thumbnail?: DrawnPage;
  /** What there is to say about it, in sentences. */
  readonly notes: readonly string[];
}

export interface OpenOptions {
  readonly signal: AbortSignal;
  readonly thumbnailPixels?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * @returns undefined when the signal was aborted
 * @throws BackendError for what cannot be read
 */
export async function openDocument(source: DocumentSource, options: OpenOptions): Promise<OpenDocument | undefined> {
  if ('text' in source) return plainText(source.name, source.text);
  const { name, bytes } = await bytesOf(source);
  const format = documentFormat(name, bytes);
  const readAs = documentReadAsFrom(source.readAs);
  if (source.pages !== undefined && typeof source.pages !== 'string') {
    throw new BackendError(
      'page_range_invalid',
      `Expected pages such as 1-3,7 for ${name} but received ${String(source.pages)}`,
    );
  }
  const document = { name, format, bytes, sizeBytes: bytes.length, readAs };
  if (format === 'pdf') return openPdf(document, source.pages, options);
  if (source.pages !== undefined)
    throw new BackendError(
      'page_range_invalid',
      `${name} has no pages to choose from: only PDF has`,
      'Leave the pages out.',
    );
  const opened = format === 'docx' ? await openDocx(document, options) : openText(document);
  if (!opened || readAs !== 'images') return opened;
  return { ...opened, notes: ['It has no pages to draw and was read as text.', ...opened.notes] };
}

type Opened = Pick<OpenDocument, 'name' | 'format' | 'bytes' | 'sizeBytes' | 'readAs'>;

async function openPdf(
  document: Opened,
  pages: string | undefined,
  options: OpenOptions,
): Promise<OpenDocument | undefined> {
  const { name, bytes } = document;
  const { thumbnailPixels } = options;
  const content = await runDocumentTask(
    {
      kind: 'readPdf',
      name,
      bytes,
      ...(pages === undefined ? {} : { pages }),
      ...(thumbnailPixels === undefined ? {} : { thumbnailPixels }),
    },
    options,
  );
  if (!content) return undefined;
  return {
    ...document,
    pageCount: content.pageCount,
    pages: content.pages,
    notes: [],
    ...(content.thumbnail ? { thumbnail: content.thumbnail } : {}),
  };
}

async function openDocx(document: Opened, options: OpenOptions): Promise<OpenDocument | undefined> {
  const content = await runDocumentTask({ kind: 'readDocx', name: document.name, bytes: document.bytes }, options);
  if (!content) return undefined;
  const { text, pictures } = content;
  if (text === '')
    throw new BackendError(
      'file_empty',
      `${document.name} holds no text${pictures > 0 ? ', only pictures' : ''}`,
      pictures > 0 ? 'Save it as PDF and attach that.' : undefined,
    );
  const left = pictures === 1 ? 'A picture in it was not read' : `${pictures} pictures in it were not read`;
  const notes = pictures === 0 ? [] : [`${left}; save it as PDF and read its pages as images to have them too.`];
  return { ...document, pageCount: null, pages: [{ page: 0, text }], notes };
}

function openText(document: Opened): OpenDocument {
  if (document.sizeBytes > documentBounds.textBytes)
    throw tooLarge(document.name, document.sizeBytes, documentBounds.textBytes);
  const { text, encoding, guessed } = decodeText(document.name, Buffer.from(document.bytes));
  if (text.trim() === '') throw new BackendError('file_empty', `${document.name} holds no text`);
  return {
    ...document,
    pageCount: null,
    pages: [{ page: 0, text }],
    encoding,
    notes: guessed ? [`Its encoding was taken for ${encoding}.`] : [],
  };
}

function plainText(name: string, text: string): OpenDocument {
  if (typeof text !== 'string' || text.trim() === '') throw new BackendError('file_empty', `${name} is empty`);
  const bytes = Buffer.from(text);
  if (bytes.length > documentBounds.textBytes) throw tooLarge(name, bytes.length, documentBounds.textBytes);
  const pages = [{ page: 0, text: text.replace(/\r\n?/g, '\n') }];
  return { name, format: 'text', bytes, sizeBytes: bytes.length, readAs: 'auto', pageCount: null, pages, notes: [] };
}

async function bytesOf(source: Exclude<DocumentSource, { text: string }>): Promise<{ name: string; bytes: Buffer }> {
  if ('path' in source) {
    const bytes = await readInputFile(source.path, { maxBytes: documentBounds.fileBytes, code: 'document_too_large' });
    return { name: path.basename(source.path), bytes };
  }
  const bytes = Buffer.from(source.base64, 'base64');
  if (bytes.length === 0) throw new BackendError('file_empty', `${source.name} is empty`);
  if (bytes.length > documentBounds.fileBytes) throw tooLarge(source.name, bytes.length, documentBounds.fileBytes);
  return { name: source.name, bytes };
}

function tooLarge(name: string, size: number, most: number): BackendError {
  return new BackendError('document_too_large', `${name} has ${megabytes(size)}; at most ${megabytes(most)} are read`);
}
