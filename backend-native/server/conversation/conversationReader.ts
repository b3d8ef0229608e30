/** Reads what the turns of a conversation bring along, and shares the context out among them. */
import type { AskProgress, DocumentLimits, DocumentReport, HistoryTurn, ImageReport } from '../../protocol/ask.js';
import type { LargeImageSetting } from '../../protocol/largeImages.js';
import type { PictureNote } from '../../protocol/pictureNotes.js';
import { BackendError } from '../../protocol/errors.js';
import { fitImageTexts, readImageTexts, type ImageText, type ImageTextOptions } from './imageTexts.js';
import type { DocumentCache } from '../cache/documentCache.js';
import { imageHash } from '../cache/contentHash.js';
import { readDocuments } from '../attachments/documents.js';
import { asksNothing, withContext } from '../attachments/leaningQuestion.js';
import { partlyRead, readMore, type MoreOfDocuments, type PartlyRead } from '../attachments/moreOfDocuments.js';
import { imageLimits, readImages, type DecodedImage } from '../attachments/pictures/images.js';
import { cutPiece, planSlices, type SliceLayout } from '../attachments/pictures/slices/slices.js';
import type { TokenCounter } from '../attachments/tokenCounter.js';
import type { NativeContent } from '../transport/nativeAddon.js';
import type { Slices } from './slicedImages.js';

/** Tokens that the chat template writes around a turn, and the frame of an image; rather more than less. */
const turnFrameTokens = 32;
const imageFrameTokens = 16;
const imageTextFrameTokens = 12;

/** Of what is left of the context, the part that words of pictures may take where documents come with them. */
const textShareBesideDocuments = 0.5;

/**
 * The answer's share of the context is reserved up to this part: a long answer may not leave no room for a document.
 */
const answerShare = 0.25;

/** A page as it is usually scanned, A4 at 300 dpi: at what size the model sees one is how large pages are drawn. */
const pageSize = { width: 2480, height: 3508 } as const;

export interface ReaderOptions {
  readonly counter: TokenCounter;
  /** The size at which the model sees an image, when that is known. */
  readonly readSize: (width: number, height: number) => Promise<{ readWidth: number; readHeight: number }>;
  readonly limits: DocumentLimits;
  readonly imageText: Pick<ImageTextOptions, 'setting' | 'embedded' | 'reader'>;
  readonly largeImages: LargeImageSetting;
  /** Whether the engine is to find the images on disk again. */
  readonly hashImages: boolean;
  readonly documentCache?: DocumentCache;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: AskProgress) => void;
}

export interface ContextUse {
  /** Tokens that the context holds. */
  readonly limit: number;
  /** What the conversation takes of them so far. */
  readonly used: number;
  /** The most tokens of the answer. */
  readonly answerTokens: number;
}

interface EarlierImages {
  /** Images that the conversation has already. */
  readonly count: number;
  /** Whether one of them was read in pieces. */
  readonly sliced: boolean;
}

/** What the reader knows of the turns before those that it reads. */
export interface Earlier extends EarlierImages {
  /** Documents that did not fit. */
  readonly partly: readonly PartlyRead[];
}

/** Images of documents' pages follow the turn's own. */
export interface ReadContent {
  readonly content: NativeContent;
  readonly reports: readonly DocumentReport[];
  /** For every image of the content, the page it is of. */
  readonly pages: readonly ImageReport['document'][];
  /** For every image of the content, what became of its words. */
  readonly texts: readonly ImageText[];
  /** For every image of the content, what else is worth knowing about it. */
  readonly notes: readonly (readonly PictureNote[])[];
  /** How each was cut; the content has the pieces one by one. */
  readonly slices: Slices;
}

type Size = Pick<DecodedImage, 'width' | 'height'>;
type Turn = Pick<HistoryTurn, 'question' | 'images' | 'documents'>;

/** Reads turn after turn, oldest first. */
export class ConversationReader {
  private used: number;
  /** Texts that are counted once it matters how much is left: the last of a conversation never are. */
  private uncounted: string[] = [];
  private pixels = 0;
  private imagesBefore: number;
  /** Whether images are numbered by what the user attached: one of them was read in pieces. */
  private sliced: boolean;
  private partlyRead: readonly PartlyRead[];

  /**
   * @param context null when no turn brings documents or words of pictures: nothing is counted then
   */
  constructor(
    private readonly options: ReaderOptions,
    private readonly context: ContextUse | null,
    earlier: Earlier,
  ) {
    this.imagesBefore = earlier.count;
    this.sliced = earlier.sliced;
    this.partlyRead = earlier.partly;
    this.used = context?.used ?? 0;
  }

  /** Documents of all turns that did not fit. */
  get partly(): readonly PartlyRead[] {
    return this.partlyRead;
  }

  /** Takes a text that stands in the prompt as it is: the system prompt, an answer. */
  addText(text: string): void {
    this.uncounted.push(text);
  }

  /**
   * @param earlier the questions before, oldest first
   * @returns incomplete content when the signal was aborted
   */
  async read(turn: Turn, earlier: readonly string[] = []): Promise<ReadContent> {
    const { signal, onProgress } = this.options;
    const sources = turn.images ?? [];
    if (sources.length > 0) onProgress({ phase: 'ingest', done: 0, total: sources.length });
    const images = await readImages(sources, signal, (done) => {
      onProgress({ phase: 'ingest', done, total: sources.length });
    });
    this.limitPixels(images);
    this.addText(turn.question);
    const slices = await this.planSlices(images);
    await this.addImages(images, slices);
    const ownTexts = await this.readTexts(images, (turn.documents ?? []).length > 0 ? textShareBesideDocuments : 1);
    const own = await this.readDocuments(turn, images.length);
    const more = await this.readMore(turn, earlier);
    this.partlyRead = [...more.partly, ...partlyRead(own.plans, own.reports)];
    const read = {
      ...own,
      documents: [...own.documents, ...more.documents],
      reports: [...own.reports, ...more.reports],
    };
    for (const { text, name } of read.documents) this.addText(`${name}\n${text}`);
    await this.addImages(read.pageImages);
    const texts = [...ownTexts, ...(await this.readTexts(read.pageImages, 1))];
    const all = [...images, ...read.pageImages];
    const numbersFrom = this.imagesBefore;
    this.imagesBefore += all.length;
    return {
      content: {
        images: all.flatMap((image, i) =>
          this.nativeImages(image, slices[i], numbersFrom + i + 1, texts[i]?.text ?? ''),
        ),
        documents: read.documents,
        question: turn.question,
      },
      reports: read.reports,
      pages: [...images.map(() => undefined), ...read.pageImages.map(({ document }) => document)],
      texts,
      notes: all.map(({ notes = [] }, i) => {
        const pieces = slices[i]?.pieces.length;
        return pieces === undefined ? notes : [...notes, { kind: 'sliced' as const, pieces }];
      }),
      slices: all.map((_, i) => slices[i]),
    };
  }

  /** For each image how it is cut. What they take together leaves half of the context to the rest. */
  private async planSlices(images: readonly DecodedImage[]): Promise<Slices> {
    const { counter, imageText, largeImages, readSize } = this.options;
    const countTokens = counter.countImageTokens;
    if (!countTokens || images.length === 0) return [];
    const room = Math.floor((this.context ? await this.left(this.context) : 0) / 2 / images.length);
    const options = { setting: largeImages, embedded: imageText.embedded, readSize, countTokens, room };
    const slices = [];
    for (const image of images) slices.push(await planSlices(image, options));
    this.sliced ||= slices.some((layout) => layout !== undefined);
    return slices;
  }

  /** The image, or its pieces; the words of the whole follow the last. */
  private nativeImages(
    image: DecodedImage,
    layout: SliceLayout | undefined,
    number: number,
    text: string,
  ): NativeContent['images'] {
    const parts = layout ? layout.pieces.map((piece) => cutPiece(image, piece)) : [image];
    return parts.map((part, i) => ({
      ...part,
      hash: this.options.hashImages ? imageHash(part) : '',
      text: i === parts.length - 1 ? text : '',
      ...(this.sliced ? { number } : {}),
      ...(layout ? { part: i + 1, parts: parts.length } : {}),
    }));
  }

  /** @param share of what is left of the context that they may take together */
  private async readTexts(images: readonly DecodedImage[], share: number): Promise<readonly ImageText[]> {
    const { counter, imageText, readSize, signal, onProgress } = this.options;
    if (images.length === 0 || signal.aborted) return [];
    const texts = await readImageTexts(images, { ...imageText, counter, readSize, signal, onProgress });
    if (!this.context || texts.every(({ text }) => text === '')) return texts;
    const fitted = await fitImageTexts(
      texts,
      Math.floor((await this.left(this.context)) * share),
      imageTextFrameTokens,
      counter,
    );
    this.used += fitted.tokens;
    return fitted.texts;
  }

  /** Tokens that this turn may still take beside the answer. */
  private async left({ limit, answerTokens }: ContextUse): Promise<number> {
    for (const text of this.uncounted.splice(0))
      this.used += (await this.options.counter.countTokens(text)) + turnFrameTokens;
    return Math.max(0, limit - this.used - Math.min(answerTokens, Math.floor(limit * answerShare)));
  }

  private async readDocuments({ question, documents = [] }: Turn, ownImages: number): ReturnType<typeof readDocuments> {
    if (documents.length === 0 || !this.context || this.options.signal.aborted)
      return { documents: [], pageImages: [], reports: [], plans: [] };
    const { counter, limits, documentCache, signal, onProgress } = this.options;
    const pageImagePixels = await this.pageImagePixels();
    return readDocuments(documents, {
      limits,
      question,
      ...(documentCache ? { cache: documentCache } : {}),
      budgetTokens: await this.left(this.context),
      counter,
      ...(pageImagePixels > 0 ? { pageImagePixels } : {}),
      imagesBefore: this.imagesBefore + ownImages,
      signal,
      onProgress,
    });
  }

  /** A question that brings nothing itself is about what there is already. */
  private async readMore(turn: Turn, earlier: readonly string[]): Promise<MoreOfDocuments> {
    const { partlyRead: partly, context, options } = this;
    const brings = (turn.images ?? []).length + (turn.documents ?? []).length > 0;
    const needsNone = brings || partly.length === 0 || asksNothing(turn.question);
    if (needsNone || !context || options.signal.aborted) return { documents: [], reports: [], partly };
    const { counter, limits } = options;
    const question = withContext(turn.question, earlier);
    return readMore(partly, { counter, limits, question, budgetTokens: await this.left(context) });
  }

  private async addImages(images: readonly DecodedImage[], slices: Slices = []): Promise<void> {
    if (!this.context) return;
    for (const { width, height } of images.flatMap((image, i): readonly Size[] => slices[i]?.pieces ?? [image])) {
      this.used += ((await this.options.counter.countImageTokens?.(width, height)) ?? 0) + imageFrameTokens;
    }
  }

  /** A conversation that is read again has all its images in memory at once. */
  private limitPixels(images: readonly DecodedImage[]): void {
    for (const { width, height } of images) this.pixels += width * height;
    if (this.pixels <= imageLimits.pixelsPerTurn) return;
    throw new BackendError('image_too_large', {
      kind: 'conversationPictures',
      pixels: this.pixels,
      most: imageLimits.pixelsPerTurn,
    });
  }

  private async pageImagePixels(): Promise<number> {
    if (!this.options.counter.countImageTokens) return 0;
    const { readWidth, readHeight } = await this.options.readSize(pageSize.width, pageSize.height);
    return readWidth * readHeight;
  }
}
