/** What became of image tokens, with real models of every family. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { ClientConversation } from '../../backend-native/client/conversation.js';
import type { BackendClient } from '../../backend-native/cli/backendClient.js';
import type { KvImageMap, KvMap } from '../../backend-native/protocol/kvMap.js';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { packableFamilyNames } from '../fixtures/writeFixture.js';
import { ask, loadFamily, newClient, pageFile } from './realBackend.js';

const question = 'What is this?';
const sampling = { maxTokens: 8 };

async function mapOf(client: BackendClient): Promise<KvMap> {
  return (await client.request('lookOnce/kvMap', undefined)) ?? assert.fail('there is no map');
}

/** The KV heads that hold each patch token of one layer. */
function headsHolding(map: KvMap, image: KvImageMap, layer: number): number[] {
  const survival = Buffer.from(image.survival, 'base64');
  assert.equal(survival.length, map.layers * image.tokens);
  return [...survival.subarray(layer * image.tokens, (layer + 1) * image.tokens)].map((share) => {
    const heads = (share / 255) * map.headsKv;
    assert.ok(Math.abs(heads - Math.round(heads)) < 0.01, `${share} of 255 is a number of ${map.headsKv} heads`);
    return Math.round(heads);
  });
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Checks that the tiles hold every token once and cover the image once, overviews apart. */
function checkTiles(image: KvImageMap): void {
  assert.equal(sum(image.tiles.map(({ columns, rows }) => columns * rows)), image.tokens);
  let next = 0;
  for (const tile of image.tiles) {
    assert.equal(tile.firstToken, next);
    assert.ok(tile.spatial);
    next += tile.columns * tile.rows;
  }
  for (let x = 0.005; x < 1; x += 0.05) {
    for (let y = 0.005; y < 1; y += 0.05) {
      const over = image.tiles.filter(
        (tile) => x >= tile.x && x < tile.x + tile.width && y >= tile.y && y < tile.y + tile.height,
      );
      assert.equal(over.filter(({ overview }) => !overview).length, 1);
      assert.equal(over.filter(({ overview }) => overview).length, image.tiles.length > 1 ? 1 : 0);
    }
  }
}

for (const family of packableFamilyNames) {
  test(`${family}_holds_every_patch_before_compression_and_as_many_as_the_budget_leaves_after_it`, async (t) => {
    const { client } = await loadFamily(t, family);
    assert.equal(await client.request('lookOnce/kvMap', undefined), null, 'there is no map before the first answer');
    const images = ['one', 'two'].map((seed) => ({ path: pageFile(t, 160, 120, seed) }));

    await ask(client, { question, images, kv: { ratio: 1 }, sampling });
    const full = await mapOf(client);
    assert.deepEqual(
      full.images.map(({ name }) => name),
      ['one.png', 'two.png'],
    );
    assert.deepEqual(full.layerCompressed, new Array<boolean>(full.layers).fill(false));
    for (const image of full.images) {
      checkTiles(image);
      assert.ok(Buffer.from(image.survival, 'base64').every((share) => share === 255));
    }

    const result = await ask(client, {
      question,
      images,
      kv: { ratio: 0.6, textPrior: true, minPromptTokens: 16 },
      sampling,
    });
    const map = await mapOf(client);
    assert.deepEqual(
      map.images.map(({ tiles }) => tiles),
      full.images.map(({ tiles }) => tiles),
    );
    // Gemma 3 has five layers with a sliding window to one without.
    const compressed = family === 'gemma3' ? [5] : [...Array(map.layers).keys()];
    assert.deepEqual(
      map.layerCompressed,
      [...Array(map.layers).keys()].map((layer) => compressed.includes(layer)),
    );
    for (let layer = 0; layer < map.layers; layer += 1) {
      const held = sum(map.images.flatMap((image) => headsHolding(map, image, layer)));
      const patches = sum(map.images.map(({ tokens }) => tokens));
      // The prior keeps every text token; the rest of the budget is left to images, of which row breaks are no patches.
      const left = result.kv.cellsAfter - result.prompt.textTokens;
      const breaks = result.prompt.imageTokens - patches;
      if (!compressed.includes(layer)) assert.equal(held, map.headsKv * patches);
      else if (breaks === 0) assert.equal(held, map.headsKv * left);
      else
        assert.ok(
          held <= map.headsKv * left && held >= map.headsKv * (left - breaks),
          `${held} of ${left} cells in ${map.headsKv} heads`,
        );
    }
  });
}

test('a_tiled_image_has_an_overview_and_tiles_and_a_large_one_more_of_them', async (t) => {
  const { client } = await loadFamily(t, 'smolvlm');
  await ask(client, {
    question,
    images: [{ path: pageFile(t, 160, 120, 'one') }, { path: pageFile(t, 120, 160, 'two') }],
    sampling,
  });
  for (const [index, image] of (await mapOf(client)).images.entries()) {
    checkTiles(image);
    const [wide, tall] = [
      new Set(image.tiles.slice(0, -1).map(({ x }) => x)).size,
      new Set(image.tiles.slice(0, -1).map(({ y }) => y)).size,
    ];
    assert.deepEqual(index === 0 ? [wide, tall] : [tall, wide], [3, 3]);
    assert.ok(image.tiles.at(-1)?.overview);
    for (const { columns, rows } of image.tiles) assert.deepEqual([columns, rows], [4, 4]);
  }
});

test('tiles_without_a_word_between_them_are_placed_by_the_shape_of_the_image', async (t) => {
  const { client } = await loadFamily(t, 'llava16');
  await ask(client, {
    question,
    images: [
      [224, 80],
      [80, 224],
      [220, 200],
    ].map(([width = 0, height = 0]) => ({ path: pageFile(t, width, height, `${width}`) })),
    sampling,
  });
  const grids = (await mapOf(client)).images.map((image) => {
    checkTiles(image);
    assert.ok(image.tiles.at(-1)?.overview);
    const tiles = image.tiles.slice(0, -1);
    return [new Set(tiles.map(({ x }) => x)).size, new Set(tiles.map(({ y }) => y)).size];
  });
  assert.deepEqual(grids, [
    [2, 1],
    [1, 2],
    [2, 2],
  ]);
});

test('survivors_are_followed_through_a_second_compression', async (t) => {
  const { client } = await loadFamily(t, 'llamaGqa');
  const kv = { ratio: 0.6, textPrior: true, minPromptTokens: 16 };
  const talk = new ClientConversation(client);
  const first = await talk.ask({ question, images: [{ path: pageFile(t, 160, 120, 'one') }], kv, sampling });
  const before = await mapOf(client);
  const later = await talk.ask({
    question: 'And this?',
    images: [{ path: pageFile(t, 160, 120, 'two') }],
    kv,
    sampling,
  });
  const after = await mapOf(client);
  assert.deepEqual(
    after.images.map(({ name }) => name),
    ['one.png', 'two.png'],
  );
  const text = first.prompt.textTokens + first.tokens + later.prompt.textTokens;
  for (let layer = 0; layer < after.layers; layer += 1) {
    assert.equal(
      sum(after.images.flatMap((image) => headsHolding(after, image, layer))),
      after.headsKv * (later.kv.cellsAfter - text),
    );
    const [was, is] = [before, after].map((map) => headsHolding(map, map.images[0] ?? assert.fail(), layer));
    is?.forEach((heads, token) => {
      assert.ok(heads <= (was?.[token] ?? 0), 'what was evicted stays evicted');
    });
  }
});

test('the_first_tokens_that_streaming_keeps_are_the_top_of_the_picture', async (t) => {
  const { client } = await loadFamily(t, 'pixtral');
  const { kv, prompt } = await ask(client, {
    question,
    images: [{ path: pageFile(t, 160, 160, 'one') }],
    kv: { method: 'streaming', merge: 'none', ratio: 0.5, recentShare: 0.5, minPromptTokens: 16 },
    sampling,
  });
  assert.ok(kv.compressed);
  const map = await mapOf(client);
  const image = map.images[0] ?? assert.fail();
  assert.deepEqual(
    image.tiles.map(({ columns, rows }) => [columns, rows]),
    [[10, 10]],
  );
  const held = headsHolding(map, image, 1);
  // Four sinks, of which the first is the mark of the user's turn, and the newest tokens.
  const most = map.headsKv;
  assert.deepEqual(held.slice(0, 5), [most, most, most, 0, 0]);
  assert.deepEqual(held.slice(70), new Array<number>(30).fill(most), 'the lower rows come last');
  assert.deepEqual(
    held.slice(10, 50),
    new Array<number>(40).fill(0),
    `the middle of ${prompt.tokens} tokens is evicted`,
  );
});

test('a_trained_models_survivors_lie_where_the_picture_shows_text', async (t) => {
  const client = newClient(t);
  await client.request('lookOnce/load', {});
  const sample = path.join(packageRoot(), 'test', 'fixtures', 'samples', 'tiny', 'form.png');
  await ask(client, {
    question: 'What is the port?',
    images: [{ path: sample }],
    kv: { method: 'look-m', ratio: 0.35, minPromptTokens: 16 },
    sampling,
  });
  const map = await mapOf(client);
  const image = map.images[0] ?? assert.fail();
  const { columns = 0 } = image.tiles[0] ?? {};
  const held = [...Array(map.layers).keys()].map((layer) => headsHolding(map, image, layer));
  // The form has its text in the left two thirds and nothing on the right; its last row is among the newest tokens.
  const mean = (from: number, to: number) => {
    const places =
      held[0]
        ?.map((_, token) => token)
        .filter((token) => token < 5 * columns && token % columns >= from && token % columns < to) ?? [];
    return sum(held.flatMap((layer) => places.map((token) => layer[token] ?? 0))) / (places.length * map.layers);
  };
  const [text, nothing] = [mean(0, (columns * 2) / 3), mean((columns * 2) / 3, columns)];
  assert.ok(text > 3 * nothing, `${text} heads hold a patch of the text and ${nothing} one of the empty part`);
});
