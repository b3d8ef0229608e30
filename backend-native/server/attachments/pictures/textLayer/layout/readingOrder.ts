/** Orders blocks as they are read: by cuts through what is free between them, columns before rows where both can be. */
import type { Box } from '../recogniser/raster.js';
import type { Block } from './blocksInRows.js';
import { boxAround } from './placedLine.js';

interface Placed {
  readonly block: Block;
  readonly box: Box;
}

export function inReadingOrder(blocks: readonly Block[]): Block[] {
  const placed = blocks.map((block) => ({ block, box: core(boxAround(block.map(({ box }) => box)), block) }));
  return ordered(placed).map(({ block }) => block);
}

/** Boxes of lines are a little larger than their letters, so that those of neighbours overlap. */
function core([left, top, width, height]: Box, block: Block): Box {
  const margin = Math.min(0.2 * Math.min(...block.map(({ box }) => box[3])), width / 4, height / 4);
  return [left + margin, top + margin, width - 2 * margin, height - 2 * margin];
}

function ordered(blocks: readonly Placed[]): Placed[] {
  if (blocks.length <= 1) return [...blocks];
  const columns = parts(blocks, 0);
  if (columns.length > 1) return columns.flatMap(ordered);
  const bands = parts(blocks, 1);
  if (bands.length === 1) return [...blocks].sort((a, b) => a.box[1] - b.box[1] || a.box[0] - b.box[0]);
  const run = longestRunWithColumns(bands);
  if (!run) return bands.flatMap(ordered);
  const [from, to] = run;
  return [
    ...ordered(bands.slice(0, from).flat()),
    ...ordered(bands.slice(from, to).flat()),
    ...ordered(bands.slice(to).flat()),
  ];
}

/** A bar above or below hides that what is between them has columns. */
function longestRunWithColumns(bands: readonly (readonly Placed[])[]): [from: number, to: number] | undefined {
  for (let length = bands.length - 1; length >= 2; length -= 1) {
    for (let from = 0; from + length <= bands.length; from += 1) {
      if (parts(bands.slice(from, from + length).flat(), 0).length > 1) return [from, from + length];
    }
  }
  return undefined;
}

/** What is apart along one side: columns along 0, bands along 1; from left to right, from top to bottom. */
function parts(blocks: readonly Placed[], side: 0 | 1): Placed[][] {
  const result: Placed[][] = [];
  let end = -Infinity;
  for (const block of [...blocks].sort((a, b) => a.box[side] - b.box[side])) {
    const start = block.box[side];
    if (start >= end) result.push([]);
    result.at(-1)?.push(block);
    end = Math.max(end, start + block.box[side === 0 ? 2 : 3]);
  }
  return result;
}
