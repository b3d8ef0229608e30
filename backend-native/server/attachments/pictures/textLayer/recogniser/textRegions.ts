/** From the detector's map of where text is to boxes around lines. */
import type { Box } from './raster.js';

/** How likely each pixel is to be in the middle of a line of text: 255 is certain. */
export interface TextMap {
  readonly width: number;
  readonly height: number;
  readonly likely: Uint8Array;
}

export interface Region {
  readonly box: Box;
  /** The mean of the map in it, from 0 to 1. */
  readonly score: number;
}

export const regionRules = {
  /** Of the map, from 0 to 1: what is below belongs to no region. */
  threshold: 0.3,
  /** The least mean of a region. */
  score: 0.5,
  /** Regions are the shrunk middles of lines: how far they grow, as a share of area / perimeter. */
  growth: 1.6,
  /** The smallest side of a region, in pixels of the map. */
  side: 3,
  /** Regions of one row with less between them, as a share of their height, are one line: word beside word. */
  gap: 0.3,
} as const;

/** @returns boxes of what hangs together in the map, grown to the size of the lines that they are the middles of */
export function textRegions(map: TextMap, rules: RegionRules = regionRules): Region[] {
  return joined(grownRegions(map, rules), rules.gap);
}

export type RegionRules = { readonly [K in keyof typeof regionRules]: number };

function grownRegions({ width, height, likely }: TextMap, rules: RegionRules): Region[] {
  const least = Math.round(rules.threshold * 255);
  const seen = new Uint8Array(width * height);
  const stack: number[] = [];
  const regions: Region[] = [];
  for (let start = 0; start < likely.length; start += 1) {
    if ((likely[start] ?? 0) <= least || seen[start] === 1) continue;
    let [left, top, right, bottom] = [width, height, 0, 0];
    let [sum, count] = [0, 0];
    seen[start] = 1;
    stack.push(start);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const x = at % width;
      const y = (at - x) / width;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
      sum += likely[at] ?? 0;
      count += 1;
      for (let dy = -1; dy <= 1; dy += 1) {
        for (let dx = -1; dx <= 1; dx += 1) {
          const next = at + dy * width + dx;
          if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height) continue;
          if (seen[next] === 1 || (likely[next] ?? 0) <= least) continue;
          seen[next] = 1;
          stack.push(next);
        }
      }
    }
    const score = sum / count / 255;
    const [across, down] = [right - left + 1, bottom - top + 1];
    if (Math.min(across, down) < rules.side || score < rules.score) continue;
    const grow = (across * down * rules.growth) / (2 * (across + down));
    regions.push({ box: within(left - grow, top - grow, across + 2 * grow, down + 2 * grow, width, height), score });
  }
  return regions;
}

function within(x: number, y: number, across: number, down: number, width: number, height: number): Box {
  const left = Math.max(0, Math.round(x));
  const top = Math.max(0, Math.round(y));
  return [left, top, Math.min(width, Math.round(x + across)) - left, Math.min(height, Math.round(y + down)) - top];
}

/** Words that the detector saw apart are read as the line that they are: faster, and with what is around them. */
function joined(regions: readonly Region[], gap: number): Region[] {
  const lines: Region[] = [];
  for (const region of [...regions].sort((a, b) => a.box[0] - b.box[0])) {
    const before = lines.findLastIndex((line) => isNextTo(line.box, region.box, gap));
    const line = lines[before];
    if (line) lines[before] = { box: around(line.box, region.box), score: Math.min(line.score, region.score) };
    else lines.push(region);
  }
  return lines;
}

function isNextTo(left: Box, right: Box, gap: number): boolean {
  const shared = Math.min(left[1] + left[3], right[1] + right[3]) - Math.max(left[1], right[1]);
  const [low, high] = [Math.min(left[3], right[3]), Math.max(left[3], right[3])];
  return shared >= 0.7 * low && high <= 1.5 * low && right[0] - (left[0] + left[2]) <= gap * low;
}

function around(one: Box, other: Box): Box {
  const [left, top] = [Math.min(one[0], other[0]), Math.min(one[1], other[1])];
  const right = Math.max(one[0] + one[2], other[0] + other[2]);
  return [left, top, right - left, Math.max(one[1] + one[3], other[1] + other[3]) - top];
}
