/** Made-up KV maps whose pixels can be told in advance. */
import type { KvImageMap, KvMap, KvTile } from '../../backend-native/protocol/kvMap.js';

const wholeImage = { x: 0, y: 0, width: 1, height: 1, spatial: true, overview: false } as const;

/** @param share from 0 to 1 for a layer and a token */
export function imageMap(
  name: string,
  layers: number,
  tiles: readonly KvTile[],
  share: (layer: number, token: number) => number,
): KvImageMap {
  const tokens = tiles.reduce((sum, tile) => sum + tile.columns * tile.rows, 0);
  const bytes = Uint8Array.from({ length: layers * tokens }, (_, index) =>
    Math.round(255 * share(Math.floor(index / tokens), index % tokens)),
  );
  return { name, tokens, tiles, survival: Buffer.from(bytes).toString('base64') };
}

/** Two layers over a grid of 4 x 3: the first keeps the left half, the second everything. */
export function plainMap(): KvMap {
  const tiles = [{ ...wholeImage, columns: 4, rows: 3, firstToken: 0 }];
  return {
    layers: 2,
    headsKv: 2,
    layerCompressed: [true, true],
    images: [imageMap('login.png', 2, tiles, (layer, token) => (layer === 1 || token % 4 < 2 ? 1 : 0))],
  };
}

/** An overview of 2 x 2 and two tiles of 2 x 2 side by side; the overview is lost, the tiles keep all of it. */
export function tiledMap(): KvMap {
  const tiles: KvTile[] = [
    { ...wholeImage, columns: 2, rows: 2, firstToken: 0, overview: true },
    { ...wholeImage, width: 0.5, columns: 2, rows: 2, firstToken: 4 },
    { ...wholeImage, x: 0.5, width: 0.5, columns: 2, rows: 2, firstToken: 8 },
  ];
  return {
    layers: 1,
    headsKv: 1,
    layerCompressed: [true],
    images: [imageMap('wide.png', 1, tiles, (_, token) => (token < 4 ? 0 : 1))],
  };
}

/** Something that looks like a real map: more is kept where the picture has text, and less in later layers. */
export function realisticMap(): KvMap {
  const layers = 30;
  const columns = 32;
  const rows = 18;
  const tiles = [{ ...wholeImage, columns, rows, firstToken: 0 }];
  const share = (layer: number, token: number): number => {
    const column = token % columns;
    const row = Math.floor(token / columns);
    const text = row > 5 && row < 12 && column > 9 && column < 22 ? 0.75 : 0.08;
    const noise = (Math.sin(token * 12.9898 + layer * 4.1) * 43758.5453) % 1;
    return Math.min(1, Math.max(0, text + 0.35 * noise - layer * 0.006));
  };
  return {
    layers,
    headsKv: 5,
    layerCompressed: Array.from({ length: layers }, (_, layer) => layer % 6 !== 5),
    images: [
      imageMap('login.png', layers, tiles, (layer, token) => (layer % 6 === 5 ? 1 : share(layer, token))),
      imageMap('invoice.pdf, page 2', layers, tiles, (layer, token) => share(layer, token + 7)),
    ],
  };
}
