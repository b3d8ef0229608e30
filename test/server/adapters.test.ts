/** LoRA adapters and the conversion of weights, through the real server and the real addon. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { readGgufHead } from '../../backend-native/server/models/gguf.js';
import { loadNative } from '../../backend-native/server/transport/native.js';
import { failsWith } from '../failsWith.js';
import { f32, text, writeGguf } from '../fixtures/gguf.js';
import { writeFixture } from '../fixtures/writeFixture.js';
import { scratchFolder, writeFile } from '../scratch.js';
import { ask, newClient, pageFile } from './realBackend.js';

const rank = 4;

/** An adapter of the first layer's output projection. @param gain of B: at 0 it changes nothing */
async function writeAdapter(folder: string, model: string, gain: number): Promise<string> {
  const head = readGgufHead(model);
  const [inner = 0, width = 0] = head.tensors.get('blk.0.attn_output.weight')?.extents ?? [];
  const file = path.join(folder, `adapter-${gain}.gguf`);
  const alternating = (scale: number) => (values: Float32Array) => {
    for (let i = 0; i < values.length; i += 1) values[i] = i % 3 === 0 ? scale : -scale;
  };
  await writeGguf(
    file,
    {
      'general.type': text('adapter'),
      'general.architecture': text(head.architecture),
      'adapter.type': text('lora'),
      'adapter.lora.alpha': f32(rank),
    },
    [
      { name: 'blk.0.attn_output.weight.lora_a', shape: [inner, rank], type: 'f32', fill: alternating(0.5) },
      { name: 'blk.0.attn_output.weight.lora_b', shape: [rank, width], type: 'f32', fill: alternating(gain) },
    ],
  );
  return file;
}

async function answerWith(
  t: TestContext,
  models: { model: string; mmproj: string },
  adapters: readonly string[],
  cache?: string,
) {
  const client = newClient(t);
  const engine = cache === undefined ? {} : { cache: { folder: cache, maxBytes: 2 ** 30 } };
  const loaded = await client.request('lookOnce/load', {
    modelPath: models.model,
    mmprojPath: models.mmproj,
    adapterPaths: adapters,
    engine,
  });
  assert.equal(loaded.status, 'loaded');
  return ask(client, {
    question: 'What is this?',
    images: [{ path: pageFile(t, 160, 120, 'one') }],
    kv: { ratio: 0.3, minPromptTokens: 16 },
    sampling: { maxTokens: 24 },
  });
}

test('an_adapter_changes_answers_and_what_is_on_disk_is_kept_apart', async (t) => {
  const folder = scratchFolder(t);
  const models = await writeFixture('smolvlm', folder);
  const [zeros, strong] = [await writeAdapter(folder, models.model, 0), await writeAdapter(folder, models.model, 2)];
  const cache = path.join(folder, 'cache');
  const plain = await answerWith(t, models, [], cache);
  assert.equal((await answerWith(t, models, [zeros])).answer, plain.answer);
  const changed = await answerWith(t, models, [strong], cache);
  assert.notEqual(changed.answer, plain.answer);
  assert.equal(changed.prompt.restoredTokens, 0, 'what the model without the adapter read is not used');
  assert.ok(
    changed.images.every(({ fromCache }) => fromCache),
    'the encoder is the same',
  );
  const again = await answerWith(t, models, [strong], cache);
  assert.ok(again.prompt.restoredTokens > 0);
  assert.equal(again.answer, changed.answer);
});

test('a_file_that_is_no_adapter_of_the_model_is_refused_and_the_server_lives_on', async (t) => {
  const folder = scratchFolder(t);
  const models = await writeFixture('smolvlm', folder);
  const other = await writeFixture('qwen2vl', path.join(folder, 'other'));
  const client = newClient(t);
  const good = await writeAdapter(folder, models.model, 1);
  const cut = writeFile(folder, 'cut.gguf', fs.readFileSync(good).subarray(0, -400));
  for (const adapter of [models.model, cut, await writeAdapter(path.join(folder, 'other'), other.model, 1)]) {
    await assert.rejects(
      client.request('lookOnce/load', { modelPath: models.model, adapterPaths: [adapter] }),
      failsWith('adapter_invalid', new RegExp(path.basename(adapter).replaceAll('.', '\\.'))),
    );
  }
  const loaded = await client.request('lookOnce/load', { modelPath: models.model, adapterPaths: [good] });
  assert.deepEqual(loaded.status === 'loaded' && loaded.model.adapterPaths, [good]);
});

test('weights_are_converted_and_what_cannot_be_is_said', async (t) => {
  const folder = scratchFolder(t);
  const { model } = await writeFixture('smolvlm', folder, { type: 'f16' });
  const addon = loadNative();
  const target = path.join(folder, 'q4.gguf');
  await addon.quantize({ source: model, target, type: 'q4_0' });
  assert.ok(fs.statSync(target).size < fs.statSync(model).size / 2);
  const client = newClient(t);
  assert.equal((await client.request('lookOnce/load', { modelPath: target })).status, 'loaded');

  const refusals: [string, string, RegExp][] = [
    [path.join(folder, 'none.gguf'), target, /none\.gguf/],
    [writeFile(folder, 'text.gguf', 'no model'), target, /text\.gguf/],
    [model, path.join(folder, 'no', 'such', 'folder.gguf'), /folder\.gguf/],
  ];
  for (const [source, to, message] of refusals) {
    await assert.rejects(addon.quantize({ source, target: to, type: 'q4_0' }), (error: NodeJS.ErrnoException) => {
      assert.equal(error.code, 'model_invalid');
      assert.match(error.message, message);
      return true;
    });
  }
  await assert.rejects(addon.quantize({ source: model, target, type: 'q9' as 'q4_0' }), /q4_0/);
});
