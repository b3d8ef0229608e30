import type { AskResult, DocumentReport, ImageReport, KvReport } from './ask.js';

/** What a reader of the answer alone would not know: nothing is shrunk, left out or cut silently. Each client has its words. */
export type AnswerNote =
  | { readonly kind: 'shrunk'; readonly image: ImageReport }
  | { readonly kind: 'document'; readonly document: DocumentReport }
  /** What was asked about is of a kind that the embedded model often gets wrong. */
  | { readonly kind: 'beyondEmbedded'; readonly what: 'document' | 'image' }
  | { readonly kind: 'cut'; readonly by: 'length' | 'context' };

/** An image read at fewer than this share of its pixels was shrunk; less is rounding to whole patches. */
const shrunkShare = 0.9;

/** Its card names 192 x 96 pixels as the most that it reads best; a screenshot a little larger is not worth a warning. */
const embeddedPixels = 256 * 128;

/** @param embedded whether the model that comes with the package answered */
export function answerNotes(result: AskResult, embedded: boolean): AnswerNote[] {
  return [
    ...(embedded ? beyondEmbedded(result) : []),
    // The pages of a document are rendered at the size at which they are read.
    ...result.images
      .filter(
        ({ document, width, height, readWidth, readHeight }) =>
          !document && readWidth * readHeight < shrunkShare * width * height,
      )
      .map((image) => ({ kind: 'shrunk' as const, image })),
    ...result.documents
      .filter(({ complete, note }) => !complete || note !== '')
      .map((document) => ({ kind: 'document' as const, document })),
    ...(result.stop === 'length' || result.stop === 'context' ? [{ kind: 'cut' as const, by: result.stop }] : []),
  ];
}

/** Whether the ratio that a report tells is one that auto chose: a cache may also be left full for another reason, which is its note. */
export function autoChose({ ratioChoice, compressed, note }: KvReport): boolean {
  return ratioChoice !== 'asked' && (compressed || note === '');
}

function beyondEmbedded({ documents, images }: AskResult): AnswerNote[] {
  if (documents.length > 0) return [{ kind: 'beyondEmbedded', what: 'document' }];
  return images.some(({ width, height }) => width * height > embeddedPixels)
    ? [{ kind: 'beyondEmbedded', what: 'image' }]
    : [];
}
