/** Where in the pictures of a conversation the words of an answer are. */
import type { AskResult } from '../../protocol/ask.js';
import { hasContent, whereAnswer } from '../attachments/pictures/textLayer/whereAnswer.js';
import type { TextLayer } from '../attachments/pictures/textLayer/textLayer.js';
import type { ImageText } from './imageTexts.js';

/** Of one turn: a picture each, in order; undefined for one that was not read or holds no text. */
export type TurnLayers = readonly (TextLayer | undefined)[];

export function layersOf(texts: readonly ImageText[]): TurnLayers {
  return texts.map(({ layer }) => layer);
}

/** @param turns every turn of the conversation, oldest first; the last is the one that was answered */
export function whereOf(
  answer: string,
  question: string,
  turns: readonly TurnLayers[],
): Pick<AskResult, 'where' | 'whereNone'> {
  const pictures = turns.flatMap((layers, turn) =>
    layers.flatMap((layer, image) => (layer ? [{ layer, image, turnsAgo: turns.length - 1 - turn }] : [])),
  );
  if (pictures.length === 0) return { where: [], whereNone: 'notRead' };
  if (!hasContent(answer)) return { where: [], whereNone: 'noWords' };
  const found = whereAnswer(
    answer,
    question,
    pictures.map(({ layer }) => layer),
  );
  if (found.length === 0) return { where: [], whereNone: 'nowhere' };
  return {
    where: found.flatMap(({ layer, line: { box, text } }) => {
      const picture = pictures[layer];
      return picture ? [{ image: picture.image, turnsAgo: picture.turnsAgo, box, text }] : [];
    }),
  };
}
