import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { ErrorCode } from '../../../../backend-native/protocol/errors.js';
import { projectorsBeside, resolveModelFiles } from '../../../../backend-native/server/models/modelFiles.js';
import { failsWith } from '../../../failsWith.js';
import { setTensorDimension } from '../../../fixtures/corrupt.js';
import { text, texts, u32, writeGguf, type Metadata } from '../../../fixtures/gguf.js';
import { Random } from '../../../fixtures/random.js';
import { scratchFolder, writeFile } from '../../../scratch.js';

const zeros = () => undefined;

async function writeModel(file: string, architecture = 'llama', more: Metadata = {}): Promise<string> {
  await writeGguf(
    file,
    {
      'general.architecture': text(architecture),
      'tokenizer.ggml.tokens': texts(['a', 'bc', '']),
      'llama.block_count': u32(1),
      ...more,
    },
    [
      { name: 'token_embd.weight', shape: [32, 4], type: 'f32', fill: zeros },
      { name: 'blk.0.attn_q.weight', shape: [32, 32], type: 'q8_0', fill: zeros },
    ],
  );
  return file;
}

test('a_whole_model_and_its_projector_are_taken', async (t) => {
  const folder = scratchFolder(t);
  const files = {
    modelPath: await writeModel(path.join(folder, 'm.gguf')),
    mmprojPath: await writeModel(path.join(folder, 'p.gguf'), 'clip'),
  };
  assert.deepEqual(await resolveModelFiles(files), files);
});

test('a_model_and_a_projector_in_each_others_place_are_told_apart', async (t) => {
  const folder = scratchFolder(t);
  const modelPath = await writeModel(path.join(folder, 'm.gguf'));
  const projector = await writeModel(path.join(folder, 'p.gguf'), 'clip');
  await assert.rejects(resolveModelFiles({ modelPath: projector }), failsWith('model_invalid', /is a projector/));
  await assert.rejects(
    resolveModelFiles({ modelPath, mmprojPath: modelPath }),
    failsWith('projector_invalid', /llama text model/),
  );
  await assert.rejects(resolveModelFiles({ mmprojPath: projector }), failsWith('invalid_argument', /without a model/));
});

test('an_adapter_is_taken_for_the_model_it_was_made_for_alone', async (t) => {
  const folder = scratchFolder(t);
  const modelPath = await writeModel(path.join(folder, 'm.gguf'));
  const lora = { 'general.type': text('adapter'), 'adapter.type': text('lora') };
  const adapter = await writeModel(path.join(folder, 'a.gguf'), 'llama', lora);
  assert.deepEqual(await resolveModelFiles({ modelPath, adapterPaths: [adapter] }), {
    modelPath,
    adapterPaths: [adapter],
  });
  assert.deepEqual(await resolveModelFiles({ modelPath, adapterPaths: [] }), { modelPath });
  const refusals: [unknown, RegExp, ErrorCode?][] = [
    [[modelPath], /m\.gguf is no LoRA adapter/],
    [[await writeModel(path.join(folder, 'q.gguf'), 'qwen2', lora)], /for a qwen2 model and the model is llama/],
    [[writeFile(folder, 'x.gguf', 'GGUF?')], /x\.gguf/],
    [[path.join(folder, 'none.gguf')], /none\.gguf/, 'file_not_found'],
    ['a.gguf', /a list of paths/, 'invalid_argument'],
    [[3], /a list of paths/, 'invalid_argument'],
  ];
  for (const [adapterPaths, message, code] of refusals) {
    await assert.rejects(
      resolveModelFiles({ modelPath, adapterPaths } as { modelPath: string; adapterPaths: string[] }),
      failsWith(code ?? 'adapter_invalid', message),
    );
  }
});

test('a_path_that_is_no_readable_file_is_said', async (t) => {
  const folder = scratchFolder(t);
  await assert.rejects(resolveModelFiles({ modelPath: path.join(folder, 'none.gguf') }), failsWith('file_not_found'));
  await assert.rejects(resolveModelFiles({ modelPath: folder }), failsWith('not_a_file'));
  await assert.rejects(resolveModelFiles({ modelPath: writeFile(folder, 'empty.gguf', '') }), failsWith('file_empty'));
});

test('projectors_beside_a_model_are_found_by_what_is_in_them', async (t) => {
  const folder = scratchFolder(t);
  const modelPath = await writeModel(path.join(folder, 'm.gguf'));
  assert.deepEqual(projectorsBeside(modelPath), []);
  await writeModel(path.join(folder, 'another-model.gguf'));
  writeFile(folder, 'broken.gguf', 'GGUF');
  fs.mkdirSync(path.join(folder, 'folder.gguf'));
  const projector = await writeModel(path.join(folder, 'vision.gguf'), 'clip');
  assert.deepEqual(projectorsBeside(modelPath), [projector]);
});

test('what_is_no_gguf_is_said_by_what_is_wrong', async (t) => {
  const folder = scratchFolder(t);
  const invalid = (name: string, content: string | Buffer, message: RegExp) =>
    assert.rejects(
      resolveModelFiles({ modelPath: writeFile(folder, name, content) }),
      failsWith('model_invalid', message),
    );
  await invalid('text', 'Dear Sir,', /is not a GGUF file/);
  await invalid('short', 'GG', /is not a GGUF file/);
  await invalid('old', Buffer.from('GGUF\x01\0\0\0'), /GGUF version 1/);
  await invalid('big', Buffer.from('GGUF\0\0\0\x03'), /big-endian/);
  await invalid('head', Buffer.from('GGUF\x03\0\0\0'), /cut short/);
});

test('a_model_cut_short_anywhere_is_refused', async (t) => {
  const folder = scratchFolder(t);
  const whole = fs.readFileSync(await writeModel(path.join(folder, 'm.gguf')));
  const cut = path.join(folder, 'cut.gguf');
  for (let size = 1; size < whole.length; size += 1) {
    fs.writeFileSync(cut, whole.subarray(0, size));
    await assert.rejects(
      resolveModelFiles({ modelPath: cut }),
      failsWith('model_invalid'),
      `${size} of ${whole.length} bytes`,
    );
  }
});

test('a_model_with_flipped_bytes_is_taken_or_refused_but_never_worse', async (t) => {
  const folder = scratchFolder(t);
  const whole = fs.readFileSync(await writeModel(path.join(folder, 'm.gguf')));
  const flipped = path.join(folder, 'flipped.gguf');
  const random = new Random('flip');
  for (let i = 0; i < 500; i += 1) {
    const bytes = Buffer.from(whole);
    bytes.writeUInt8(random.below(256), random.below(600));
    fs.writeFileSync(flipped, bytes);
    await resolveModelFiles({ modelPath: flipped }).catch((error: unknown) => failsWith('model_invalid')(error));
  }
});

test('absurd_tensor_sizes_are_refused', async (t) => {
  const folder = scratchFolder(t);
  const file = path.join(folder, 'm.gguf');
  for (const [size, message] of [
    [1n << 62n, /absurd/],
    [0n, /absurd/],
    [1n << 40n, /cut short: its tensors need/],
    [33n, /whose rows do not fill|cut short/],
  ] as const) {
    await writeModel(file);
    await setTensorDimension(file, 'blk.0.attn_q.weight', 0, size);
    await assert.rejects(resolveModelFiles({ modelPath: file }), failsWith('model_invalid', message));
  }
});

test('an_alignment_that_is_no_power_of_two_is_refused', async (t) => {
  const file = path.join(scratchFolder(t), 'm.gguf');
  await writeModel(file, 'llama', { 'general.alignment': u32(24) });
  await assert.rejects(resolveModelFiles({ modelPath: file }), failsWith('model_invalid', /alignment/));
});

test('a_projector_of_another_width_is_refused_with_both_numbers', async (t) => {
  const folder = scratchFolder(t);
  const modelPath = await writeModel(path.join(folder, 'm.gguf'), 'llama', { 'llama.embedding_length': u32(64) });
  const mmprojPath = path.join(folder, 'p.gguf');
  const projector = (width: number, type: string) =>
    writeGguf(mmprojPath, { 'general.architecture': text('clip'), 'clip.projector_type': text(type) }, [
      { name: 'mm.2.weight', shape: [32, width], type: 'f32', fill: zeros },
    ]);
  await projector(96, 'pixtral');
  await assert.rejects(
    resolveModelFiles({ modelPath, mmprojPath }),
    failsWith('projector_mismatch', /p\.gguf gives embeddings of 96 values .*m\.gguf takes 64/),
  );
  await projector(64, 'pixtral');
  assert.deepEqual(await resolveModelFiles({ modelPath, mmprojPath }), { modelPath, mmprojPath });
  // Of a kind that is not known here llama.cpp is the judge.
  await projector(96, 'something_new');
  assert.deepEqual(await resolveModelFiles({ modelPath, mmprojPath }), { modelPath, mmprojPath });
});
