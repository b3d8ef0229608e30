import type { ImageTextReport } from './imageText.js';
import type { AskResult, DocumentReport, ImageReport, KvReport } from './ask.js';
import type { ModelInfo } from './model.js';
import type { PictureNote } from './pictureNotes.js';

/**
 * What a reader of the answer alone would not know: nothing is shrunk, left out or cut silently. Each client has its
 * words.
 */
export type AnswerNote =
  | { readonly kind: 'shrunk'; readonly image: ImageReport }
  | { readonly kind: 'document'; readonly document: DocumentReport }
  /** Words of the answer are in none of the pictures that were read. */
  | { readonly kind: 'nowhere' }
  /** They were told beside the question of what the pixels show, which no text of a picture says. */
  | { readonly kind: 'pixels'; readonly told: string }
  /** A picture went to the model without its words, or with a part of them. */
  | { readonly kind: 'imageText'; readonly image: ImageReport; readonly text: ImageTextReport }
  /** Which part of a picture was read, and how. */
  | { readonly kind: 'picture'; readonly image: ImageReport; readonly note: PictureNote }
  /** The tiny model answered in the embedded one's place. */
  | { readonly kind: 'standIn'; readonly missing: readonly string[] }
  /** The model began a call of a tool that is none. */
  | { readonly kind: 'toolCallBroken' }
  | { readonly kind: 'cut'; readonly by: 'length' | 'context' }
  /** The answer went in circles and was ended. */
  | { readonly kind: 'repetition' }
  /** The reasoning used up its tokens, or went in circles, and was ended. */
  | { readonly kind: 'reasoningCut'; readonly tokens: number };

/** An image read at fewer than this share of its pixels was shrunk; less is rounding to whole patches. */
const shrunkShare = 0.9;

/** @param model that answered */
export function answerNotes(result: AskResult, { standIn }: Pick<ModelInfo, 'standIn'>): AnswerNote[] {
  return [
    ...(standIn ? [{ kind: 'standIn' as const, missing: standIn.missing }] : []),
    // The pages of a document are rendered at the size at which they are read.
    ...result.images
      .filter(
        ({ document, width, height, readWidth, readHeight }) =>
          !document && readWidth * readHeight < shrunkShare * width * height,
      )
      .map((image) => ({ kind: 'shrunk' as const, image })),
    ...result.images.flatMap((image) =>
      image.text && isWorthTelling(image.text) ? [{ kind: 'imageText' as const, image, text: image.text }] : [],
    ),
    ...nowhereNote(result),
    ...result.images.flatMap((image) => (image.notes ?? []).map((note) => ({ kind: 'picture' as const, image, note }))),
    ...result.documents
      .filter(({ complete, note }) => !complete || note !== '')
      .map((document) => ({ kind: 'document' as const, document })),
    ...(result.reasoningCut ? [{ kind: 'reasoningCut' as const, tokens: result.reasoningTokens }] : []),
    ...(result.stop === 'repetition' ? [{ kind: 'repetition' as const }] : []),
    ...(result.toolCallBroken ? [{ kind: 'toolCallBroken' as const }] : []),
    ...(result.stop === 'length' || result.stop === 'context' ? [{ kind: 'cut' as const, by: result.stop }] : []),
  ];
}

/** What a document says is not looked for in pictures. */
function nowhereNote({ answer, whereNone, documents, looks = [] }: AskResult): AnswerNote[] {
  if (whereNone !== 'nowhere' || documents.length > 0) return [];
  const words = wordsOf(answer);
  // The last that tells it is a whole sentence.
  const told = looks.findLast((line) => words.every((word) => wordsOf(line).includes(word)));
  return told === undefined ? [{ kind: 'nowhere' }] : [{ kind: 'pixels', told }];
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * Of the documents of a conversation, oldest first, what is true in the end: a report of what a follow-up read of an
 * earlier one stands in the place of that.
 */
export function lastReports(reports: readonly DocumentReport[]): DocumentReport[] {
  return reports.filter(
    (report, i) =>
      !reports
        .slice(i + 1)
        .some(
          ({ ofEarlierTurn, name, characters }) =>
            ofEarlierTurn === true && name === report.name && characters === report.characters,
        ),
  );
}

/** Not: what the setting says, or that there is nothing to read. */
function isWorthTelling({ reason, lines, linesUsed }: ImageTextReport): boolean {
  if (reason === 'used') return linesUsed < lines;
  return reason !== 'off' && reason !== 'readable' && reason !== 'nothing';
}

/**
 * Whether the ratio that a report tells is one that auto chose: a cache may also be left full for another reason, which
 * is its note.
 */
export function autoChose({ ratioChoice, compressed, note }: KvReport): boolean {
  return ratioChoice !== 'asked' && (compressed || note === '');
}
