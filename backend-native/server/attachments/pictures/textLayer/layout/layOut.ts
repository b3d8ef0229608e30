/** From lines anywhere on a picture to the order in which they are read. */
import type { TextLayer } from '../textLayer.js';
import { blocksOf } from './blocks.js';
import type { PlacedLine } from './placedLine.js';
import { inReadingOrder } from './readingOrder.js';
import { rowsOf } from './rows.js';

/**
 * Rows of a block are read from top to bottom, their cells from left to right; columns that have nothing to do with
 * each other one after the other.
 * @param lines in any order
 */
export function layOut(lines: readonly PlacedLine[]): TextLayer {
  let row = 0;
  return {
    lines: inReadingOrder(blocksOf(lines)).flatMap((block, index) =>
      rowsOf(block).flatMap((cells) => {
        row += 1;
        return cells.map(({ text, box, confidence, look }) => ({
          text,
          box,
          confidence,
          ...(look === undefined ? {} : { look }),
          block: index,
          row: row - 1,
        }));
      }),
    ),
  };
}
