/** From lines anywhere on a picture to the order in which they are read. */
import type { TextLayer, TextLine } from '../textLayer.js';
import { blocksOf } from './blocks.js';
import { withChartValues } from './chartValues.js';
import { columnsOf, type Columns } from './columns.js';
import type { PlacedLine } from './placedLine.js';
import { inReadingOrder } from './readingOrder.js';
import { rowsOf } from './rows.js';

/**
 * Rows of a block are read from top to bottom, their cells from left to right; columns that have nothing to do with
 * each other one after the other.
 * @param lines in any order
 */
export function layOut(lines: readonly PlacedLine[]): TextLayer {
  let row = -1;
  return {
    lines: inReadingOrder(blocksOf(withChartValues(lines))).flatMap((block, index) => {
      const rows = rowsOf(block);
      const columns = columnsOf(rows);
      return rows.flatMap((cells, at) => {
        row += 1;
        return cells.map(({ text, box, whole, confidence, look }, i) => ({
          text,
          box: whole ?? box,
          confidence,
          ...(look === undefined ? {} : { look }),
          block: index,
          row,
          ...emptyCells(columns, at, i),
        }));
      });
    }),
  };
}

/** How many columns of a table have nothing between a cell and its neighbours. */
function emptyCells({ width, rows }: Columns, at: number, i: number): Pick<TextLine, 'emptyBefore' | 'emptyAfter'> {
  const row = rows[at];
  const column = row?.[i];
  if (row === undefined || column === undefined) return {};
  const emptyBefore = column - (row[i - 1] ?? -1) - 1;
  const emptyAfter = i === row.length - 1 ? width - 1 - column : 0;
  return { ...(emptyBefore > 0 ? { emptyBefore } : {}), ...(emptyAfter > 0 ? { emptyAfter } : {}) };
}
