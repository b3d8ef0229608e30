/** Pieces of pictures as the engine reads them, put together again for whoever asked about the pictures. */
import type { ImageReport } from '../../protocol/ask.js';
import type { KvMap, KvTile } from '../../protocol/kvMap.js';
import type { SliceLayout } from '../attachments/pictures/slices/slices.js';
import type { NativeKvMap } from '../transport/nativeAddon.js';
import { kvMapFrom } from './kvMap.js';

/** For every picture, how it was cut; undefined for one that was read as a whole. */
export type Slices = readonly (SliceLayout | undefined)[];

/** @param reports of what the engine read, pieces one by one */
export function reportsOf(reports: readonly ImageReport[], slices: Slices): ImageReport[] {
  return grouped(reports, slices).map(({ items, layout }) => {
    const [first] = items;
    if (!first) throw new RangeError('Expected a report for every picture');
    if (!layout) return first;
    const read = items.reduce((sum, { readWidth, readHeight }) => sum + readWidth * readHeight, 0);
    const scale = Math.min(1, Math.sqrt(read / (layout.width * layout.height)));
    return {
      ...first,
      width: layout.width,
      height: layout.height,
      readWidth: Math.round(layout.width * scale),
      readHeight: Math.round(layout.height * scale),
      tokens: items.reduce((sum, { tokens }) => sum + tokens, 0),
      fromCache: items.every(({ fromCache }) => fromCache),
    };
  });
}

/** @param slices of all pictures of the conversation */
export function kvMapOf(native: NativeKvMap, slices: Slices): KvMap {
  const images = grouped(native.images, slices).map(({ items, layout }) => {
    const [first] = items;
    if (!first) throw new RangeError('Expected a map for every picture');
    return layout ? joined(items, layout, native.layers) : first;
  });
  return kvMapFrom({ ...native, images });
}

function joined(items: NativeKvMap['images'], layout: SliceLayout, layers: number): NativeKvMap['images'][number] {
  const tokens = items.reduce((sum, item) => sum + item.tokens, 0);
  const survival = new Uint8Array(layers * tokens);
  const tiles: KvTile[] = [];
  let before = 0;
  for (const [i, item] of items.entries()) {
    const { x, y, width, height } = layout.pieces[i] ?? { x: 0, y: 0, width: layout.width, height: layout.height };
    for (const tile of item.tiles)
      tiles.push({
        ...tile,
        x: (x + tile.x * width) / layout.width,
        y: (y + tile.y * height) / layout.height,
        width: (tile.width * width) / layout.width,
        height: (tile.height * height) / layout.height,
        firstToken: before + tile.firstToken,
      });
    for (let layer = 0; layer < layers; layer += 1)
      survival.set(item.survival.subarray(layer * item.tokens, (layer + 1) * item.tokens), layer * tokens + before);
    before += item.tokens;
  }
  return { name: items[0]?.name ?? '', tokens, tiles, survival };
}

function grouped<T>(items: readonly T[], slices: Slices): { items: T[]; layout: SliceLayout | undefined }[] {
  let next = 0;
  const groups = slices.map((layout) => {
    const n = layout?.pieces.length ?? 1;
    next += n;
    return { items: items.slice(next - n, next), layout };
  });
  // Fewer are known of than were read when a turn was cancelled: what is left stands for itself.
  const known = groups.filter(({ items: some }) => some.length > 0);
  return [...known, ...items.slice(next).map((item) => ({ items: [item], layout: undefined }))];
}
