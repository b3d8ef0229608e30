/** The columns of a table, so that a cell that is missing in the middle of a row is not taken for its neighbour. */
import { right, type PlacedLine } from './placedLine.js';

/** With fewer cells a row is a label and its value. */
const fewestCells = 3;

/** From where to where a column stands, in pixels. */
export type Span = readonly [left: number, right: number];

export interface Columns {
  /** How many there are; 0 for what is no table. */
  readonly width: number;
  /** For each row the column of each of its cells, from 0; undefined for rows that are no rows of the table. */
  readonly rows: readonly (readonly number[] | undefined)[];
}

/**
 * The row with the most cells, which is the head where there is one, tells where the columns are; a cell belongs to the
 * one that it stands under. Where a cell stands under none or two of them, the block is no table.
 * @param rows from top to bottom, cells from left to right
 */
export function columnsOf(rows: readonly (readonly PlacedLine[])[]): Columns {
  const none: Columns = { width: 0, rows: rows.map(() => undefined) };
  const most = Math.max(0, ...rows.map((row) => row.length));
  const fullest = rows.find((row) => row.length === most);
  if (!fullest || most < fewestCells) return none;
  const spans = fullest.map((cell): [left: number, right: number] => [cell.box[0], right(cell)]);
  const columns: (readonly number[] | undefined)[] = [];
  for (const row of rows) {
    if (row.length < fewestCells) {
      columns.push(undefined);
      continue;
    }
    const found = columnsUnder(row, spans);
    if (!found) return none;
    for (const [i, cell] of row.entries()) {
      const span = spans[found[i] ?? 0];
      if (span) [span[0], span[1]] = [Math.min(span[0], cell.box[0]), Math.max(span[1], right(cell))];
    }
    columns.push(found);
  }
  return { width: most, rows: columns };
}

/** For each cell the only column that it stands under, from left to right; undefined where one stands under none. */
export function columnsUnder(cells: readonly PlacedLine[], spans: readonly Span[]): number[] | undefined {
  const under = cells.map((cell) => onlyColumn(cell, spans));
  if (under.some((column, i) => column === undefined || (i > 0 && column <= (under[i - 1] ?? -1)))) return undefined;
  return under.flatMap((column) => column ?? []);
}

function onlyColumn(cell: PlacedLine, spans: readonly Span[]): number | undefined {
  const under = spans.flatMap(([left, end], i) =>
    Math.min(end, right(cell)) > Math.max(left, cell.box[0]) ? [i] : [],
  );
  return under.length === 1 ? under[0] : undefined;
}
