/** Pictures with boxes around words: pure, so that it can be tested without a page. */
import type { PanelRequests } from '../protocol/messages.js';
import type { WhereView } from '../protocol/state.js';

export interface BoxedPicture {
  readonly attachmentId: string;
  readonly page?: number;
  /** Of the picture, in the pixels of the boxes. */
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Pick<WhereView, 'box' | 'text'>[];
  /** As it is copied. */
  readonly text: string;
  /** Why there are no words; empty when there are. */
  readonly note: string;
}

/** The lines of an answer, picture by picture, in the order in which they are named. */
export function picturesOf(where: readonly WhereView[]): BoxedPicture[] {
  const pictures = new Map<string, WhereView[]>();
  for (const line of where) {
    const key = `${line.attachmentId} ${line.page ?? ''}`;
    pictures.set(key, [...(pictures.get(key) ?? []), line]);
  }
  return [...pictures.values()].flatMap((lines) => {
    const [first] = lines;
    if (!first) return [];
    const { attachmentId, page, width, height } = first;
    return [
      {
        attachmentId,
        ...(page !== undefined && { page }),
        width,
        height,
        boxes: lines,
        text: lines.map(({ text }) => text).join('\n'),
        note: '',
      },
    ];
  });
}

/** All that is written in one picture, or on one page of a document. */
export function wordsOf(
  attachmentId: string,
  { width, height, lines, text, note }: NonNullable<PanelRequests['imageText']['result']>,
  page?: number,
): BoxedPicture {
  return { attachmentId, ...(page !== undefined && { page }), width, height, boxes: lines, text, note };
}
