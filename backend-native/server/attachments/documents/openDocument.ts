import path from 'node:path';
import type { DocumentReadAs, DocumentSource } from '../../../protocol/ask.js';
import type { DocumentNote } from '../../../protocol/documentNotes.js';
import { BackendError } from '../../../protocol/errors.js';
import type { DocumentFormat } from '../../../protocol/formats.js';
import { readInputFile } from '../file.js';
import { documentFormat } from '../formats.js';
import { documentKey, type DocumentCache } from '../../cache/documentCache.js';
import { documentBounds } from './documentBounds.js';
import type { DocumentContent } from './documentContent.js';
import { openPictures, type OpenPicture } from './openPictures.js';
import { parsePageRange } from './pageRange.js';
import { thumbnailSize } from './pageSize.js';
import { documentReadAsFrom } from './readAs.js';
import { runDocumentTask } from './runDocumentTask.js';
import { readText } from './text/plainText.js';

/** A document, read as far as it was asked for; no model has a say in it yet. */
export interface OpenDocument extends Omit<DocumentContent, 'pictures'> {
  readonly name: string;
  readonly format: DocumentFormat;
  readonly bytes: Uint8Array;
  readonly sizeBytes: number;
  readonly readAs: DocumentReadAs;
  /** Whether the user named the pages: all of them are wanted then. */
  readonly pagesGiven: boolean;
  readonly password?: string;
  /** Parts of the file; null where it has none. */
  readonly pageCount: number | null;
  readonly pictures: readonly OpenPicture[];
}

export interface OpenOptions {
  readonly signal: AbortSignal;
  readonly thumbnailPixels?: number;
  readonly onProgress?: (done: number, total: number) => void;
  /** Where what was read of any document but plain text is kept. */
  readonly cache?: DocumentCache;
}

/**
 * @returns undefined when the signal was aborted
 * @throws BackendError for what cannot be read
 */
export async function openDocument(source: DocumentSource, options: OpenOptions): Promise<OpenDocument | undefined> {
  const { name, bytes } = await bytesOf(source);
  const reading = readingOf(name, source);
  const format = 'text' in source ? 'text' : await documentFormat(name, bytes);
  const content = await contentOf({ name, format, bytes, ...reading }, options);
  if (!content) return undefined;
  const { pictures, ...rest } = withPages(name, content, format === 'pdf' ? undefined : reading.pages);
  const canBeDrawn = rest.pages.some(({ size }) => size !== undefined);
  const notes: DocumentNote[] =
    reading.readAs === 'images' && !canBeDrawn ? [{ kind: 'noPagesToDraw' }, ...rest.notes] : [...rest.notes];
  return {
    ...rest,
    name,
    format,
    bytes,
    sizeBytes: bytes.length,
    readAs: reading.readAs,
    pagesGiven: reading.pages !== undefined,
    ...(reading.password === undefined ? {} : { password: reading.password }),
    pageCount: rest.unit === 'whole' ? null : rest.count,
    notes,
    pictures: await openPictures(pictures),
  };
}

interface Reading {
  readonly readAs: DocumentReadAs;
  readonly pages?: string;
  readonly password?: string;
}

function readingOf(name: string, source: DocumentSource): Reading {
  if ('text' in source) return { readAs: 'auto' };
  const { pages, readAs, password }: { pages?: unknown; readAs?: unknown; password?: unknown } = source;
  if (pages !== undefined && typeof pages !== 'string') {
    throw new BackendError('page_range_invalid', {
      kind: 'expected',
      expected: 'pages such as 1-3,7',
      what: name,
      received: JSON.stringify(pages),
    });
  }
  if (password !== undefined && typeof password !== 'string')
    throw new BackendError('invalid_argument', {
      kind: 'expected',
      expected: 'a text',
      what: `the password of ${name}`,
    });
  return {
    readAs: documentReadAsFrom(readAs),
    ...(pages === undefined ? {} : { pages }),
    ...(password === undefined ? {} : { password }),
  };
}

interface Opened extends Reading {
  readonly name: string;
  readonly format: DocumentFormat;
  readonly bytes: Buffer;
}

async function contentOf(opened: Opened, options: OpenOptions): Promise<DocumentContent | undefined> {
  const { name, format, bytes } = opened;
  if (format === 'pdf') return pdfContent(opened, options);
  if (isText(format) && bytes.length > documentBounds.textBytes)
    throw tooLarge(name, bytes.length, documentBounds.textBytes);
  // Nothing in a plain text can be hostile: a thread of its own would only cost time.
  const content = format === 'text' ? readText(name, bytes) : await readContent({ name, format, bytes }, options);
  if (content?.pages.every(({ text }) => text.trim() === '')) {
    throw new BackendError('file_empty', { kind: content.pictures.length > 0 ? 'picturesOnly' : 'noText', file: name });
  }
  return content;
}

async function readContent(
  { name, format, bytes }: { name: string; format: Exclude<DocumentFormat, 'pdf'>; bytes: Buffer },
  { cache, ...options }: OpenOptions,
): Promise<DocumentContent | undefined> {
  const key = cache && documentKey(format, bytes, '');
  const kept = key === undefined ? undefined : await cache?.read(key);
  if (kept) return kept;
  const content = await runDocumentTask({ kind: 'read', name, format, bytes }, options);
  if (content && key !== undefined) await cache?.write(key, content);
  return content;
}

async function pdfContent(
  { name, bytes, pages, password }: Opened,
  { cache, thumbnailPixels, ...options }: OpenOptions,
): Promise<DocumentContent | undefined> {
  // What a password protects is kept nowhere.
  const key = cache && password === undefined ? documentKey('pdf', bytes, pages ?? '') : undefined;
  const kept = key === undefined ? undefined : await cache?.read(key);
  const locked = password === undefined ? {} : { password };
  if (!kept) {
    const content = await runDocumentTask(
      {
        kind: 'readPdf',
        name,
        bytes,
        ...locked,
        ...(pages === undefined ? {} : { pages }),
        ...(thumbnailPixels === undefined ? {} : { thumbnailPixels }),
      },
      options,
    );
    if (content && key !== undefined) {
      const text = { ...content };
      delete text.thumbnail;
      await cache?.write(key, text);
    }
    return content;
  }
  const first = kept.pages.find(({ size }) => size !== undefined);
  if (thumbnailPixels === undefined || !first?.size) return kept;
  const drawing = {
    kind: 'drawPdf',
    name,
    bytes,
    pages: [first.page],
    sizes: [thumbnailSize(first.size, thumbnailPixels)],
  } as const;
  const drawn = await runDocumentTask(drawing, options);
  return drawn && { ...kept, ...(drawn[0] ? { thumbnail: drawn[0] } : {}) };
}

function isText(format: DocumentFormat): boolean {
  return ['text', 'markdown', 'csv', 'html'].includes(format);
}

/** The chosen parts of a document that was read whole. */
function withPages(name: string, content: DocumentContent, pages: string | undefined): DocumentContent {
  if (pages === undefined) return content;
  if (content.unit === 'whole') throw new BackendError('page_range_invalid', { kind: 'noPages', file: name });
  const chosen = new Set(parsePageRange(pages, content.count));
  return { ...content, pages: content.pages.filter(({ page }) => chosen.has(page)) };
}

async function bytesOf(source: DocumentSource): Promise<{ name: string; bytes: Buffer }> {
  if ('text' in source) {
    const { name, text } = source;
    if (typeof text !== 'string' || text.trim() === '')
      throw new BackendError('file_empty', { kind: 'empty', file: name });
    return { name, bytes: Buffer.from(text) };
  }
  if ('path' in source) {
    const bytes = await readInputFile(source.path, { maxBytes: documentBounds.fileBytes, code: 'document_too_large' });
    return { name: path.basename(source.path), bytes };
  }
  const bytes = Buffer.from(source.base64, 'base64');
  if (bytes.length === 0) throw new BackendError('file_empty', { kind: 'empty', file: source.name });
  if (bytes.length > documentBounds.fileBytes) throw tooLarge(source.name, bytes.length, documentBounds.fileBytes);
  return { name: source.name, bytes };
}

function tooLarge(name: string, size: number, most: number): BackendError {
  return new BackendError('document_too_large', { kind: 'tooManyBytes', file: name, bytes: size, most });
}
