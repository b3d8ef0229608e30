import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KvTile } from '../../../../backend-native/protocol/kvMap.js';
import {
  averagedLayers,
  decodeSurvival,
  mean,
  patchAt,
  patchRectangle,
  stepFrom,
  tileChoices,
  tilesOf,
  tokenShares,
} from '../../../../webview/kvMap/geometry.js';
import { plainMap, tiledMap } from '../../../webview/sampleMap.js';

const tile = (change: Partial<KvTile> = {}): KvTile => ({
  x: 0,
  y: 0,
  width: 1,
  height: 1,
  columns: 4,
  rows: 3,
  spatial: true,
  firstToken: 0,
  overview: false,
  ...change,
});
const first = <T>(list: readonly T[]): T => {
  const [item] = list;
  assert.ok(item !== undefined);
  return item;
};

test('the_average_is_over_the_layers_that_were_compressed', () => {
  assert.deepEqual(averagedLayers({ layers: 3, layerCompressed: [true, false, true] }), [0, 2]);
  assert.deepEqual(averagedLayers({ layers: 2, layerCompressed: [false, false] }), [0, 1]);
});

test('shares_are_those_of_the_layer_or_the_mean_of_the_layers', () => {
  const image = first(plainMap().images);
  const survival = decodeSurvival(image);
  assert.equal(survival.length, 24);
  assert.deepEqual([...tokenShares(survival, 12, [0])].slice(0, 4), [1, 1, 0, 0]);
  assert.deepEqual([...tokenShares(survival, 12, [0, 1])].slice(0, 4), [1, 1, 0.5, 0.5]);
  assert.equal(mean(tokenShares(survival, 12, [0, 1])), 0.75);
  assert.equal(mean([]), 0);
});

test('patches_cover_a_picture_without_gap_or_overlap', () => {
  for (const [width, height] of [
    [101, 77],
    [4, 3],
    [1280, 719],
  ] as const) {
    const covered = new Uint8Array(width * height);
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 4; column++) {
        const patch = patchRectangle(tile(), column, row, width, height);
        for (let y = patch.y; y < patch.y + patch.height; y++)
          for (let x = patch.x; x < patch.x + patch.width; x++)
            covered[y * width + x] = (covered[y * width + x] ?? 0) + 1;
      }
    }
    assert.ok(
      covered.every((times) => times === 1),
      `${width} x ${height}`,
    );
  }
});

test('a_patch_lies_within_its_tile', () => {
  assert.deepEqual(
    patchRectangle(tile({ x: 0.5, y: 0.5, width: 0.5, height: 0.5, columns: 2, rows: 2 }), 1, 0, 100, 100),
    { x: 75, y: 50, width: 25, height: 25 },
  );
});

test('tiles_and_overview_are_chosen_apart', () => {
  const image = first(tiledMap().images);
  assert.deepEqual(tileChoices(image), ['tiles', 'overview']);
  assert.equal(tilesOf(image, 'tiles').length, 2);
  assert.equal(tilesOf(image, 'overview').length, 1);
  assert.deepEqual(tileChoices(first(plainMap().images)), ['tiles']);
});

test('the_patch_under_a_point_is_found_in_the_tile_that_holds_it', () => {
  const tiles = tilesOf(first(tiledMap().images), 'tiles');
  assert.equal(patchAt(tiles, 0.1, 0.1)?.token, 4);
  assert.equal(patchAt(tiles, 0.9, 0.9)?.token, 11);
  assert.equal(patchAt(tiles, 1, 0.5), undefined);
  assert.equal(patchAt([tile({ spatial: false })], 0.5, 0.5), undefined);
});

test('steps_go_to_the_next_patch_across_tiles_and_stop_at_the_edge', () => {
  const tiles = tilesOf(first(tiledMap().images), 'tiles');
  const right = stepFrom(tiles, 0.4, 0.1, 1, 0);
  assert.equal(patchAt(tiles, right.x, right.y)?.token, 8);
  assert.deepEqual(stepFrom(tiles, 0.1, 0.1, -1, 0), { x: 0.1, y: 0.1 });
});
