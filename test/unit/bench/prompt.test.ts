import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benchModels } from '../../bench/models/benchModels.js';
import { patches, picturesFor, tiles } from '../../bench/prompt/pictures.js';
import { documentOf, mtmdPrompt } from '../../bench/prompt/promptFiles.js';

test('pictures_of_patches_have_the_tokens_that_are_asked_for', () => {
  assert.deepEqual(patches(16, 1)(512), { width: 31 * 16, height: 256, tokens: 512 });
  assert.deepEqual(patches(28, 0)(512), { width: 32 * 28, height: 448, tokens: 512 });
});

test('tiled_pictures_are_the_nearest_of_three_shapes', () => {
  const picture = tiles(128, 64);
  assert.deepEqual(picture(600), { width: 384, height: 384, tokens: 640 });
  assert.deepEqual(picture(450), { width: 384, height: 256, tokens: 448 });
  assert.deepEqual(picture(1), { width: 384, height: 128, tokens: 256 });
});

test('the_pictures_of_every_model_have_about_the_tokens_of_every_prompt', () => {
  for (const { name, picture } of benchModels) {
    for (const tokens of [800, 3200, 6500, 13000, 26000]) {
      const sum = picturesFor(tokens, picture).reduce((all, size) => all + size.tokens, 0);
      assert.ok(Math.abs(sum - tokens) <= 0.06 * tokens, `${name}: ${sum} for ${tokens}`);
    }
  }
});

test('no_prompt_has_more_pictures_than_a_turn_may_bring', () => {
  for (const { name, picture } of benchModels) assert.ok(picturesFor(0.8 * 32768, picture).length <= 64, name);
});

test('a_document_has_a_piece_for_every_token_and_the_same_beginning', () => {
  const spaced = { alphabet: ['b', 'c'], perWord: 2, spaceIsToken: true };
  const joined = { alphabet: ['ba', 'do'], perWord: 2, spaceIsToken: false };
  for (let n = 1; n < 20; n += 1) {
    const text = documentOf(n, spaced, 's');
    assert.equal(text.length, n);
    assert.ok(!text.endsWith(' '), text);
    assert.equal(documentOf(n, joined, 's').replaceAll(' ', '').length, 2 * n);
  }
  assert.ok(documentOf(40, joined, 's').startsWith(documentOf(20, joined, 's')));
  assert.notEqual(documentOf(40, joined, 's'), documentOf(40, joined, 't'));
});

test('llama_cpp_reads_the_message_that_our_backend_composes', () => {
  const document = { path: '/somewhere/notes.txt', text: 'bado' };
  assert.equal(
    mtmdPrompt({ images: ['a', 'b'], document, question: 'Why?' }),
    'Image 1:\n<__media__>\nImage 2:\n<__media__>\nDocument notes.txt:\nbado\n\nWhy?',
  );
  assert.equal(mtmdPrompt({ images: ['a'], question: 'Why?' }), '<__media__>\nWhy?');
});
