/** The numbers of a heat map: which share of the KV heads kept each token, and where on the picture a token lies. */
import type { KvImageMap, KvMap, KvTile } from '../../backend-native/protocol/kvMap.js';

/** A layer by its index, or the average of all compressed layers. */
export type LayerChoice = number | 'average';

/** The tiles that an image was cut into, or its overview at low resolution; they lie over each other. */
export type TileChoice = 'tiles' | 'overview';

/** The bytes of an image's `survival`: uint8 [layers, tokens], 255 where every KV head kept the token. */
export function decodeSurvival(image: KvImageMap): Uint8Array {
  const binary = atob(image.survival);
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** The layers that an average is taken over: those that were compressed, or all where none was. */
export function averagedLayers(map: Pick<KvMap, 'layers' | 'layerCompressed'>): number[] {
  const all = Array.from({ length: map.layers }, (_, layer) => layer);
  const compressed = all.filter((layer) => map.layerCompressed[layer]);
  return compressed.length > 0 ? compressed : all;
}

/**
 * @param survival uint8 [layers, tokens]
 * @returns for every token the share of the KV heads that kept it, from 0 to 1; [tokens]
 */
export function tokenShares(survival: Uint8Array, tokens: number, layers: readonly number[]): Float32Array {
  const shares = new Float32Array(tokens);
  for (const layer of layers) {
    for (let token = 0; token < tokens; token++)
      shares[token] = (shares[token] ?? 0) + (survival[layer * tokens + token] ?? 0);
  }
  const scale = layers.length > 0 ? 1 / (255 * layers.length) : 0;
  return shares.map((sum) => sum * scale);
}

export function mean(shares: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < shares.length; index++) sum += shares[index] ?? 0;
  return shares.length > 0 ? sum / shares.length : 0;
}

/** @returns what can be chosen, the most detailed first; one entry for a model without tiles */
export function tileChoices(image: Pick<KvImageMap, 'tiles'>): TileChoice[] {
  const choices: TileChoice[] = [];
  if (image.tiles.some((tile) => !tile.overview)) choices.push('tiles');
  if (image.tiles.some((tile) => tile.overview)) choices.push('overview');
  return choices;
}

export function tilesOf(image: Pick<KvImageMap, 'tiles'>, choice: TileChoice): KvTile[] {
  return image.tiles.filter((tile) => tile.overview === (choice === 'overview'));
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Where the patch of a tile lies on a picture of width x height pixels. Edges are rounded, not sizes, so that
 * neighbours touch without a gap or an overlap.
 */
export function patchRectangle(tile: KvTile, column: number, row: number, width: number, height: number): Rectangle {
  const left = Math.round((tile.x + (tile.width * column) / tile.columns) * width);
  const right = Math.round((tile.x + (tile.width * (column + 1)) / tile.columns) * width);
  const top = Math.round((tile.y + (tile.height * row) / tile.rows) * height);
  const bottom = Math.round((tile.y + (tile.height * (row + 1)) / tile.rows) * height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

export interface Patch {
  readonly tile: KvTile;
  readonly column: number;
  readonly row: number;
  /** Among the image's tokens. */
  readonly token: number;
}

/**
 * @returns the patch at a point given as shares of the picture; the last drawn where tiles overlap; undefined for none
 */
export function patchAt(tiles: readonly KvTile[], x: number, y: number): Patch | undefined {
  for (const tile of [...tiles].reverse()) {
    if (!tile.spatial || x < tile.x || y < tile.y || x >= tile.x + tile.width || y >= tile.y + tile.height) continue;
    const column = Math.min(tile.columns - 1, Math.floor(((x - tile.x) / tile.width) * tile.columns));
    const row = Math.min(tile.rows - 1, Math.floor(((y - tile.y) / tile.height) * tile.rows));
    return { tile, column, row, token: tile.firstToken + row * tile.columns + column };
  }
  return undefined;
}

/** @returns the centre of the nearest patch in a direction, as shares of the picture; the same point at the edge */
export function stepFrom(
  tiles: readonly KvTile[],
  x: number,
  y: number,
  columns: number,
  rows: number,
): { x: number; y: number } {
  const from = patchAt(tiles, x, y);
  if (!from) return { x, y };
  const { tile } = from;
  const target = {
    x: tile.x + (tile.width * (from.column + columns + 0.5)) / tile.columns,
    y: tile.y + (tile.height * (from.row + rows + 0.5)) / tile.rows,
  };
  const onPicture = target.x >= 0 && target.x < 1 && target.y >= 0 && target.y < 1;
  return onPicture && patchAt(tiles, target.x, target.y) ? target : { x, y };
}
