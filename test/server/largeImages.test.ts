/** Pictures with more pixels than the model reads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientConversation } from '../../backend-native/client/conversation.js';
import { ask, loadFamily, pageFile } from './realBackend.js';

const question = 'What is this?';
const sampling = { maxTokens: 8 };
const kv = { ratio: 0.3, minPromptTokens: 16 };

test('a_long_picture_is_read_in_pieces_and_is_one_picture_to_whoever_asks', async (t) => {
  const { client } = await loadFamily(t, 'qwen2vl', { imageMaxTokens: 64 });
  const long = pageFile(t, 168, 1680, 'long');
  const small = pageFile(t, 112, 112, 'small');
  const talk = new ClientConversation(client);
  const images = [{ path: long }, { path: small }];
  const cut = await talk.ask({ question, images, imageText: 'off', kv, sampling });
  assert.equal(cut.images.length, 2);
  const [first, second] = cut.images;
  assert.deepEqual([first?.width, first?.height, second?.width], [168, 1680, 112]);
  assert.ok(first && first.readHeight >= 0.8 * 1680, `read at ${first?.readHeight}`);
  const note = first.notes?.find(({ kind }) => kind === 'sliced');
  assert.ok(note?.kind === 'sliced' && note.pieces >= 5);
  assert.equal(cut.prompt.images, note.pieces + 1);

  const map = await client.request('lookOnce/kvMap', undefined);
  assert.equal(map?.images.length, 2);
  const tiles = map.images[0]?.tiles ?? [];
  assert.equal(tiles.length, note.pieces);
  assert.ok(tiles.every(({ y, height }) => y >= -0.05 && y + height <= 1.05));
  assert.ok(Math.abs((tiles.at(-1)?.y ?? 0) + (tiles.at(-1)?.height ?? 0) - 1) < 0.05);

  // Follow-ups go on from there, from the cache or read again.
  const more = await talk.ask({ question: 'And then?', images: [{ path: small }], imageText: 'off', kv, sampling });
  assert.equal(more.images.length, 1);
  assert.equal((await client.request('lookOnce/kvMap', undefined))?.images.length, 3);

  const shrunk = await ask(client, { question, images: [{ path: long }], largeImages: 'shrink', kv, sampling });
  assert.equal(shrunk.prompt.images, 1);
  assert.ok((shrunk.images[0]?.readHeight ?? 0) < 1000);
});
