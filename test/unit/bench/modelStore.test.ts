import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { bytesOf, filesOf, factsOf } from '../../bench/models/modelStore.js';
import { benchModels, type BenchModel } from '../../bench/models/benchModels.js';
import { scratchFolder } from '../../scratch.js';

const options = {
  nLayer: 2,
  nEmbd: 64,
  nHead: 4,
  nHeadKv: 2,
  dHead: 16,
  nFf: 96,
  nVocab: 512,
  type: 'q8_0',
  seed: 'one',
} as const;

function model(seed: string): BenchModel {
  const [any] = benchModels;
  assert.ok(any);
  return { ...any, name: 'small', recipe: { version: 1, family: 'smolvlm', options: { ...options, seed } } };
}

test('a_model_is_written_once_and_again_when_its_recipe_changes', async (t) => {
  const folder = scratchFolder(t);
  const files = await filesOf(model('one'), folder);
  const first = fs.readFileSync(files.modelPath);
  fs.writeFileSync(files.modelPath, 'kept');
  assert.equal(fs.readFileSync((await filesOf(model('one'), folder)).modelPath, 'utf8'), 'kept');
  assert.notDeepEqual(fs.readFileSync((await filesOf(model('two'), folder)).modelPath), first);
  assert.deepEqual(fs.readFileSync((await filesOf(model('one'), folder)).modelPath), first);
  fs.rmSync(files.mmprojPath);
  await filesOf(model('one'), folder);
  assert.ok(fs.existsSync(files.mmprojPath));
});

test('the_size_of_a_model_is_known_before_it_is_written', async (t) => {
  const folder = scratchFolder(t);
  const small = model('one');
  const { modelPath } = await filesOf(small, folder);
  assert.ok(small.recipe);
  // The vocabulary and the norms come on top, which weigh much in so small a model.
  const ratio = fs.statSync(modelPath).size / bytesOf(small.recipe);
  assert.ok(ratio > 1 && ratio < 1.3, `ratio ${ratio}`);
});

test('decoding_reads_all_weights_but_the_embedding_table', async (t) => {
  const folder = scratchFolder(t);
  const { modelPath } = await filesOf(model('one'), folder);
  const { weightBytes, cellBytes, contextTokens } = factsOf(modelPath);
  assert.equal(cellBytes, 2 * 2 * 2 * (16 + 16));
  assert.equal(contextTokens, 4096);
  const bytes = fs.statSync(modelPath).size;
  const [embedding, layers] = [512 * 64, 2 * (64 * 16 * 12 + 3 * 64 * 96 + 2 * 64) + 64];
  assert.ok(
    Math.abs(weightBytes - (bytes * (layers + embedding)) / (layers + 2 * embedding)) < 1,
    `${weightBytes} of ${bytes}`,
  );
});
