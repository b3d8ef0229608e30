import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GgufHead, TensorInfo } from '../../../../backend-native/server/models/gguf.js';
import { estimateMemory, modelShape } from '../../../../backend-native/server/models/memoryEstimate.js';
import { textShape, visionShape } from '../../../../backend-native/server/models/memoryShape.js';

const gibibyte = 2 ** 30;

interface Head {
  readonly architecture?: string;
  readonly metadata?: Record<string, string | number>;
  readonly arrays?: Record<string, readonly number[]>;
  readonly weights?: number;
  readonly vocabulary?: number;
  readonly type?: number;
}

function head({
  architecture = 'llama',
  metadata = {},
  arrays = {},
  weights = gibibyte,
  vocabulary = 1000,
  type = 0,
}: Head): GgufHead {
  const own = Object.entries(metadata).map(
    ([key, value]) => [key.includes('.') && key.startsWith('clip') ? key : `${architecture}.${key}`, value] as const,
  );
  const tensors: [string, TensorInfo][] = [['token_embd.weight', { extents: [64, vocabulary], type, bytes: weights }]];
  return {
    version: 3,
    architecture,
    metadata: new Map(own),
    arrays: new Map(Object.entries(arrays).map(([key, value]) => [`${architecture}.${key}`, value])),
    tensors: new Map(tensors),
    bytes: weights,
  };
}

const plain = {
  'block_count': 4,
  'embedding_length': 512,
  'attention.head_count': 8,
  'attention.head_count_kv': 2,
  'feed_forward_length': 1024,
  'context_length': 32_768,
};
const use = { contextTokens: 16_384, ratio: 0.2, kvType: 'f16' } as const;
/** Keys and values of 2 heads of 64 in 4 layers, 2 bytes each. */
const cellBytes = 2 * 2 * 64 * 4 * 2;

test('the_parts_are_those_of_the_files_and_of_the_cache', () => {
  const projector = head({ architecture: 'clip', weights: 1000 });
  const { parts, needBytes } = estimateMemory(modelShape([head({ metadata: plain })], projector), use, {
    device: 'CPU',
    freeBytes: 64 * gibibyte,
  });
  assert.equal(parts.weights, gibibyte);
  assert.equal(parts.projector, 1000);
  assert.equal(parts.kvFull, 16_384 * cellBytes);
  assert.equal(parts.kvKept, 0.2 * parts.kvFull);
  const { weights, kvFull, kvKept, compute, beside, process } = parts;
  assert.equal(needBytes, weights + parts.projector + kvFull + kvKept + compute + beside + process);
  assert.ok(
    beside > 0 && beside < compute,
    `${beside} of ${compute}, of a projector that says nothing of its pictures`,
  );
});

test('a_quantised_cache_takes_less_and_the_context_is_no_longer_than_the_models_own', () => {
  const shape = modelShape([head({ metadata: plain })], undefined);
  const at = (more: object) => estimateMemory(shape, { ...use, ...more }, { device: 'CPU', freeBytes: gibibyte });
  assert.equal(at({ kvType: 'q8_0' }).parts.kvFull, (16_384 * cellBytes * 34) / 64);
  assert.equal(at({ contextTokens: 1_000_000 }).contextTokens, 32_768);
  assert.equal(at({ contextTokens: 1000, ratio: 'auto' }).ratio, 1);
  assert.equal(at({ ratio: 'auto' }).ratio, 0.2);
});

test('layers_with_a_window_and_layers_without_a_cache_are_counted_as_they_are', () => {
  const gemma = textShape(
    head({ architecture: 'gemma3', metadata: { ...plain, 'block_count': 6, 'attention.sliding_window': 1024 } }),
  );
  assert.deepEqual(
    gemma.layers.map(({ windowed }) => windowed),
    [true, true, true, true, true, false],
  );
  assert.equal(gemma.window, 1024);
  const hybrid = textShape(
    head({ architecture: 'lfm2', metadata: plain, arrays: { 'attention.head_count_kv': [0, 2, 0, 2] } }),
  );
  assert.deepEqual(
    hybrid.layers.map(({ keys }) => keys),
    [0, 128, 0, 128],
  );
  assert.equal(hybrid.recurrent, true);
  const listed = textShape(
    head({
      architecture: 'gemma4',
      metadata: { ...plain, 'attention.sliding_window': 512 },
      arrays: { 'attention.sliding_window_pattern': [1, 0, 1, 0] },
    }),
  );
  assert.deepEqual(
    listed.layers.map(({ windowed }) => windowed),
    [true, false, true, false],
  );
  const windowed = estimateMemory(
    modelShape([head({ architecture: 'gemma3', metadata: { ...plain, 'attention.sliding_window': 1024 } })], undefined),
    use,
    {
      device: 'CPU',
      freeBytes: 64 * gibibyte,
    },
  );
  // 1,024 tokens of the window and one batch more, in steps of 256: 1,536 cells of 4 layers.
  assert.equal(windowed.parts.kvFull, 1536 * cellBytes);
});

test('of_a_model_with_recurrent_state_the_layers_that_attend_are_counted_and_kept_whole', () => {
  const shapeOf = (more: Partial<Head>) => modelShape([head({ metadata: plain, ...more })], undefined);
  for (const shape of [
    shapeOf({ architecture: 'qwen35' }),
    shapeOf({ architecture: 'other', metadata: { ...plain, full_attention_interval: 4 } }),
    shapeOf({ architecture: 'other', arrays: { 'attention.recurrent_layers': [1, 1, 1, 0] } }),
  ]) {
    const { parts, ratio } = estimateMemory(shape, use, { device: 'CPU', freeBytes: 64 * gibibyte });
    assert.equal(parts.kvFull, (16_384 * cellBytes) / 4);
    assert.deepEqual([parts.kvKept, ratio], [parts.kvFull, 1]);
  }
  assert.equal(shapeOf({}).text.recurrent, false);
  assert.equal(shapeOf({ metadata: { ...plain, 'ssm.state_size': 16 } }).text.recurrent, true);
});

test('what_does_not_fit_says_at_which_context_it_would', () => {
  const large = modelShape([head({ metadata: { ...plain, block_count: 64 } })], undefined);
  const on = (freeBytes: number) => estimateMemory(large, use, { device: 'CPU', freeBytes });
  const { needBytes } = on(64 * gibibyte);
  assert.equal(on(64 * gibibyte).verdict, 'fits');
  assert.equal(on(64 * gibibyte).fitsAtContext, undefined);
  const tight = on(needBytes);
  assert.equal(tight.verdict, 'tight');
  const at = tight.fitsAtContext ?? assert.fail();
  assert.ok(at < use.contextTokens && at % 1024 === 0);
  const again = estimateMemory(large, { ...use, contextTokens: at }, { device: 'CPU', freeBytes: needBytes });
  assert.equal(again.verdict, 'fits');
  assert.equal(on(gibibyte).verdict, 'too-large');
  assert.equal(on(gibibyte).fitsAtContext, undefined);
});

test('a_gpu_that_is_too_small_takes_a_part_of_the_layers', () => {
  const shape = modelShape([head({ metadata: { ...plain, block_count: 32 }, weights: 8 * gibibyte })], undefined);
  const on = (gpu: number, system: number) =>
    estimateMemory(shape, use, { device: 'GPU', freeBytes: gpu * gibibyte, systemFreeBytes: system * gibibyte });
  assert.equal(on(24, 32).gpuLayers, undefined);
  const half = on(5, 32);
  assert.equal(half.verdict, 'tight');
  assert.ok(half.gpuLayers !== undefined && half.gpuLayers > 8 && half.gpuLayers < 24, String(half.gpuLayers));
  const none = on(5, 2);
  assert.deepEqual([none.verdict, none.gpuLayers], ['too-large', undefined]);
});

test('a_picture_of_any_size_is_reckoned_as_a_screen_and_no_more_than_its_tokens', () => {
  const tower = (type: string, more: Record<string, number> = {}) =>
    visionShape(
      head({
        architecture: 'clip',
        metadata: { 'clip.projector_type': type, 'clip.vision.image_size': 336, 'clip.vision.patch_size': 14, ...more },
      }),
    ).patches;
  assert.equal(tower('mlp'), 576);
  assert.equal(tower('qwen2.5vl_merger', { 'clip.vision.spatial_merge_size': 2 }), Math.ceil((1920 * 1080) / 196));
  assert.equal(tower('pixtral', { 'clip.vision.spatial_merge_size': 2 }), 4096);
  assert.equal(
    tower('kimik25', { 'clip.vision.image_max_pixels': 512 ** 2 }),
    Math.ceil(512 ** 2 / 196),
    'its own limit',
  );
});

test('what_is_held_twice_is_counted_twice_and_adapters_are_counted', () => {
  const weightsOf = (shape: ReturnType<typeof modelShape>, ownLayouts?: readonly number[]) =>
    estimateMemory(shape, use, { device: 'CPU', freeBytes: gibibyte, ...(ownLayouts ? { ownLayouts } : {}) }).parts
      .weights;
  const q8 = 8;
  const tied = head({ metadata: plain, type: q8 });
  const adapter = head({ weights: 1000 });
  assert.equal(weightsOf(modelShape([tied], undefined, [adapter])), gibibyte + 1000);
  assert.equal(weightsOf(modelShape([tied], undefined), [2, q8]), 2 * gibibyte, 'looked up here, multiplied there');
  assert.equal(weightsOf(modelShape([tied], undefined), [2]), gibibyte);
  const untied = {
    ...tied,
    tensors: new Map([...tied.tensors, ['output.weight', { extents: [], type: q8, bytes: 1 }]]),
  };
  assert.equal(weightsOf(modelShape([untied], undefined), [q8]), gibibyte + 1);
});

test('evicting_takes_the_scores_and_one_layers_rows_beside_the_cache', () => {
  const shape = modelShape([head({ metadata: plain })], undefined);
  const compute = (ratio: number) =>
    estimateMemory(shape, { ...use, ratio }, { device: 'CPU', freeBytes: gibibyte }).parts.compute;
  // A row of keys and values as floats and as the cache has it, of two heads of 64.
  assert.equal(compute(0.5) - compute(1), 8 * 2 ** 20 + 0.5 * use.contextTokens * 2 * 2 * 64 * (4 + 2));
});
