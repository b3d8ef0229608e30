import { boxAround, inOneRow, median, middle, right, type PlacedLine } from './placedLine.js';

/** Pieces of a row with less between them, as a share of their height, are words of one line and not cells. */
const wordGap = 0.72;

/** @returns rows from top to bottom, cells from left to right */
export function rowsOf(lines: readonly PlacedLine[]): PlacedLine[][] {
  const rows: PlacedLine[][] = [];
  for (const line of [...lines].sort((a, b) => middle(a) - middle(b))) {
    const row = rows.at(-1);
    // Against the middle of the row, so that one does not creep into the next.
    if (
      row &&
      Math.abs(median(row.map(middle)) - middle(line)) <
        0.5 * Math.min(line.box[3], median(row.map((cell) => cell.box[3])))
    )
      row.push(line);
    else rows.push([line]);
  }
  return rows.map((row) => joinWords(row.sort((a, b) => a.box[0] - b.box[0])));
}

function joinWords(row: readonly PlacedLine[]): PlacedLine[] {
  const cells: PlacedLine[] = [];
  for (const line of row) {
    const last = cells.at(-1);
    if (last && isNextWord(last, line)) cells[cells.length - 1] = together(last, line);
    else cells.push(line);
  }
  return cells;
}

function isNextWord(a: PlacedLine, b: PlacedLine): boolean {
  const height = Math.min(a.box[3], b.box[3]);
  return a.look === b.look && inOneRow(a, b) && b.box[0] - right(a) <= wordGap * height;
}

function together(a: PlacedLine, b: PlacedLine): PlacedLine {
  const share = a.text.length / Math.max(1, a.text.length + b.text.length);
  return {
    ...a,
    text: `${a.text} ${b.text}`,
    box: boxAround([a.box, b.box]),
    ...(a.whole || b.whole ? { whole: boxAround([a.whole ?? a.box, b.whole ?? b.box]) } : {}),
    confidence: a.confidence * share + b.confidence * (1 - share),
  };
}
