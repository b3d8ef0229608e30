import { inOneRow, middle, type PlacedLine } from './placedLine.js';

export type Block = readonly PlacedLine[];

/** Blocks while they are joined, and which of them share rows. */
export class BlocksInRows {
  private readonly blockOf = new Map<PlacedLine, Block>();
  /** From top to bottom. */
  private readonly lines: readonly PlacedLine[];

  constructor(blocks: readonly Block[]) {
    for (const block of blocks) for (const line of block) this.blockOf.set(line, block);
    this.lines = blocks.flat().sort((a, b) => middle(a) - middle(b));
  }

  get all(): Block[] {
    return [...new Set(this.blockOf.values())];
  }

  has(block: Block): boolean {
    return block[0] !== undefined && this.blockOf.get(block[0]) === block;
  }

  /** @returns the new one, which has the lines of the first and then those of the other */
  join(block: Block, other: Block): Block {
    const joined = [...block, ...other];
    for (const line of joined) this.blockOf.set(line, joined);
    return joined;
  }

  /** The others that have a line in a row of the block. */
  beside(block: Block): Block[] {
    const beside = new Set(block.flatMap((line) => this.inRowOf(line)).map((line) => this.blockOf.get(line) ?? block));
    beside.delete(block);
    return [...beside];
  }

  /** Whether a line stands between two that stand in one row, left and right, and is of neither's block. */
  isBetween(left: PlacedLine, far: PlacedLine): boolean {
    const end = left.box[0] + left.box[2];
    const own = [this.blockOf.get(left), this.blockOf.get(far)];
    return this.inRowOf(left).some(
      (line) => line.box[0] >= end && line.box[0] + line.box[2] <= far.box[0] && !own.includes(this.blockOf.get(line)),
    );
  }

  private inRowOf(line: PlacedLine): PlacedLine[] {
    const [from, to] = [middle(line) - line.box[3], middle(line) + line.box[3]];
    const found: PlacedLine[] = [];
    for (let i = this.firstFrom(from); i < this.lines.length; i += 1) {
      const other = this.lines[i];
      if (!other || middle(other) > to) break;
      if (inOneRow(line, other)) found.push(other);
    }
    return found;
  }

  /** The index of the first line whose middle is at `y` or below it. */
  private firstFrom(y: number): number {
    let [low, high] = [0, this.lines.length];
    while (low < high) {
      const at = (low + high) >> 1;
      const line = this.lines[at];
      if (line && middle(line) < y) low = at + 1;
      else high = at;
    }
    return low;
  }
}
