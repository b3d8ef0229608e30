import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { kvDefaults, mergeRules } from '../../../../backend-native/protocol/kv.js';
import {
  engineSettingsFrom,
  kvSettingsFrom,
  samplingSettingsFrom,
} from '../../../../backend-native/server/conversation/settings.js';
import { failsWith } from '../../../failsWith.js';

test('what_is_left_out_has_its_default', () => {
  assert.deepEqual(kvSettingsFrom(), kvDefaults('look-once'));
  assert.deepEqual(kvSettingsFrom({ ratio: 0.5 }), { ...kvDefaults('look-once'), ratio: 0.5 });
  assert.equal(kvSettingsFrom().ratio, 'auto');
});

for (const ratio of [0, -0.1, -1, 1.0001, 2, NaN, Infinity, null, '0.2', 'Auto']) {
  test(`a_ratio_of_${String(ratio)}_is_refused`, () => {
    assert.throws(
      () => kvSettingsFrom({ ratio }),
      failsWith('kv_ratio_invalid', new RegExp(`received ${String(ratio)}$`)),
    );
  });
}

test('ratios_up_to_1_and_auto_are_taken', () => {
  for (const ratio of [1e-9, 0.01, 1, 'auto']) assert.equal(kvSettingsFrom({ ratio }).ratio, ratio);
});

test('a_recent_share_outside_0_to_1_is_refused', () => {
  for (const recentShare of [-0.1, 1.1, NaN])
    assert.throws(() => kvSettingsFrom({ recentShare }), failsWith('recent_share_invalid'));
  for (const recentShare of [0, 1]) assert.equal(kvSettingsFrom({ recentShare }).recentShare, recentShare);
});

test('the_full_cache_has_ratio_1', () => {
  for (const ratio of [0.2, 'auto']) assert.equal(kvSettingsFrom({ method: 'full', ratio }).ratio, 1);
});

test('our_own_rule_has_the_parts_that_the_quality_suite_chose', () => {
  const { method, ratio, mergeWhat, minPromptTokens, reading, seed, ...parts } = kvDefaults();
  assert.deepEqual(
    { method, ratio, mergeWhat, minPromptTokens, reading, seed },
    { method: 'look-once', ratio: 'auto', mergeWhat: 'auto', minPromptTokens: 256, reading: 'auto', seed: 0 },
  );
  assert.deepEqual(parts, {
    merge: 'none',
    textPrior: false,
    recentShare: 0.1,
    recent: 'question',
    share: 'head',
    queries: 'question',
    pooling: 5,
    textPooling: 1,
    diversity: 0.3,
    valueNorm: false,
    sinks: 0,
  });
});

test('parts_that_are_left_out_are_those_of_the_method_and_what_is_given_goes_before_them', () => {
  assert.deepEqual(kvSettingsFrom({ method: 'look-once' }), kvDefaults());
  const given = { sinks: 1, merge: 'pivot', share: 'layer', textPooling: 0 } as const;
  assert.deepEqual(kvSettingsFrom(given), { ...kvDefaults(), ...given });
});

test('the_published_method_alone_is_exactly_the_papers', () => {
  const paper = {
    merge: 'pivot',
    mergeWhat: 'auto',
    textPrior: true,
    recentShare: 0.5,
    recent: 'share',
    share: 'head',
    queries: 'method',
    pooling: 0,
    textPooling: 0,
    diversity: 0,
    valueNorm: false,
    sinks: 0,
  };
  const { ratio, minPromptTokens, reading, seed, ...made } = kvSettingsFrom({ method: 'look-m' });
  assert.deepEqual([ratio, minPromptTokens, reading, seed], ['auto', 256, 'auto', 0]);
  assert.deepEqual(made, { method: 'look-m', ...paper });
});

test('published_methods_that_do_not_merge_do_not_unless_they_are_asked_to', () => {
  const shared = { ...kvSettingsFrom({ method: 'look-m' }), merge: 'none', textPrior: false };
  for (const method of ['h2o', 'snapkv', 'streaming', 'random'] as const) {
    assert.deepEqual(kvSettingsFrom({ method }), { ...shared, method });
    assert.equal(kvSettingsFrom({ method, merge: 'pivot' }).merge, 'pivot');
  }
});

test('parts_of_a_rule_are_checked_each_by_its_name', () => {
  const parts = {
    queries: 'all',
    recent: 'share',
    share: 'head',
    pooling: 7,
    textPooling: 3,
    diversity: 1,
    valueNorm: true,
    sinks: 4,
  } as const;
  assert.deepEqual(kvSettingsFrom(parts), { ...kvDefaults(), ...parts });
  const refused = (part: Record<string, unknown>, message: RegExp) => {
    assert.throws(() => kvSettingsFrom(part), failsWith('invalid_argument', message));
  };
  refused({ queries: 'last' }, /method, all, window, question for the queries that score but received last/);
  refused({ recent: 0.5 }, /share, question for the recent tokens but received 0.5/);
  refused({ share: 'all' }, /head, layer, model for whose scores decide but received all/);
  refused({ share: 1 }, /for whose scores decide but received 1/);
  for (const pooling of [-1, 1.5, '7']) refused({ pooling }, /for the pooling but received/);
  refused({ pooling: 4 }, /an odd width, or 0 for the method's own for the pooling but received 4/);
  for (const textPooling of [-1, 1.5, '7', null]) refused({ textPooling }, /for the pooling of text but received/);
  refused({ textPooling: 14 }, /an odd width, or 0 for that of images for the pooling of text but received 14/);
  for (const diversity of [-0.1, 1.1, NaN, '0']) refused({ diversity }, /from 0 to 1 for the diversity but received/);
  refused({ valueNorm: 'on' }, /true or false for the weight of values but received on/);
  for (const sinks of [-1, 0.5]) refused({ sinks }, /for the first tokens that stay but received/);
});

test('a_word_that_is_no_rule_is_refused_with_those_that_are', () => {
  assert.throws(
    () => kvSettingsFrom({ merge: 'pivto' }),
    failsWith('invalid_argument', new RegExp(`${mergeRules.join(', ')} .* received pivto`)),
  );
  assert.throws(() => kvSettingsFrom({ method: 'lookm' }), failsWith('invalid_argument', /look-once, look-m, full/));
  assert.throws(
    () => kvSettingsFrom({ method: undefined }),
    failsWith('invalid_argument', /the method but received undefined/),
  );
  assert.throws(() => kvSettingsFrom({ merge: 'auto' }), failsWith('invalid_argument', /received auto/));
  assert.throws(
    () => kvSettingsFrom({ reading: 'pieces' }),
    failsWith('invalid_argument', /auto, whole, chunks for when the cache is compressed but received pieces/),
  );
  assert.throws(() => kvSettingsFrom({ textPrior: 'maybe' }), failsWith('invalid_argument', /maybe/));
});

test('sampling_values_are_checked', () => {
  assert.equal(samplingSettingsFrom({ maxTokens: 7 }).maxTokens, 7);
  assert.deepEqual(
    [{}, { endLoops: false }, { jsonSchema: '{"type":"array"}' }].map((given) => samplingSettingsFrom(given).endLoops),
    [true, false, false],
    'half of a JSON text is none',
  );
  for (const bad of [
    { maxTokens: 0 },
    { maxTokens: 1.5 },
    { temperature: -1 },
    { topP: 2 },
    { seed: -1 },
    { seed: 2 ** 32 },
  ]) {
    assert.throws(() => samplingSettingsFrom(bad), failsWith('invalid_argument'));
  }
});

test('a_cache_needs_an_absolute_folder_and_some_bytes', () => {
  const folder = path.resolve('cache');
  assert.deepEqual(engineSettingsFrom({ cache: { folder, maxBytes: 2 ** 40 } }).cache, { folder, maxBytes: 2 ** 40 });
  assert.equal(engineSettingsFrom().cache, undefined);
  for (const cache of [null, {}, 'cache', { folder: 'cache', maxBytes: 1 }, { folder: '', maxBytes: 1 }]) {
    assert.throws(
      () => engineSettingsFrom({ cache }),
      failsWith('invalid_argument', /an absolute path for the folder of the cache/),
    );
  }
  for (const maxBytes of [0, -1, 1.5, NaN, '1', undefined]) {
    assert.throws(
      () => engineSettingsFrom({ cache: { folder, maxBytes } }),
      failsWith('invalid_argument', /for the bytes of the cache/),
    );
  }
});

test('engine_values_are_checked', () => {
  assert.equal(engineSettingsFrom({ gpuLayers: -1 }).gpuLayers, -1);
  for (const bad of [
    { gpuLayers: -2 },
    { threads: -1 },
    { contextSize: NaN },
    { kvType: 'f8' },
    { device: 3 },
    { rpcServers: 'a:1' },
  ]) {
    assert.throws(() => engineSettingsFrom(bad), failsWith('invalid_argument'));
  }
  assert.throws(
    () => engineSettingsFrom({ imageMinTokens: 9, imageMaxTokens: 8 }),
    failsWith('invalid_argument', /at most 8/),
  );
});
