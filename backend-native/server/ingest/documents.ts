import type { AskProgress, DocumentLimits, DocumentReport, DocumentSource } from '../../protocol/ask.js';
import type { DecodedImage } from './images.js';
import { readDocument } from './text.js';
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
  /** One for each source, in order; the text of one whose pages are all images is empty. */
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
 * @returns fewer documents than sources when the signal was aborted
 * @throws BackendError; `context_overflow` when not even the beginning of one document fits
 */
export async function readDocuments(sources: readonly DocumentSource[], options: ReadDocumentsOptions): Promise<ReadDocuments> {
  const documents = [];
  const reports: DocumentReport[] = [];
  for (const source of sources) {
    const document = await readDocument(source);
    documents.push(document);
    reports.push({
      name: document.name, format: 'text', pages: null, pagesAsText: '', pagesAsImages: '',
      characters: document.text.length, charactersRead: document.text.length,
      tokens: await options.counter.countTokens(document.text), complete: true, note: '',
    });
  }
  return { documents, pageImages: [], reports };
}
