import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { FoundModel, PickedFiles } from '../../../../backend-native/protocol/models.js';
import { listModels } from '../../../../backend-native/server/models/listModels.js';
import { embeddedModel } from '../../../../backend-native/server/models/embeddedModel.js';
import { failsWith } from '../../../failsWith.js';
import { text, texts, u32, writeGguf, type Metadata } from '../../../fixtures/gguf.js';
import { scratchFolder, writeFile } from '../../../scratch.js';

const zeros = () => undefined;

interface ModelText {
  readonly architecture?: string;
  readonly width?: number;
  readonly more?: Metadata;
}

async function textModel(
  file: string,
  { architecture = 'llama', width = 64, more = {} }: ModelText = {},
): Promise<string> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  await writeGguf(
    file,
    {
      'general.architecture': text(architecture),
      'general.file_type': u32(15),
      'tokenizer.ggml.model': text('gpt2'),
      'tokenizer.ggml.tokens': texts(['a']),
      [`${architecture}.block_count`]: u32(1),
      [`${architecture}.embedding_length`]: u32(width),
      ...more,
    },
    [{ name: 'token_embd.weight', shape: [32, 4], type: 'f32', fill: zeros }],
  );
  return file;
}

async function projector(
  file: string,
  { type = 'pixtral', width = 64, more = {} }: { type?: string; width?: number; more?: Metadata } = {},
): Promise<string> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const last = type.startsWith('qwen')
    ? { name: 'mm.2.bias', shape: [width] }
    : { name: 'mm.2.weight', shape: [32, width] };
  await writeGguf(
    file,
    { 'general.architecture': text('clip'), 'clip.projector_type': text(type), 'general.file_type': u32(1), ...more },
    [{ ...last, type: 'f32', fill: zeros }],
  );
  return file;
}

interface Machine {
  readonly env?: NodeJS.ProcessEnv;
  readonly home?: string;
  readonly files?: readonly PickedFiles[];
}

/** Lists with a home of its own, so that nothing on this machine is found. */
async function list(
  t: TestContext,
  folders: readonly string[],
  { env = {}, home = scratchFolder(t), files = [] }: Machine = {},
) {
  const log: string[] = [];
  const { models, folders: looked } = await listModels(
    { folders, files },
    (message) => log.push(message),
    { env, home, platform: 'linux' },
    () => ({ device: 'CPU', freeBytes: 2 ** 33 }),
    (template) => template.includes('tools'),
  );
  return { found: models.slice(1), embedded: models[0], looked, log };
}

const variants = (models: readonly FoundModel[]) => models.flatMap((model) => model.variants);

const pairs = (models: readonly FoundModel[]) =>
  variants(models).map(({ modelPath, mmprojPath }) => [
    path.basename(modelPath),
    mmprojPath && path.basename(mmprojPath),
  ]);

test('the_embedded_model_comes_first', async (t) => {
  const { embedded, found } = await list(t, []);
  assert.deepEqual(
    [embedded?.source, embedded?.variants[0]?.modelPath, embedded?.variants[0]?.mmprojPath],
    ['embedded', embeddedModel().files.modelPath, embeddedModel().files.mmprojPath],
  );
  assert.deepEqual(found, []);
});

test('a_model_is_told_by_its_metadata_and_paired_with_the_projector_of_its_width', async (t) => {
  const folder = scratchFolder(t);
  const more = { 'general.name': text('Some Model 3B'), 'general.size_label': text('3B') };
  await textModel(path.join(folder, 'model-Q4_K_M.gguf'), { more });
  await projector(path.join(folder, 'mmproj-a.gguf'), { width: 48 });
  await projector(path.join(folder, 'mmproj-b.gguf'), { width: 64 });
  const { found, looked } = await list(t, [folder]);
  assert.equal(found.length, 1);
  assert.deepEqual(found[0], {
    source: 'folder',
    name: 'Some Model 3B',
    architecture: 'llama',
    sizeLabel: '3B',
    variants: [
      {
        modelPath: path.join(folder, 'model-Q4_K_M.gguf'),
        mmprojPath: path.join(folder, 'mmproj-b.gguf'),
        sizeBytes:
          fs.statSync(path.join(folder, 'model-Q4_K_M.gguf')).size +
          fs.statSync(path.join(folder, 'mmproj-b.gguf')).size,
        quantisation: 'Q4_K_M',
      },
    ],
  });
  assert.deepEqual(looked, [{ path: folder, found: 1 }]);
});

test('projectors_of_one_width_are_told_apart_by_names_and_architecture', async (t) => {
  const folder = scratchFolder(t);
  await textModel(path.join(folder, 'Alpha-VL-3B-Q4_K_M.gguf'));
  await textModel(path.join(folder, 'Alpha-VL-3B-Q8_0.gguf'));
  await textModel(path.join(folder, 'Beta-VL-3B.gguf'));
  await textModel(path.join(folder, 'Gamma-3B.gguf'));
  await textModel(path.join(folder, 'Queen2-VL.gguf'), { architecture: 'qwen2vl' });
  await projector(path.join(folder, 'mmproj-Alpha-VL-3B-f16.gguf'));
  await projector(path.join(folder, 'mmproj-Beta-VL-3B-f16.gguf'));
  await projector(path.join(folder, 'mmproj-Queen2-VL-f16.gguf'), { type: 'qwen2vl_merger' });
  const { found } = await list(t, [folder]);
  assert.deepEqual(pairs(found), [
    ['Alpha-VL-3B-Q4_K_M.gguf', 'mmproj-Alpha-VL-3B-f16.gguf'],
    ['Alpha-VL-3B-Q8_0.gguf', 'mmproj-Alpha-VL-3B-f16.gguf'],
    ['Beta-VL-3B.gguf', 'mmproj-Beta-VL-3B-f16.gguf'],
    ['Gamma-3B.gguf', null],
    ['Queen2-VL.gguf', 'mmproj-Queen2-VL-f16.gguf'],
  ]);
});

test('the_hubs_cache_is_read_through_its_links_and_every_model_is_listed_once', async (t) => {
  const hub = scratchFolder(t);
  const repo = path.join(hub, 'models--org--name');
  await textModel(path.join(repo, 'blobs', 'aaa'));
  await projector(path.join(repo, 'blobs', 'bbb'));
  for (const revision of ['one', 'two']) {
    const snapshot = path.join(repo, 'snapshots', revision);
    fs.mkdirSync(snapshot, { recursive: true });
    fs.symlinkSync('../../blobs/aaa', path.join(snapshot, 'name.gguf'));
    fs.symlinkSync('../../blobs/bbb', path.join(snapshot, 'mmproj-name.gguf'));
    fs.symlinkSync('../../blobs/gone', path.join(snapshot, 'gone.gguf'));
  }
  const { found, looked } = await list(t, [hub], { env: { HF_HUB_CACHE: hub } });
  assert.deepEqual(pairs(found), [['name.gguf', 'mmproj-name.gguf']]);
  assert.equal(found[0]?.source, 'hub');
  assert.deepEqual(
    looked.map(({ found: count }) => count),
    [1, 0],
    'the folder holds nothing that the cache had not shown',
  );
});

test('a_split_model_is_one_and_an_incomplete_one_is_passed_over', async (t) => {
  const folder = scratchFolder(t);
  const parts = ['whole-00001-of-00002.gguf', 'whole-00002-of-00002.gguf', 'half-00001-of-00002.gguf'];
  for (const part of parts) await textModel(path.join(folder, part));
  const { found, log } = await list(t, [folder]);
  assert.deepEqual(pairs(found), [['whole-00001-of-00002.gguf', null]]);
  assert.equal(variants(found)[0]?.sizeBytes, 2 * fs.statSync(path.join(folder, 'whole-00001-of-00002.gguf')).size);
  assert.match(log.join('\n'), /half-00001-of-00002\.gguf is passed over: 1 of its 2 parts/);
});

test('what_is_no_model_to_talk_with_is_passed_over_and_damage_is_told', async (t) => {
  const folder = scratchFolder(t);
  await textModel(path.join(folder, 'bert.gguf'), { architecture: 'bert', more: { 'bert.pooling_type': u32(1) } });
  await textModel(path.join(folder, 'adapter.gguf'), { more: { 'general.type': text('adapter') } });
  writeFile(folder, 'broken.gguf', 'GGUF');
  writeFile(folder, 'notes.txt', 'GGUF');
  const { found, log } = await list(t, [folder]);
  assert.deepEqual(found, []);
  assert.equal(log.length, 1);
  assert.match(log[0] ?? '', /broken\.gguf is passed over: it is cut short/);
});

test('folders_are_looked_into_to_a_bounded_depth_and_without_going_in_circles', async (t) => {
  const folder = scratchFolder(t);
  await textModel(path.join(folder, 'a', 'b', 'near.gguf'));
  await textModel(path.join(folder, '1', '2', '3', '4', '5', '6', '7', 'far.gguf'));
  fs.symlinkSync(folder, path.join(folder, 'a', 'circle'));
  const { found, looked } = await list(t, [folder]);
  assert.deepEqual(pairs(found), [['near.gguf', null]]);
  assert.match(looked[0]?.error?.message ?? '', /Not all of .* more than 6 levels deep/);
});

test('a_folder_that_cannot_be_read_does_not_hide_the_others', async (t) => {
  const folder = scratchFolder(t);
  await textModel(path.join(folder, 'm.gguf'));
  const { found, looked } = await list(t, [path.join(folder, 'none'), path.join(folder, 'm.gguf'), folder]);
  assert.equal(found.length, 1);
  assert.deepEqual(
    looked.map(({ error }) => error?.code),
    ['file_not_found', 'invalid_argument', undefined],
  );
});

test('folders_have_to_be_absolute_paths', async (t) => {
  for (const folders of [['models'], 'models', undefined, [3]]) {
    await assert.rejects(list(t, folders as string[]), failsWith('invalid_argument', /absolute paths/));
  }
});

test('several_quantisations_of_one_model_are_one_entry_the_largest_first', async (t) => {
  const folder = scratchFolder(t);
  const named = { 'general.name': text('Some VL 3B') };
  await textModel(path.join(folder, 'Some-VL-3B-Q4_K_M.gguf'), { more: named });
  await textModel(path.join(folder, 'Some-VL-3B-Q8_0.gguf'), {
    more: { ...named, 'general.file_type': u32(7), 'general.padding': text('larger') },
  });
  await textModel(path.join(folder, 'Some-VL-3B-other.gguf'), { width: 32, more: named });
  await projector(path.join(folder, 'mmproj-Some-VL-3B.gguf'));
  const { found } = await list(t, [folder]);
  assert.deepEqual(
    found.map(({ name, variants: choice }) => [name, choice.map(({ quantisation }) => quantisation)]),
    [
      ['Some VL 3B', ['Q8_0', 'Q4_K_M']],
      ['Some VL 3B', ['Q4_K_M']],
    ],
    'another width is another model',
  );
});

test('why_a_projector_was_refused_is_told', async (t) => {
  const folder = scratchFolder(t);
  await textModel(path.join(folder, 'width', 'wide.gguf'));
  const wide = await projector(path.join(folder, 'width', 'mmproj-wide.gguf'), { width: 48 });
  await textModel(path.join(folder, 'family', 'queen.gguf'));
  const queen = await projector(path.join(folder, 'family', 'mmproj-queen.gguf'), { type: 'qwen2vl_merger' });
  await textModel(path.join(folder, 'names', 'Alpha-VL.gguf'));
  await textModel(path.join(folder, 'names', 'Beta.gguf'));
  const alphas = await projector(path.join(folder, 'names', 'mmproj-Alpha-VL.gguf'));
  await textModel(path.join(folder, 'none', 'Lonely.gguf'));
  const { found } = await list(t, [folder]);
  const reasons = new Map(
    variants(found).map(({ modelPath, noProjector }) => [path.relative(folder, modelPath), noProjector]),
  );
  assert.deepEqual(Object.fromEntries(reasons), {
    [path.join('width', 'wide.gguf')]: {
      reason: 'refused',
      refused: [{ path: wide, why: { reason: 'width', gives: 48, takes: 64 } }],
    },
    [path.join('family', 'queen.gguf')]: {
      reason: 'refused',
      refused: [{ path: queen, why: { reason: 'family', projectorType: 'qwen2vl_merger', architecture: 'llama' } }],
    },
    [path.join('names', 'Alpha-VL.gguf')]: undefined,
    [path.join('names', 'Beta.gguf')]: { reason: 'refused', refused: [{ path: alphas, why: { reason: 'names' } }] },
    [path.join('none', 'Lonely.gguf')]: { reason: 'none' },
  });
});

test('lm_studio_is_looked_into_at_both_its_places_and_where_its_pointer_and_settings_lead', async (t) => {
  const home = scratchFolder(t);
  const elsewhere = scratchFolder(t);
  const chosen = scratchFolder(t);
  writeFile(home, '.lmstudio-home-pointer', `${elsewhere}\n`);
  fs.mkdirSync(path.join(home, '.lmstudio'));
  writeFile(path.join(home, '.lmstudio'), 'settings.json', JSON.stringify({ downloadsFolder: chosen }));
  writeFile(elsewhere, 'settings.json', '{ "downloadsFolder": ');
  await textModel(path.join(chosen, 'publisher', 'repository', 'chosen.gguf'));
  const places = [path.join(elsewhere), path.join(home, '.lmstudio'), path.join(home, '.cache', 'lm-studio')];
  for (const [index, place] of places.entries())
    await textModel(path.join(place, 'models', 'publisher', 'repository', `m${index}.gguf`));
  const { found } = await list(t, [], { home });
  assert.deepEqual(
    variants(found).map(({ modelPath }) => path.basename(modelPath)),
    ['chosen.gguf', 'm0.gguf', 'm1.gguf', 'm2.gguf'],
  );
  assert.ok(found.every(({ source }) => source === 'lm-studio'));
});

test('ollamas_models_are_told_by_their_manifests_and_files_without_endings', async (t) => {
  const home = scratchFolder(t);
  const store = path.join(home, '.ollama', 'models');
  const blob = (letter: string) => path.join(store, 'blobs', `sha256-${letter.repeat(64)}`);
  await textModel(blob('a'), { more: { 'general.name': text('LLaVA') } });
  await projector(blob('b'));
  await textModel(blob('c'), { architecture: 'qwen25vl' });
  await textModel(blob('d'));
  await projector(blob('e'), { width: 48 });
  const manifest = (name: string, layers: Record<string, string>) => {
    const file = path.join(store, 'manifests', ...name.split('/'));
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const list = Object.entries(layers).map(([kind, letter]) => ({
      mediaType: `application/vnd.ollama.image.${kind}`,
      digest: `sha256:${letter.repeat(64)}`,
      size: 1,
    }));
    fs.writeFileSync(file, JSON.stringify({ schemaVersion: 2, layers: list }));
  };
  manifest('registry.ollama.ai/library/llava/7b', { model: 'a', projector: 'b', template: '0' });
  manifest('registry.ollama.ai/library/qwen25vl/latest', { model: 'c' });
  manifest('hf.co/someone/Odd-GGUF/Q4_K_M', { model: 'd', projector: 'e' });
  manifest('registry.ollama.ai/library/gone/latest', { model: 'f' });
  // What `ollama create` makes of FROM llava and ADAPTER.
  manifest('registry.ollama.ai/me/tuned/latest', { model: 'a', projector: 'b', adapter: '1', params: '2' });
  fs.writeFileSync(path.join(store, 'manifests', 'registry.ollama.ai', 'library', 'llava', 'broken'), '{');
  const { found, looked, log } = await list(t, [], { home });
  assert.deepEqual(
    found.flatMap(({ source, variants }) =>
      variants.map(({ modelPath, mmprojPath, adapterPaths }) => [source, modelPath, mmprojPath, adapterPaths]),
    ),
    [
      ['ollama', blob('d'), null, undefined],
      ['ollama', blob('a'), blob('b'), undefined],
      ['ollama', blob('a'), blob('b'), [blob('1')]],
      ['ollama', blob('c'), null, undefined],
    ],
    'the same file with an adapter is told apart',
  );
  assert.deepEqual(found[0]?.variants[0]?.noProjector, {
    reason: 'refused',
    refused: [{ path: blob('e'), why: { reason: 'width', gives: 48, takes: 64 } }],
  });
  assert.equal(looked[0]?.found, 4);
  assert.match(log.join('\n'), /broken is passed over: it is no manifest/);
  assert.match(log.join('\n'), /sha256-f+ is passed over: it cannot be read/);
});

test('files_that_were_picked_before_are_listed_with_what_was_picked_with_them', async (t) => {
  const folder = scratchFolder(t);
  const model = await textModel(path.join(folder, 'a.gguf'));
  const own = await projector(path.join(folder, 'elsewhere', 'mmproj.gguf'));
  await projector(path.join(folder, 'mmproj-a.gguf'));
  const withOwn = await list(t, [], { files: [{ modelPath: model, mmprojPath: own }] });
  assert.deepEqual(pairs(withOwn.found), [['a.gguf', 'mmproj.gguf']]);
  assert.equal(withOwn.found[0]?.source, 'picked');
  const textOnly = await list(t, [], { files: [{ modelPath: model, mmprojPath: null }] });
  assert.deepEqual(pairs(textOnly.found), [['a.gguf', null]]);
  const beside = await list(t, [], { files: [{ modelPath: model }] });
  assert.deepEqual(pairs(beside.found), [['a.gguf', 'mmproj-a.gguf']]);
  const gone = await list(t, [], { files: [{ modelPath: path.join(folder, 'gone.gguf') }, { modelPath: model }] });
  assert.equal(gone.found.length, 1);
  assert.deepEqual(
    gone.looked.map(({ path: file, error }) => [path.basename(file), error?.code]),
    [['gone.gguf', 'file_not_found']],
  );
  await assert.rejects(list(t, [], { files: [{ modelPath: 'a.gguf' }] }), failsWith('invalid_argument', /files/));
});
