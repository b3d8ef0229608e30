/** What the pages of a document are read as, and what each of them takes. */
import type { DocumentLimits } from '../../protocol/ask.js';
import type { DocumentUnit, LeftOutReason, PictureReason } from '../../protocol/documentNotes.js';
import type { DocumentPage } from './documents/documentContent.js';
import type { OpenDocument } from './documents/openDocument.js';
import { pageImageSize, type PageSize } from './documents/pageSize.js';
import { picturesIn, withPictures } from './documents/pictureMarks.js';
import { imageName, pageEnd, pageHead, pictureWords } from './promptText.js';
import { countUpTo } from './tokenBudget.js';
import type { TokenCounter } from './tokenCounter.js';

export interface PlannedPage {
  readonly page: number;
  /** Of the file, with the marks of its pictures; empty for a page that is an image. */
  readonly text: string;
  /** The size at which it is drawn, for a page that is an image. */
  readonly image?: PageSize;
  /** Pictures in the text that the model sees, by their index, each where it comes first. */
  readonly pictures: readonly number[];
  /** With what names it in the prompt. */
  readonly tokens: number;
}

export interface ReadingPlan {
  readonly document: OpenDocument;
  readonly read: readonly PlannedPage[];
  readonly leftOut: readonly { readonly page: number; readonly reason: LeftOutReason }[];
  /** Pictures that the text shows and the model does not see, each once. */
  readonly picturesLeftOut: ReadonlyMap<PictureReason, number>;
  /** Whether the only page that is read is cut. */
  readonly cut: boolean;
  /** Set when parts were chosen for the question. */
  readonly choice?: { readonly chosen: readonly number[]; readonly of: number; readonly unit: DocumentUnit };
}

export interface PlanOptions {
  readonly limits: DocumentLimits;
  readonly budgetTokens: number;
  readonly counter: TokenCounter;
  readonly pageImagePixels?: number;
  /** What the documents are asked; pages are chosen by it when not all of them fit. */
  readonly question?: string;
}

/** What a document would take, and how its pages would be read. */
export interface Wish {
  readonly document: OpenDocument;
  readonly wanted: readonly PlannedPage[];
  readonly leftOut: ReadingPlan['leftOut'];
  readonly picturesLeftOut: ReadingPlan['picturesLeftOut'];
  readonly frameTokens: number;
  /** Of all that is wanted; some number above the budget when it is more. */
  readonly tokens: number;
  readonly images: number;
}

/** What a page is read as, whatever it costs. */
export function wayToRead(
  page: DocumentPage,
  document: OpenDocument,
  vision: boolean,
): 'text' | 'image' | LeftOutReason {
  if (page.damaged === true) return 'damaged';
  if (!page.size || page.blank === true) return 'text';
  const hasText = page.text !== '';
  if (document.readAs === 'text') return hasText ? 'text' : 'noText';
  const better = document.readAs === 'images' || !hasText || page.drawBecause !== undefined;
  if (!better) return 'text';
  if (vision) return 'image';
  return document.readAs === 'auto' && hasText && page.drawBecause !== 'garbled' ? 'text' : 'noVision';
}

/** Plans page after page; pictures are taken as long as there may be more. */
export class PagePlanner {
  images = 0;
  readonly left = new Map<PictureReason, number>();
  private readonly met = new Set<number>();

  constructor(
    private readonly document: OpenDocument,
    private readonly options: Pick<PlanOptions, 'counter' | 'pageImagePixels'>,
    private readonly imagesLeft: number,
  ) {}

  /** @param most tokens that are of interest: a page that has more may be told as having some number above it */
  async plan(page: DocumentPage, way: 'text' | 'image', most: number): Promise<PlannedPage> {
    const { counter, pageImagePixels } = this.options;
    if (way === 'image') {
      this.images += 1;
      const image = pageImageSize(page.size ?? { width: 1, height: 1 }, pageImagePixels);
      const imageTokens = (await counter.countImageTokens?.(image.width, image.height)) ?? 0;
      const frame = `${imageName(100)}:\n\n${pageHead(this.document, page, imageName(100))}${pageEnd}`;
      const tokens = imageTokens + (await counter.countTokens(frame));
      return { page: page.page, text: '', image, pictures: [], tokens };
    }
    if (most < 0) return { page: page.page, text: page.text, pictures: [], tokens: 1 };
    const pictures = this.picturesOf(page);
    let tokens = 0;
    for (const index of pictures) tokens += await pictureTokens(this.document, index, counter);
    const text = pageHead(this.document, page) + plainText(this.document, page.text, pictures) + pageEnd;
    tokens += await countUpTo(text, most - tokens, (piece) => counter.countTokens(piece));
    return { page: page.page, text: page.text, pictures, tokens };
  }

  /** Those that may be seen; of the others is kept why not. */
  private picturesOf(page: DocumentPage): number[] {
    const seen: number[] = [];
    for (const mark of picturesIn(page.text)) {
      const picture = this.document.pictures[mark];
      if (!picture || picture.isDecoration || this.met.has(picture.sameAs)) continue;
      this.met.add(picture.sameAs);
      const reason = this.reasonAgainst(picture.size !== undefined);
      if (reason) this.left.set(reason, (this.left.get(reason) ?? 0) + 1);
      else {
        this.images += 1;
        seen.push(picture.sameAs);
      }
    }
    return seen;
  }

  private reasonAgainst(readable: boolean): PictureReason | undefined {
    if (!readable) return 'unreadable';
    if (this.document.readAs === 'text') return 'asText';
    if (!this.options.counter.countImageTokens) return 'noVision';
    return this.images >= this.imagesLeft ? 'tooMany' : undefined;
  }
}

/** A text as it stands in the prompt, with long names for the images so that it is not counted too short. */
export function plainText(document: OpenDocument, text: string, seen: readonly number[]): string {
  return withPictures(text, (index) => {
    const picture = document.pictures[index];
    return pictureWords(picture, picture && seen.includes(picture.sameAs) ? imageName(100) : undefined);
  });
}

async function pictureTokens(document: OpenDocument, index: number, counter: TokenCounter): Promise<number> {
  const size = document.pictures[index]?.size;
  if (!size) return 0;
  const frame = await counter.countTokens(`${imageName(100)}:\n\n`);
  return frame + ((await counter.countImageTokens?.(size.width, size.height)) ?? 0);
}
