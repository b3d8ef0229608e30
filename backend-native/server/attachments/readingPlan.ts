/** Which pages of the documents of a turn are read, as what, within which number of tokens. */
import type { DocumentLimits } from '../../protocol/ask.js';
import { BackendError } from '../../protocol/errors.js';
import type { TokenCounter } from './tokenCounter.js';
import type { PdfPage } from './documents/documentTask.js';
import type { OpenDocument } from './documents/openDocument.js';
import { pageImageSize } from './documents/pageSize.js';
import type { PageSize } from './documents/pdf.js';
import { countUpTo, fittingBeginning, shareBudget } from './tokenBudget.js';

export interface PlannedPage {
  readonly page: number;
  /** Of the file; empty for a page that is an image. */
  readonly text: string;
  /** The size at which it is drawn, for a page that is an image. */
  readonly image?: PageSize;
  /** With what names it in the prompt. */
  readonly tokens: number;
}

export type LeftOutReason = 'damaged' | 'noText' | 'noVision' | 'tooManyImages' | 'budget';

export interface ReadingPlan {
  readonly document: OpenDocument;
  readonly read: readonly PlannedPage[];
  readonly leftOut: readonly { readonly page: number; readonly reason: LeftOutReason }[];
  /** Whether the only page that is read is cut. */
  readonly cut: boolean;
}

export interface PlanOptions {
  readonly limits: DocumentLimits;
  readonly budgetTokens: number;
  readonly counter: TokenCounter;
  readonly pageImagePixels?: number;
}

/** @throws BackendError when there is nothing that could be read of a document, or nothing of any fits */
export async function planReading(documents: readonly OpenDocument[], options: PlanOptions): Promise<ReadingPlan[]> {
  const { counter } = options;
  const budget = tokenBudget(options);
  const wishes: Wish[] = [];
  let images = 0;
  for (const document of documents) {
    const wish = await wishOf(document, options, budget, options.limits.maxImagePages - images);
    images += wish.wanted.filter(({ image }) => image).length;
    wishes.push(wish);
  }
  const shares = shareBudget(
    wishes.map(({ tokens }) => tokens),
    budget,
  );
  const plans: ReadingPlan[] = [];
  for (const [i, wish] of wishes.entries()) plans.push(await planWithin(wish, shares[i] ?? 0, counter));
  if (plans.length > 0 && plans.every(({ read }) => read.length === 0)) {
    throw new BackendError(
      'context_overflow',
      `The documents need more than the ${Math.max(0, budget)} tokens that are left for them`,
      'Use fewer or smaller images, or a model with a longer context.',
    );
  }
  return plans;
}

/** What the chosen pages would take together, without limits; pages that would be left out take nothing. */
export async function documentTokens(document: OpenDocument, counter: TokenCounter): Promise<number> {
  let tokens = await counter.countTokens(documentFrame(document.name));
  for (const page of document.pages) {
    const way = wayToRead(page, document, counter.countImageTokens !== undefined);
    if (way === 'text' || way === 'image')
      tokens += (await planPage(page, document, way, { counter }, Infinity)).tokens;
  }
  return tokens;
}

/** The smaller of the two limits. */
export function tokenBudget({ limits, budgetTokens }: Pick<PlanOptions, 'limits' | 'budgetTokens'>): number {
  return Math.max(0, limits.maxTokens > 0 ? Math.min(limits.maxTokens, budgetTokens) : budgetTokens);
}

/** What a page is read as, whatever it costs. */
export function wayToRead(page: PdfPage, document: OpenDocument, vision: boolean): 'text' | 'image' | LeftOutReason {
  if (document.pageCount === null) return 'text';
  if (!page.size) return 'damaged';
  if (page.blank === true) return 'text';
  const hasText = page.text !== '';
  if (document.readAs === 'text') return hasText ? 'text' : 'noText';
  if (document.readAs === 'auto' && hasText) return 'text';
  return vision ? 'image' : 'noVision';
}

/** What frames a document in the prompt, without its text. */
export function documentFrame(name: string): string {
  return `Document ${name}:\n\n\n`;
}

/** What stands before a page in the text of a document with several. @param image the name of the image that it is */
export function pageHead(document: OpenDocument, page: number, image?: string): string {
  if (image !== undefined) return `[page ${page}: ${image}]`;
  return (document.pageCount ?? 1) > 1 ? `[page ${page}]\n` : '';
}

/** Between a page and the next. */
export const pageEnd = '\n\n';

/** As the prompt numbers images. */
export function imageName(number: number): string {
  return `Image ${number}`;
}

interface Wish {
  readonly document: OpenDocument;
  readonly wanted: readonly PlannedPage[];
  readonly leftOut: ReadingPlan['leftOut'];
  readonly frameTokens: number;
  /** Of all that is wanted; some number above the budget when it is more. */
  readonly tokens: number;
}

async function wishOf(document: OpenDocument, options: PlanOptions, budget: number, imagesLeft: number): Promise<Wish> {
  const { counter } = options;
  const wanted: PlannedPage[] = [];
  const leftOut: { page: number; reason: LeftOutReason }[] = [];
  const frameTokens = await counter.countTokens(documentFrame(document.name));
  let tokens = frameTokens;
  let images = 0;
  for (const page of document.pages) {
    const way = wayToRead(page, document, counter.countImageTokens !== undefined);
    if (way === 'text' || (way === 'image' && images < imagesLeft)) {
      images += way === 'image' ? 1 : 0;
      // What is beyond the budget already need not be counted: it is left out.
      const planned = await planPage(page, document, way, options, budget - tokens);
      tokens += planned.tokens;
      wanted.push(planned);
    } else {
      leftOut.push({ page: page.page, reason: way === 'image' ? 'tooManyImages' : way });
    }
  }
  if (wanted.length === 0) throw nothingToRead(document, leftOut);
  return { document, wanted, leftOut, frameTokens, tokens };
}

async function planPage(
  page: PdfPage,
  document: OpenDocument,
  way: 'text' | 'image',
  options: Pick<PlanOptions, 'counter' | 'pageImagePixels'>,
  most: number,
): Promise<PlannedPage> {
  const { counter } = options;
  if (way === 'text') {
    if (most < 0) return { page: page.page, text: page.text, tokens: 1 };
    const text = pageHead(document, page.page) + page.text + pageEnd;
    return {
      page: page.page,
      text: page.text,
      tokens: await countUpTo(text, most, (piece) => counter.countTokens(piece)),
    };
  }
  const image = pageImageSize(page.size ?? { width: 1, height: 1 }, options.pageImagePixels);
  const imageTokens = (await counter.countImageTokens?.(image.width, image.height)) ?? 0;
  const frame = `${imageName(100)}:\n\n${pageHead(document, page.page, imageName(100))}${pageEnd}`;
  return { page: page.page, text: '', image, tokens: imageTokens + (await counter.countTokens(frame)) };
}

async function planWithin(wish: Wish, share: number, counter: TokenCounter): Promise<ReadingPlan> {
  const { document, wanted, frameTokens } = wish;
  const leftOut = [...wish.leftOut];
  const read: PlannedPage[] = [];
  let tokens = frameTokens;
  let cut = false;
  for (const page of wanted) {
    if (tokens > share) {
      leftOut.push({ page: page.page, reason: 'budget' });
    } else if (tokens + page.tokens <= share) {
      tokens += page.tokens;
      read.push(page);
    } else {
      // Pages are read whole, but for the first: something of every document is better than nothing.
      const head = await counter.countTokens(pageHead(document, page.page) + pageEnd);
      const most = read.length > 0 || page.image ? 0 : share - tokens - head;
      const beginning = await fittingBeginning(page.text, most, (piece) => counter.countTokens(piece));
      cut = beginning !== '';
      if (cut) read.push({ page: page.page, text: beginning, tokens: head + (await counter.countTokens(beginning)) });
      else leftOut.push({ page: page.page, reason: 'budget' });
      tokens = share + 1;
    }
  }
  return { document, read, leftOut: leftOut.sort((a, b) => a.page - b.page), cut };
}

function nothingToRead({ name }: OpenDocument, leftOut: ReadingPlan['leftOut']): BackendError {
  const reasons = new Set(leftOut.map(({ reason }) => reason));
  if (reasons.has('noVision')) {
    return new BackendError(
      'projector_missing',
      `${name} has to be read as images, and the model reads none`,
      'Load the projector (mmproj) that belongs to the model, or give a document that holds text.',
    );
  }
  if (reasons.has('tooManyImages')) {
    return new BackendError(
      'invalid_argument',
      `${name} has to be read as images, and no more pages may be`,
      'Raise the number of pages that may be read as images.',
    );
  }
  return new BackendError(
    'file_empty',
    `The chosen pages of ${name} hold no text`,
    'Read them as images, or choose other pages.',
  );
}
