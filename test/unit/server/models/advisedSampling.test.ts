import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samplingSettingsFrom } from '../../../../backend-native/server/conversation/settings.js';
import { advisedSampling, advisedSamplingUsed } from '../../../../backend-native/server/models/advisedSampling.js';

const advised = (values: Record<string, string | number | boolean>) =>
  advisedSampling({
    metadata: new Map(Object.entries(values).map(([key, value]) => [`general.sampling.${key}`, value])),
  });

test('what_a_file_advises_is_read_and_what_is_no_advice_is_not', () => {
  assert.deepEqual(advised({ temp: 0.6, top_k: 20, top_p: 0.95, min_p: 0 }), {
    temperature: 0.6,
    topK: 20,
    topP: 0.95,
    minP: 0,
  });
  assert.deepEqual(advised({ temp: Number.NaN, top_k: 1.5, top_p: 7, min_p: 'much', mirostat: 1 }), {});
  assert.deepEqual(advised({}), {});
});

test('the_question_counts_most_then_the_file_and_then_what_we_think', () => {
  const { temperature, topK, topP } = samplingSettingsFrom({ topK: 9 }, { temperature: 0.6, topK: 20 });
  assert.deepEqual([temperature, topK, topP], [0.6, 9, 0.95]);
  assert.equal(samplingSettingsFrom({ temperature: 0 }, { temperature: 0.6 }).temperature, 0);
});

test('of_advice_is_told_what_nobody_chose_instead', () => {
  const advice = { temperature: 0.6, topK: 20 };
  assert.deepEqual(advisedSamplingUsed(advice), advice);
  assert.deepEqual(advisedSamplingUsed(advice, { temperature: 0 }), { topK: 20 });
  assert.equal(advisedSamplingUsed(advice, { temperature: 0, topK: 1 }), undefined);
  assert.equal(advisedSamplingUsed({}), undefined);
});
