import path from 'node:path';
import type { AskProgress, DocumentLimits, DocumentReport, DocumentSource } from '../../protocol/ask.js';
import { BackendError } from '../../protocol/errors.js';
import { documentBounds } from './documents/documentBounds.js';
import { documentReport } from './documentReport.js';
import { openDocument, type OpenDocument } from './documents/openDocument.js';
import { imageName, pageEnd, pageHead, planReading, tokenBudget, type ReadingPlan } from './readingPlan.js';
import { runDocumentTask } from './documents/runDocumentTask.js';
import type { DecodedImage } from './pictures/images.js';
import type { TokenCounter } from './tokenCounter.js';

export interface ReadDocumentsOptions {
  /** Checked: see documentLimitsFrom. */
  readonly limits: DocumentLimits;
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
}

export interface PageImage extends DecodedImage {
  readonly document: { /** Among the sources. */ readonly index: number; /** From 1. */ readonly page: number };
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
  if (sources.length > documentBounds.documentsPerTurn) {
    throw new BackendError(
      'invalid_argument',
      `One turn takes at most ${documentBounds.documentsPerTurn} documents and this one brings ${sources.length}`,
    );
  }
  const opened: OpenDocument[] = [];
  for (const [index, source] of sources.entries()) {
    const report = progressOf(index, sources, options);
    report(0, 1);
    const document = await openDocument(source, { signal: options.signal, onProgress: report });
    if (!document) return aborted;
    opened.push(document);
  }
  const plans = await planReading(opened, options);
  const documents: { name: string; text: string }[] = [];
  const pageImages: PageImage[] = [];
  for (const [index, plan] of plans.entries()) {
    const images = await drawPages(plan, index, options.signal, progressOf(index, sources, options));
    if (!images) return aborted;
    const first = options.imagesBefore + pageImages.length + 1;
    documents.push({ name: plan.document.name, text: textOf(plan, first) });
    pageImages.push(...images);
  }
  return { documents, pageImages, reports: plans.map((plan) => documentReport(plan, tokenBudget(options))) };
}

const aborted: ReadDocuments = { documents: [], pageImages: [], reports: [] };

/** @param firstImage the number of the first page image */
function textOf({ document, read }: ReadingPlan, firstImage: number): string {
  let number = firstImage;
  return read
    .map(({ page, text, image }) =>
      image ? pageHead(document, page, imageName(number++)) : pageHead(document, page) + text,
    )
    .join(pageEnd);
}

/** @returns undefined when the signal was aborted */
async function drawPages(
  { document, read }: ReadingPlan,
  index: number,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<PageImage[] | undefined> {
  const images = read.flatMap(({ page, image }) => (image ? [{ page, image }] : []));
  if (images.length === 0) return [];
  const { name, bytes } = document;
  const drawn = await runDocumentTask(
    { kind: 'drawPdf', name, bytes, pages: images.map(({ page }) => page), sizes: images.map(({ image }) => image) },
    { signal, onProgress },
  );
  return drawn?.map((pixels, i) => {
    const page = images[i]?.page ?? 0;
    return { name: `${name}, page ${page}`, ...pixels, document: { index, page } };
  });
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
