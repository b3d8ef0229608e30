/** The words of a turn's pictures: which are read, and how much of them the model is given. */
import type { AskProgress } from '../../protocol/ask.js';
import type { ImageTextReport, ImageTextSetting } from '../../protocol/imageText.js';
import type { DecodedImage } from '../attachments/pictures/images.js';
import type { TextLayerReader } from '../attachments/pictures/textLayer/readTextLayer.js';
import { lookOfPicture, type PictureLook } from '../attachments/pictures/textLayer/pictureLook.js';
import { countWords, textOf, type TextLayer } from '../attachments/pictures/textLayer/textLayer.js';
import { fittingBeginning, shareBudget } from '../attachments/tokenBudget.js';
import type { TokenCounter } from '../attachments/tokenCounter.js';

export interface ImageTextOptions {
  readonly setting: ImageTextSetting;
  /**
   * Whether the model that comes with the package reads: it cannot read words in pictures, and was taught looks in
   * words.
   */
  readonly embedded: boolean;
  readonly reader: TextLayerReader;
  readonly readSize: (width: number, height: number) => Promise<{ readWidth: number; readHeight: number }>;
  readonly counter: TokenCounter;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Extract<AskProgress, { phase: 'imageText' }>) => void;
}

export interface ImageText {
  /** As the model gets it; empty for none. */
  readonly text: string;
  readonly report: ImageTextReport;
  /** Of a picture whose words were found, whether the model is given them or not. */
  readonly layer?: TextLayer;
  /** For the model that was taught looks in words. */
  readonly look?: PictureLook;
}

/**
 * Pixels, as the model sees it: lines that are less high are not read reliably. A line is some 1.4 times its font's
 * size.
 */
const readableLine = 9;
/** Of the words of a picture: more in lines that are too small, and the picture is not readable. */
const unreadableShare = 0.1;
/** A picture that keeps this share of its pixels is not shrunk but rounded to whole patches. */
const shrunkShare = 0.9;

/**
 * Never fails for what is in a picture: one without its words has a report that says why.
 * @returns one for each picture, in order; fewer when the signal was aborted
 */
export async function readImageTexts(images: readonly DecodedImage[], options: ImageTextOptions): Promise<ImageText[]> {
  const texts: ImageText[] = [];
  for (const [index, image] of images.entries()) {
    const progress = (done: number) => {
      options.onProgress({ phase: 'imageText', index, count: images.length, name: image.name, done });
    };
    const text = await readOne(image, options, progress);
    if (!text) break;
    texts.push(text);
  }
  return texts;
}

/**
 * Cuts texts at a line so that they take no more tokens together; what one does not need goes to the others.
 * @param frameTokens that stand around each text
 */
export async function fitImageTexts(
  texts: readonly ImageText[],
  budget: number,
  frameTokens: number,
  counter: TokenCounter,
): Promise<{ readonly texts: ImageText[]; readonly tokens: number }> {
  const wants = await Promise.all(
    texts.map(async ({ text }) => (text === '' ? 0 : (await counter.countTokens(text)) + frameTokens)),
  );
  const shares = shareBudget(wants, Math.max(0, budget));
  const fitted: ImageText[] = [];
  for (const [i, text] of texts.entries()) {
    const [want = 0, share = 0] = [wants[i], shares[i]];
    fitted.push(want <= share ? text : await cut(text, share - frameTokens, counter));
  }
  return { texts: fitted, tokens: wants.reduce((sum, want, i) => sum + Math.min(want, shares[i] ?? 0), 0) };
}

async function readOne(
  image: DecodedImage,
  options: ImageTextOptions,
  onProgress: (done: number) => void,
): Promise<ImageText | undefined> {
  const { setting, embedded, reader, readSize, signal } = options;
  if (setting === 'off') return without('off');
  const must = setting === 'on' || embedded;
  const { readWidth, readHeight } = must ? { readWidth: 0, readHeight: 0 } : await readSize(image.width, image.height);
  if (!must && readWidth * readHeight >= shrunkShare * image.width * image.height) return without('readable');
  const outcome = await reader.read(image, { signal, onProgress });
  if (outcome.status === 'cancelled') return undefined;
  if (outcome.status === 'none') return without(outcome.reason, outcome.detail);
  const { layer } = outcome;
  const found = { words: countWords(layer), lines: layer.lines.length };
  if (!must && isReadable(layer, readHeight / image.height))
    return { text: '', layer, report: { ...found, used: false, linesUsed: 0, reason: 'readable' } };
  const text = textOf(layer, { marks: embedded });
  const report = { ...found, used: true, linesUsed: layer.lines.length, reason: 'used' } as const;
  return { text, layer, report, ...(embedded ? { look: lookOfPicture(image, layer) } : {}) };
}

function isReadable(layer: TextLayer, scale: number): boolean {
  const small = layer.lines.filter(({ box }) => box[3] * scale < readableLine);
  return countWords({ lines: small }) <= unreadableShare * countWords(layer);
}

async function cut(imageText: ImageText, tokens: number, counter: TokenCounter): Promise<ImageText> {
  const beginning = await fittingBeginning(imageText.text, Math.max(0, tokens), (piece) => counter.countTokens(piece));
  // Whole lines: half a number is a wrong one.
  const text = beginning.slice(0, Math.max(0, beginning.lastIndexOf('\n'))).trimEnd();
  const { report } = imageText;
  if (text === '') return { ...imageText, text, report: { ...report, used: false, linesUsed: 0, reason: 'budget' } };
  return { ...imageText, text, report: { ...report, linesUsed: text.split(/\n+| \| /).length } };
}

function without(reason: ImageTextReport['reason'], detail = ''): ImageText {
  const report = { words: 0, lines: 0, used: false, linesUsed: 0, reason, ...(detail === '' ? {} : { detail }) };
  return { text: '', report };
}
