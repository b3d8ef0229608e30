/** Rows of a table that stand far apart, so that each is a block of its own. */
import type { Block } from './blocksInRows.js';
import { columnsUnder, type Span } from './columns.js';
import { boxAround, median, middle, right, type PlacedLine } from './placedLine.js';
import { rowsOf } from './rows.js';

/** As a share of the height of lines: how far below a row the next of its table may stand. */
const nextRow = 2.6;
/** Lines of a table are of about one size. */
const otherSize = 1.6;
/** As a share of the distance between two rows: how far from each other two others of their table may be. */
const otherDistance = 2;
/** Of fewer cells the edges have to agree. */
const fewestCells = 3;
/** As a share of the height of lines: how far apart edges, or middles, of cells of one column may be. */
const flush = 0.35;

interface Placed {
  readonly block: Block;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
  readonly height: number;
  /** The row with the most cells. */
  readonly cells: readonly PlacedLine[];
  /** Middles of its rows of several cells, from top to bottom. */
  readonly rows: readonly number[];
}

/** Joins blocks whose cells stand in the columns of the block above, with nothing between the two. */
export function stackRows(blocks: readonly Block[]): Block[] {
  const placed = blocks.map(place).sort((a, b) => a.top - b.top);
  const tables = new Map<Placed, PlacedLine[]>(placed.map((each) => [each, [...each.block]]));
  for (const [i, below] of placed.entries()) {
    const above = nearestAbove(placed.slice(0, i), below);
    if (!above || !continues(above, below)) continue;
    const table = tables.get(above);
    const own = tables.get(below);
    if (!table || !own) continue;
    table.push(...own);
    tables.set(below, table);
  }
  return [...new Set(tables.values())];
}

function place(block: Block): Placed {
  const [left, top, width, height] = boxAround(block.map(({ box }) => box));
  const rows = rowsOf(block);
  const most = Math.max(...rows.map((row) => row.length));
  return {
    block,
    top,
    bottom: top + height,
    left,
    right: left + width,
    height: median(block.map(({ box }) => box[3])),
    cells: rows.find((row) => row.length === most) ?? [],
    rows: rows.filter((row) => row.length > 1).map((row) => median(row.map(middle))),
  };
}

/** The lowest of those that begin above a block and share columns of pixels with it. */
function nearestAbove(earlier: readonly Placed[], below: Placed): Placed | undefined {
  let nearest: Placed | undefined;
  for (const each of earlier)
    if (Math.min(each.right, below.right) > Math.max(each.left, below.left) && each.bottom > (nearest?.bottom ?? 0))
      nearest = each;
  return nearest;
}

function continues(above: Placed, below: Placed): boolean {
  const low = Math.min(above.height, below.height);
  if (Math.max(above.height, below.height) > otherSize * low) return false;
  if (Math.abs(below.top - above.bottom) > nextRow * low || !isSpacedAlike(above, below)) return false;
  const [few, many] = above.cells.length <= below.cells.length ? [above, below] : [below, above];
  const spans = many.cells.map((cell): Span => [cell.box[0], right(cell)]);
  if (few.cells.length < 2 || !columnsUnder(few.cells, spans)) return false;
  return (
    many.cells.length >= fewestCells || few.cells.every((cell) => many.cells.some((other) => isFlush(cell, other)))
  );
}

function isFlush(a: PlacedLine, b: PlacedLine): boolean {
  const most = flush * Math.min(a.box[3], b.box[3]);
  const [left, end] = [a.box[0] - b.box[0], right(a) - right(b)];
  return Math.abs(left) <= most || Math.abs(end) <= most || Math.abs(left + end) <= 2 * most;
}

/** Labels with their values below them, as forms have them, stand nearer to each other than to the next labels. */
function isSpacedAlike(above: Placed, below: Placed): boolean {
  const between = (below.rows[0] ?? below.top) - (above.rows.at(-1) ?? above.bottom);
  const inside = [above, below].flatMap(({ rows }) => rows.slice(1).map((row, i) => row - (rows[i] ?? row)));
  return inside.every((distance) => between <= otherDistance * distance);
}
