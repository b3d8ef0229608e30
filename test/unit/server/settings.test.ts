import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultKvSettings, lookOnceSettings } from '../../../backend-native/protocol/kv.js';
import { engineSettingsFrom, kvSettingsFrom, samplingSettingsFrom } from '../../../backend-native/server/settings.js';
import { failsWith } from '../../failsWith.js';

test('what_is_left_out_has_its_default', () => {
  assert.deepEqual(kvSettingsFrom(), defaultKvSettings);
  assert.deepEqual(kvSettingsFrom({ ratio: 0.5 }), { ...defaultKvSettings, ratio: 0.5 });
});

for (const ratio of [0, -0.1, -1, 1.0001, 2, NaN, Infinity, null, '0.2']) {
  test(`a_ratio_of_${String(ratio)}_is_refused`, () => {
    assert.throws(() => kvSettingsFrom({ ratio }), failsWith('kv_ratio_invalid', new RegExp(`received ${String(ratio)}$`)));
  });
}

test('ratios_up_to_1_are_taken', () => {
  for (const ratio of [1e-9, 0.01, 1]) assert.equal(kvSettingsFrom({ ratio }).ratio, ratio);
});

test('a_recent_share_outside_0_to_1_is_refused', () => {
  for (const recentShare of [-0.1, 1.1, NaN]) assert.throws(() => kvSettingsFrom({ recentShare }), failsWith('recent_share_invalid'));
  for (const recentShare of [0, 1]) assert.equal(kvSettingsFrom({ recentShare }).recentShare, recentShare);
});

test('the_full_cache_has_ratio_1', () => {
  assert.equal(kvSettingsFrom({ method: 'full', ratio: 0.2 }).ratio, 1);
});

test('our_own_method_brings_its_constants_and_what_is_given_goes_before_them', () => {
  assert.deepEqual(kvSettingsFrom({ method: 'look-once' }), { ...defaultKvSettings, method: 'look-once', ...lookOnceSettings });
  assert.deepEqual(kvSettingsFrom({ method: 'look-once', sinks: 1, merge: 'pivot' }), { ...defaultKvSettings, method: 'look-once', ...lookOnceSettings, sinks: 1, merge: 'pivot' });
  assert.deepEqual(kvSettingsFrom({ method: 'h2o' }), { ...defaultKvSettings, method: 'h2o' });
});

test('parts_of_a_rule_are_checked_each_by_its_name', () => {
  const parts = { queries: 'question', recent: 'question', pooling: 5, diversity: 1, valueNorm: true, sinks: 4 } as const;
  assert.deepEqual(kvSettingsFrom(parts), { ...defaultKvSettings, ...parts });
  const refused = (part: Record<string, unknown>, message: RegExp) => {
    assert.throws(() => kvSettingsFrom(part), failsWith('invalid_argument', message));
  };
  refused({ queries: 'last' }, /method, all, window, question for the queries that score but received last/);
  refused({ recent: 0.5 }, /share, question for the recent tokens but received 0.5/);
  for (const pooling of [4, -1, 1.5, '7']) refused({ pooling }, /for the pooling but received/);
  for (const diversity of [-0.1, 1.1, NaN, '0']) refused({ diversity }, /from 0 to 1 for the diversity but received/);
  refused({ valueNorm: 'on' }, /true or false for the weight of values but received on/);
  for (const sinks of [-1, 0.5]) refused({ sinks }, /for the first tokens that stay but received/);
});

test('a_word_that_is_no_rule_is_refused_with_those_that_are', () => {
  assert.throws(() => kvSettingsFrom({ merge: 'pivto' }), failsWith('invalid_argument', /pivot, average, weighted, none .* received pivto/));
  assert.throws(() => kvSettingsFrom({ method: 'lookm' }), failsWith('invalid_argument', /look-m, look-once, full/));
  assert.throws(() => kvSettingsFrom({ textPrior: 'maybe' }), failsWith('invalid_argument', /maybe/));
});

test('sampling_values_are_checked', () => {
  assert.equal(samplingSettingsFrom({ maxTokens: 7 }).maxTokens, 7);
  for (const bad of [{ maxTokens: 0 }, { maxTokens: 1.5 }, { temperature: -1 }, { topP: 2 }, { seed: -1 }, { seed: 2 ** 32 }]) {
    assert.throws(() => samplingSettingsFrom(bad), failsWith('invalid_argument'));
  }
});

test('engine_values_are_checked', () => {
  assert.equal(engineSettingsFrom({ gpuLayers: -1 }).gpuLayers, -1);
  for (const bad of [{ gpuLayers: -2 }, { threads: -1 }, { contextSize: NaN }, { kvType: 'f8' }, { device: 3 }]) {
    assert.throws(() => engineSettingsFrom(bad), failsWith('invalid_argument'));
  }
  assert.throws(() => engineSettingsFrom({ imageMinTokens: 9, imageMaxTokens: 8 }), failsWith('invalid_argument', /at most 8/));
});
