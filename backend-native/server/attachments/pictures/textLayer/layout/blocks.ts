/** What stands together: paragraphs, lists, code; and tables, whose columns are told by their rows. */
import { distance } from '../look.js';
import { boxAround, inOneRow, median, middle, right, type PlacedLine } from './placedLine.js';

/** As shares of the height of lines. */
const below = 0.9;
const beside = 1.6;
/** Lines of one block are of about one size. */
const otherSize = 1.6;
/** Of 0 to 255 a channel, all channels together: grounds of one colour. */
const sameGround = 24;
/** Of the lines of the column that has fewer, those that stand beside one of the other. */
const tableShare = 0.75;
/** Words of a line in a column of prose. */
const proseWords = 5;

export type Block = readonly PlacedLine[];

export function blocksOf(lines: readonly PlacedLine[]): Block[] {
  return joinTables(clusters(lines));
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
    const gap = Math.max(a.box[0], b.box[0]) - Math.min(right(a), right(b));
    return gap <= beside * low && distance(a.ground, b.ground) <= sameGround;
  }
  const shared = Math.min(right(a), right(b)) - Math.max(a.box[0], b.box[0]);
  // Boxes of lines that follow each other touch or overlap.
  return shared > 0 && b.box[1] - (a.box[1] + a.box[3]) <= below * low;
}

/** Columns whose lines stand side by side are read row by row. */
function joinTables(blocks: readonly Block[]): Block[] {
  let joined = [...blocks].sort((a, b) => leftOf(a) - leftOf(b));
  for (let again = true; again;) {
    again = false;
    for (let i = 0; i < joined.length && !again; i += 1) {
      for (let j = i + 1; j < joined.length && !again; j += 1) {
        const [a, b] = [joined[i], joined[j]];
        if (!a || !b || !areColumns(a, b, joined)) continue;
        joined = [...joined.slice(0, i), [...a, ...b], ...joined.slice(i + 1, j), ...joined.slice(j + 1)];
        again = true;
      }
    }
  }
  return joined;
}

function areColumns(a: Block, b: Block, all: readonly Block[]): boolean {
  const [boxA, boxB] = [boxAround(a.map(({ box }) => box)), boxAround(b.map(({ box }) => box))];
  if (boxA[1] + boxA[3] <= boxB[1] || boxB[1] + boxB[3] <= boxA[1]) return false;
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  const pairs = few.flatMap((line) => {
    const partner = many.find((other) => inOneRow(line, other));
    return partner ? [[line, partner] as const] : [];
  });
  if (pairs.length < tableShare * few.length) return false;
  // Some columns have gaps, but a column of one cell beside many rows is a remark, not a table.
  if (few.length < 0.4 * rowCount(many))
    return few.length === 1 && rowCount(many) <= 2 ? isFreeBetween(pairs, all, [a, b]) : false;
  // A list beside a page may stand in line with it by chance, but then not every line has its partner.
  const complete = pairs.length === few.length && few.length === many.length;
  const sameGrounds = pairs.filter(([one, other]) => distance(one.ground, other.ground) <= sameGround).length;
  if (!complete && sameGrounds < 0.7 * pairs.length) return false;
  if (few.length > 1 && isProse(a) && isProse(b)) return false;
  if (few.length > 1 && few.length < 4 && areCards(a, b)) return false;
  return isFreeBetween(pairs, all, [a, b]);
}

function rowCount(block: Block): number {
  return new Set(block.map((line) => Math.round(middle(line) / Math.max(1, 0.8 * line.box[3])))).size;
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
function isFreeBetween(
  pairs: readonly (readonly [PlacedLine, PlacedLine])[],
  all: readonly Block[],
  but: readonly Block[],
): boolean {
  const others = all.filter((block) => !but.includes(block)).flat();
  const blocked = pairs.filter(([one, other]) => {
    const [left, far] = one.box[0] <= other.box[0] ? [one, other] : [other, one];
    return others.some((line) => inOneRow(line, left) && line.box[0] >= right(left) && right(line) <= far.box[0]);
  });
  return blocked.length <= 0.3 * pairs.length;
}

function leftOf(block: Block): number {
  return Math.min(...block.map(({ box }) => box[0]));
}
