import path from 'node:path';
import {
  turnLimits,
  type AskProgress,
  type DocumentLimits,
  type DocumentReport,
  type DocumentSource,
} from '../../protocol/ask.js';
import { BackendError } from '../../protocol/errors.js';
import type { DocumentCache } from '../cache/documentCache.js';
import { documentReport } from './documentReport.js';
import { openDocument, type OpenDocument } from './documents/openDocument.js';
import { withPictures } from './documents/pictureMarks.js';
import { imageName, pageEnd, pageHead, pictureWords } from './promptText.js';
import type { ReadingPlan } from './pagePlanner.js';
import { planReading, tokenBudget } from './readingPlan.js';
import { runDocumentTask } from './documents/runDocumentTask.js';
import { readImage, type DecodedImage } from './pictures/images.js';
import type { TokenCounter } from './tokenCounter.js';

export interface ReadDocumentsOptions {
  /** Checked: see documentLimitsFrom. */
  readonly limits: DocumentLimits;
  /** What is asked: pages are chosen by it when not all of them fit. */
  readonly question?: string;
  /**
   * Tokens that the documents of this turn may take together: text, page images, and what frames them in the prompt
   * ("Document NAME:\n…\n\n" and "Image N:\n…\n"). limits.maxTokens lowers it further.
   */
  readonly budgetTokens: number;
  /** Pages are read as images only when it counts images. */
  readonly counter: TokenCounter;
  /** The most pixels of one image that the model sees; pages are drawn at that size. Left out when it is not known. */
  readonly pageImagePixels?: number;
  /** Images of the prompt before the page images, earlier turns included: the text refers to pages by image number. */
  readonly imagesBefore: number;
  /** Where the text of long documents is kept. */
  readonly cache?: DocumentCache;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Extract<AskProgress, { phase: 'document' }>) => void;
}

export interface ReadDocuments {
  /** One for each source, in order. Pages that are images are named in the text: "[page 3: Image 2]". */
  readonly documents: readonly { readonly name: string; readonly text: string }[];
  /** In the order of the documents and their pages; they come after the turn's own images in the prompt. */
  readonly pageImages: readonly PageImage[];
  /** One for each source, in order. */
  readonly reports: readonly DocumentReport[];
  /** What became of each source, in order. */
  readonly plans: readonly ReadingPlan[];
}

export interface PageImage extends DecodedImage {
  readonly document: {
    /** Among the sources. */
    readonly index: number;
    /** From 1; 0 in a document without pages. */
    readonly page: number;
    /** From 1, for a picture inside the document rather than a page of it. */
    readonly picture?: number;
  };
}

/**
 * Reads the documents of one turn: as many whole pages and paragraphs as fit, and a report of what was left out.
 * When they do not fit together, each gets an equal share, and what one does not need goes to the others.
 * @returns no documents when the signal was aborted
 * @throws BackendError; `context_overflow` when not even the beginning of one document fits
 */
export async function readDocuments(
  sources: readonly DocumentSource[],
  options: ReadDocumentsOptions,
): Promise<ReadDocuments> {
  if (sources.length > turnLimits.documents) {
    throw new BackendError('invalid_argument', {
      kind: 'tooManyAttachments',
      what: 'documents',
      most: turnLimits.documents,
      given: sources.length,
    });
  }
  const opened: OpenDocument[] = [];
  for (const [index, source] of sources.entries()) {
    const report = progressOf(index, sources, options);
    report(0, 1);
    const kept = options.cache ? { cache: options.cache } : {};
    const document = await openDocument(source, { signal: options.signal, onProgress: report, ...kept });
    if (!document) return aborted;
    opened.push(document);
  }
  const plans = await planReading(opened, options);
  const documents: { name: string; text: string }[] = [];
  const pageImages: PageImage[] = [];
  for (const [index, plan] of plans.entries()) {
    const images = await imagesOf(plan, index, options.signal, progressOf(index, sources, options));
    if (!images) return aborted;
    const first = options.imagesBefore + pageImages.length + 1;
    documents.push({ name: plan.document.name, text: textOf(plan, first) });
    pageImages.push(...images);
  }
  return { documents, pageImages, plans, reports: plans.map((plan) => documentReport(plan, tokenBudget(options))) };
}

const aborted: ReadDocuments = { documents: [], pageImages: [], reports: [], plans: [] };

/** @param firstImage the number of the first image of the document, be it a page or a picture in its text */
export function textOf({ document, read }: ReadingPlan, firstImage: number): string {
  let number = firstImage;
  const names = new Map<number, string>();
  if (read.length === 0) return nothingRead;
  return read
    .map(({ page, text, image, pictures }) => {
      const shown = document.pages.find((one) => one.page === page) ?? { page, text };
      if (image) return [pageHead(document, shown, imageName(number++)), text].filter((part) => part !== '').join('\n');
      for (const index of pictures) names.set(index, imageName(number++));
      const words = withPictures(text, (index) => {
        const picture = document.pictures[index];
        return pictureWords(picture, picture && names.get(picture.sameAs));
      });
      return pageHead(document, shown) + words;
    })
    .join(pageEnd);
}

const nothingRead = '[Nothing of it was read: other documents have more to do with the question.]';

/**
 * The drawn pages and the pictures of a document, in the order of its text. @returns undefined when the signal was
 * aborted
 */
async function imagesOf(
  { document, read }: ReadingPlan,
  index: number,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<PageImage[] | undefined> {
  const { name, bytes, password } = document;
  const pages = read.flatMap(({ page, image }) => (image ? [{ page, size: image }] : []));
  const drawn =
    pages.length === 0
      ? []
      : await runDocumentTask(
          {
            kind: 'drawPdf',
            name,
            bytes,
            ...(password === undefined ? {} : { password }),
            pages: pages.map(({ page }) => page),
            sizes: pages.map(({ size }) => size),
          },
          { signal, onProgress },
        );
  if (!drawn) return undefined;
  const images: PageImage[] = [];
  const pixels = drawn[Symbol.iterator]();
  for (const { page, image, pictures } of read) {
    const next = image ? pixels.next().value : undefined;
    if (next) images.push({ name: `${name}, page ${page}`, ...next, document: { index, page } });
    for (const picture of pictures) {
      if (signal.aborted) return undefined;
      const stored = document.pictures[picture];
      if (!stored) continue;
      const decoded = await readImage({ name: stored.name, base64: Buffer.from(stored.bytes).toString('base64') });
      images.push({ ...decoded, name: `${name}, ${stored.name}`, document: { index, page, picture: picture + 1 } });
    }
  }
  return images;
}

function progressOf(
  index: number,
  sources: readonly DocumentSource[],
  { onProgress }: ReadDocumentsOptions,
): (done: number, total: number) => void {
  const source = sources[index];
  const name = source === undefined ? '' : 'path' in source ? path.basename(source.path) : source.name;
  return (done, total) => {
    onProgress({ phase: 'document', index, count: sources.length, name, done, total });
  };
}
