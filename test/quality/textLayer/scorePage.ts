/** How much of what is written on a page was read, to the letter and in order. */
import type { TextLayer } from '../../../backend-native/server/attachments/pictures/textLayer/textLayer.js';
import type { RenderedPage, TrueWord } from './renderPage.js';

export interface ScoredWord extends TrueWord {
  /** To the letter, and in order within what is read on its own. */
  readonly right: boolean;
}

export interface PageScore {
  readonly words: readonly ScoredWord[];
  /** Words that are right and in order over the whole page, blocks included. */
  readonly inPageOrder: number;
}

/** Pixels that a line may stick out of its block. */
const margin = 6;

export function scorePage({ blocks }: Pick<RenderedPage, 'blocks'>, layer: TextLayer): PageScore {
  const words = blocks.flatMap((block) => {
    const [left, top, width, height] = block.box;
    const inside = layer.lines.filter(({ box }) => {
      const [x, y] = [box[0] + box[2] / 2, box[1] + box[3] / 2];
      return x >= left - margin && x <= left + width + margin && y >= top - margin && y <= top + height + margin;
    });
    const found = commonWords(textsOf(block.words), wordsOf(inside));
    return block.words.map((word, i) => ({ ...word, right: found.has(i) }));
  });
  const all = commonWords(textsOf(blocks.flatMap((block) => block.words)), wordsOf(layer.lines));
  return { words, inPageOrder: all.size };
}

function textsOf(words: readonly TrueWord[]): string[] {
  return words.map(({ text }) => plain(text));
}

function wordsOf(lines: TextLayer['lines']): string[] {
  return lines.flatMap(({ text }) => plain(text).split(/\s+/).filter(Boolean));
}

/** Quotation marks of all shapes are one: which was meant cannot be seen at these sizes. */
function plain(text: string): string {
  return text.replace(/[“”„]/g, '"').replace(/[‘’]/g, "'");
}

/** @returns the places in `truth` of a longest common subsequence */
export function commonWords(truth: readonly string[], read: readonly string[]): Set<number> {
  const rows = Array.from({ length: truth.length + 1 }, () => new Uint16Array(read.length + 1));
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let i = truth.length - 1; i >= 0; i -= 1) {
    const row = rows[i];
    if (!row) continue;
    for (let j = read.length - 1; j >= 0; j -= 1)
      row[j] = truth[i] === read[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const found = new Set<number>();
  for (let i = 0, j = 0; i < truth.length && j < read.length;) {
    if (truth[i] === read[j]) {
      found.add(i);
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return found;
}
