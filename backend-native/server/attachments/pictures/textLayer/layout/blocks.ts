/** What stands together: paragraphs, lists, code; and tables, whose columns are told by their rows. */
import { distance } from '../look.js';
import { BlocksInRows, type Block } from './blocksInRows.js';
import { boxAround, inOneRow, median, middle, right, type PlacedLine } from './placedLine.js';
import { rowsOf } from './rows.js';
import { stackRows } from './stackedRows.js';

/** As shares of the height of lines. */
const below = 0.9;
const beside = 1.6;
/** As a share of its height: how long a line is that one indented under it does not overlap. */
const short = 2.5;
/** Lines of one block are of about one size. */
const otherSize = 1.6;
/** Of 0 to 255 a channel, all channels together: grounds of one colour. */
const sameGround = 24;
/** Of the lines of the column that has fewer, those that stand beside one of the other. */
const tableShare = 0.75;
/** Of the rows of the column that has more, those that the other has. */
const tableRows = 0.8;
/** As a share of the lower of two lines: how far apart their middles may be for both to stand in one row of a text. */
const level = 0.16;
/** As a share of the height of lines: a row goes on at most so far away, somewhere in what goes on. */
const nearRow = 2.5;
/** As a share of the height of lines: how far apart the edges of cells of one column may be. */
const flush = 0.35;
/** Fewer rows that agree may do so by chance. */
const rowsOfTable = 3;
/** As a share of the widest space between cells: how wide the next may be. */
const otherSpace = 1.2;
/** Words of a line in a column of prose. */
const proseWords = 5;

/** Lines of one block, each with the one of another that it stands beside. */
type Pairs = readonly (readonly [PlacedLine, PlacedLine])[];

export function blocksOf(lines: readonly PlacedLine[]): Block[] {
  return stackRows(joinRows(joinTables(stackRows(joinTables(clusters(lines))))));
}

function clusters(lines: readonly PlacedLine[]): Block[] {
  const sorted = [...lines].sort((a, b) => a.box[1] - b.box[1]);
  const group = sorted.map((_, i) => i);
  const rootOf = (i: number): number => {
    let root = i;
    while (group[root] !== root) root = group[root] ?? root;
    return root;
  };
  for (const [i, a] of sorted.entries()) {
    for (let j = i + 1; j < sorted.length; j += 1) {
      const b = sorted[j];
      if (!b || b.box[1] > a.box[1] + a.box[3] * (2 + below)) break;
      if (standTogether(a, b)) group[rootOf(j)] = rootOf(i);
    }
  }
  const blocks = new Map<number, PlacedLine[]>();
  for (const [i, line] of sorted.entries()) {
    const root = rootOf(i);
    blocks.set(root, [...(blocks.get(root) ?? []), line]);
  }
  return [...blocks.values()];
}

/** @param a the one whose top is not below that of b */
function standTogether(a: PlacedLine, b: PlacedLine): boolean {
  const [low, high] = [Math.min(a.box[3], b.box[3]), Math.max(a.box[3], b.box[3])];
  if (high > otherSize * low) return false;
  if (inOneRow(a, b)) {
    return gapBetween(a, b) <= beside * low && distance(a.ground, b.ground) <= sameGround;
  }
  // Boxes of lines that follow each other touch or overlap.
  if (b.box[1] - (a.box[1] + a.box[3]) > below * low) return false;
  return gapBetween(a, b) < 0 || isIndented(a, b, low);
}

/** Whether one of two lines is as short as a brace in code, and the other, which is indented, stands beside its end. */
function isIndented(a: PlacedLine, b: PlacedLine, height: number): boolean {
  const shorter = Math.min(a.box[2], b.box[2]);
  return shorter <= short * height && gapBetween(a, b) <= beside * height && distance(a.ground, b.ground) <= sameGround;
}

/** Columns whose lines stand side by side are read row by row. */
function joinTables(blocks: readonly Block[]): Block[] {
  return join(blocks, (a, b) => leftOf(a) - leftOf(b), areColumns);
}

/**
 * Joins blocks that belong together until none do.
 * @param order in which they are tried
 * @param belong is given the earlier one first
 */
function join(
  blocks: readonly Block[],
  order: (a: Block, b: Block) => number,
  belong: (a: Block, b: Block, page: BlocksInRows) => boolean,
): Block[] {
  const page = new BlocksInRows(blocks);
  const inOrder = (a: Block, b: Block) => (order(a, b) <= 0 ? ([a, b] as const) : ([b, a] as const));
  for (let again = true; again;) {
    again = false;
    for (const first of page.all.sort(order)) {
      let block = first;
      while (page.has(block)) {
        const pairs = page
          .beside(block)
          .sort(order)
          .map((other) => inOrder(block, other));
        const pair = pairs.find(([a, b]) => belong(a, b, page));
        if (!pair) break;
        block = page.join(...pair);
        again = true;
      }
    }
  }
  return page.all;
}

function areColumns(a: Block, b: Block, page: BlocksInRows): boolean {
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  const pairs = few.flatMap((line) => {
    const partner = many.find((other) => inOneRow(line, other));
    return partner ? [[line, partner] as const] : [];
  });
  if (pairs.length < tableShare * few.length) return false;
  // Some columns have gaps, but a column of one cell beside many rows is a remark, not a table.
  const [rows, rowsOfMany] = [rowCount(few), rowCount(many)];
  if (few.length < 0.4 * rowsOfMany) return few.length === 1 && rowsOfMany <= 2 ? isFreeBetween(pairs, page) : false;
  // A list beside a page may stand in line with it by chance, but then not every row has its partner. A heading above
  // one of them has none either.
  const complete =
    pairs.length === few.length && (rows === rowsOfMany || rows >= Math.max(rowsOfTable, tableRows * rowsOfMany));
  const sameGrounds = pairs.filter(([one, other]) => distance(one.ground, other.ground) <= sameGround).length;
  if (!complete && sameGrounds < 0.7 * pairs.length) return false;
  if (few.length > 1 && isProse(a) && isProse(b)) return false;
  if (few.length > 1 && few.length < 4 && areCards(a, b)) return false;
  return isFreeBetween(pairs, page);
}

/**
 * Where rows of a column are empty, what stands in the others falls apart into small blocks. Each of them is read with
 * the rows that it stands in.
 */
function joinRows(blocks: readonly Block[]): Block[] {
  return join(blocks, (a, b) => a.length - b.length, standInRows);
}

/** Whether all lines of the smaller block continue rows of the other, so near that they belong together. */
function standInRows(a: Block, b: Block, page: BlocksInRows): boolean {
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  if (isProse(few) && isProse(many)) return false;
  const isOfColumns = standsInColumns(few, many);
  // In a column of its own ground, a cell may be a button or a mark on another.
  const pairs = rowPairs(few, many, isOfColumns ? inOneRow : isLevelOnOneGround);
  if (pairs && !isFreeBetween(pairs, page)) return false;
  const gaps = pairs?.map(([line, other]) => gapBetween(line, other) / Math.min(line.box[3], other.box[3])) ?? [];
  if (pairs && (isOfColumns || Math.min(...gaps) <= nearRow || isWithin(few, many))) return true;
  const column = page
    .beside(many)
    .filter((other) => isFlush(other[0], few[0]))
    .flat();
  if (pairs && isSpacedAlike(rowPairs(column, many, isLevelOnOneGround) ?? [], many)) return true;
  const joinedBefore = many.filter((line) => isFlush(line, few[0]));
  return areLabels([...column, ...joinedBefore], many, page);
}

/**
 * Labels of fields: in blocks of their own where they stand far apart, but one in nearly every row. What has no field
 * is a heading above them.
 */
function areLabels(lines: Block, fields: Block, page: BlocksInRows): boolean {
  const pairs = lines.flatMap((label) => {
    const beside = fields.filter((field) => inOneRow(label, field) && gapBetween(label, field) > 0);
    const field = beside.sort((a, b) => gapBetween(label, a) - gapBetween(label, b))[0];
    return field ? [[label, field] as const] : [];
  });
  const rows = rowCount(pairs.map(([label]) => label));
  return rows >= Math.max(rowsOfTable, tableRows * rowCount(fields)) && isFreeBetween(pairs, page);
}

/** Each line with the nearest of the other block that stands in its row; undefined where one stands in none. */
function rowPairs(few: Block, many: Block, isOfRow: typeof inOneRow): Pairs | undefined {
  const pairs: [PlacedLine, PlacedLine][] = [];
  for (const line of few) {
    const row = many.filter((other) => isOfRow(line, other));
    const nearest = row.sort((a, b) => gapBetween(line, a) - gapBetween(line, b))[0];
    if (!nearest) return undefined;
    pairs.push([line, nearest]);
  }
  return pairs;
}

function isWithin(few: Block, many: Block): boolean {
  const [left, top, width, height] = boxAround(many.map(({ box }) => box));
  const [x, y, across, down] = boxAround(few.map(({ box }) => box));
  return x >= left && y >= top && x + across <= left + width && y + down <= top + height;
}

/** Whether each line stands under or above a cell of the other's rows, as the rest of a column that has a gap does. */
function standsInColumns(few: Block, many: Block): boolean {
  return few.every((line) =>
    many.some(
      (cell) =>
        isFlush(line, cell) &&
        many.some((other) => other !== cell && isLevel(cell, other) && gapBetween(cell, other) > 0),
    ),
  );
}

function isFlush(a: PlacedLine | undefined, b: PlacedLine | undefined): boolean {
  if (!a || !b) return false;
  const most = flush * Math.min(a.box[3], b.box[3]);
  return Math.abs(a.box[0] - b.box[0]) <= most || Math.abs(right(a) - right(b)) <= most;
}

/** Whether at least three rows of a table go on about as far from it as its cells are from each other. */
function isSpacedAlike(pairs: Pairs, table: Block): boolean {
  const cells = new Set(pairs.map(([, cell]) => cell));
  const [left, , width] = boxAround(table.map(({ box }) => box));
  const [from, , across] = boxAround(pairs.map(([{ box }]) => box));
  const away = Math.max(left, from) - Math.min(left + width, from + across);
  return (
    cells.size >= rowsOfTable &&
    [...cells].every((cell) => {
      const row = table.filter((other) => isLevel(cell, other)).sort((a, b) => a.box[0] - b.box[0]);
      const gaps = row.slice(1).map((next, i) => gapBetween(row[i] ?? next, next));
      return gaps.length >= 2 && away <= otherSpace * Math.max(...gaps);
    })
  );
}

/** Whether two lines stand on one base line, which lines of unrelated columns seldom do. */
function isLevel(a: PlacedLine, b: PlacedLine): boolean {
  const [low, high] = [Math.min(a.box[3], b.box[3]), Math.max(a.box[3], b.box[3])];
  return high <= otherSize * low && Math.abs(middle(a) - middle(b)) <= level * low;
}

function isLevelOnOneGround(a: PlacedLine, b: PlacedLine): boolean {
  return isLevel(a, b) && distance(a.ground, b.ground) <= sameGround;
}

function gapBetween(a: PlacedLine, b: PlacedLine): number {
  return Math.max(a.box[0], b.box[0]) - Math.min(right(a), right(b));
}

function rowCount(block: Block): number {
  return rowsOf(block).length;
}

function isProse(block: Block): boolean {
  return median(block.map(({ text }) => text.split(' ').length)) >= proseWords;
}

/** Tiles with a label and a large number are read tile by tile: sizes change from line to line, and alike in both. */
function areCards(a: Block, b: Block): boolean {
  const varies = (block: Block) => {
    const heights = block.map(({ box }) => box[3]);
    return Math.max(...heights) > 1.25 * Math.min(...heights);
  };
  return varies(a) && varies(b);
}

/** Whether nothing else stands between the partners of the rows. */
function isFreeBetween(pairs: Pairs, page: BlocksInRows): boolean {
  const blocked = pairs.filter(([one, other]) => {
    const [left, far] = one.box[0] <= other.box[0] ? [one, other] : [other, one];
    return page.isBetween(left, far);
  });
  return blocked.length <= 0.3 * pairs.length;
}

function leftOf(block: Block): number {
  return Math.min(...block.map(({ box }) => box[0]));
}
