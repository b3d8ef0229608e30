import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agree, isRight, normalised } from '../../quality/score/exactMatch.js';
import { divergence, wilson } from '../../quality/score/statistics.js';
import { imageChoice, yesOrNo } from '../../quality/tasks/task.js';

const code = { answer: 'K-7-P', accepted: [], rejected: [] };

test('case_punctuation_and_space_do_not_matter', () => {
  for (const said of ['K-7-P', 'k-7-p.', '"K-7-P"', ' K-7-P\n', 'K 7 P', 'K/7/P']) assert.ok(isRight(said, code), said);
});

test('a_sentence_around_the_answer_is_right', () => {
  assert.ok(isRight('The code is K-7-P.', code));
  assert.ok(isRight('basin.vue', { answer: 'basin.vue', accepted: [], rejected: [] }));
});

test('parts_of_words_and_words_in_another_order_are_wrong', () => {
  for (const said of ['', 'K-7', 'K-7-PX', 'P-7-K', 'K 8 7 P', 'no']) assert.ok(!isRight(said, code), said);
  assert.ok(!isRight('12', { answer: '2', accepted: [], rejected: [] }));
});

test('signs_are_treated_as_milebench_does', () => {
  // Beside a space a sign is left out everywhere; otherwise it becomes a space. A number with a comma leaves all signs out.
  assert.deepEqual(normalised('a-b'), ['a', 'b']);
  assert.deepEqual(normalised('a - b c-d'), ['a', 'b', 'cd']);
  assert.deepEqual(normalised('1,000 a-b'), ['1000', 'ab']);
  assert.deepEqual(normalised('Version 3.5. Done.'), ['version', '3.5', 'done']);
});

test('a_choice_is_right_only_when_no_other_is_named', () => {
  const second = imageChoice('Which?', 1, 4, '');
  for (const said of ['Image 2', 'image 2.', '2', 'The second image', 'It is shown in image 2']) assert.ok(isRight(said, second), said);
  for (const said of ['Image 1', 'Images 1, 2 and 3', 'Image 12', 'second']) assert.ok(!isRight(said, second), said);
  assert.ok(isRight('Yes, it is.', yesOrNo('?', true)));
  assert.ok(!isRight('Yes and no', yesOrNo('?', true)));
});

test('answers_agree_but_for_how_they_are_written', () => {
  assert.ok(agree('K-7-P', 'k-7-p.'));
  assert.ok(!agree('K-7-P', 'the code is K-7-P'));
  assert.ok(agree('', ' '));
});

test('wilson_intervals_are_those_of_the_books', () => {
  const { low, high } = wilson(8, 10);
  assert.ok(Math.abs(low - 0.4902) < 5e-4 && Math.abs(high - 0.9433) < 5e-4, `${low} ${high}`);
  assert.equal(wilson(0, 10).low, 0);
  assert.ok(Math.abs(wilson(0, 10).high - 0.2775) < 5e-4);
  assert.equal(wilson(10, 10).high, 1);
  assert.throws(() => wilson(3, 2), RangeError);
  assert.throws(() => wilson(0, 0), RangeError);
});

test('divergence_is_nothing_for_the_same_and_grows_with_the_difference', () => {
  const full = Float32Array.of(0.5, 0.25, 0.25);
  assert.equal(divergence(full, full), 0);
  const expected = 0.5 * Math.log(2) - 0.25 * Math.log(2);
  assert.ok(Math.abs(divergence(full, Float32Array.of(0.25, 0.5, 0.25)) - expected) < 1e-6);
  assert.equal(divergence(full, Float32Array.of(1, 0, 0)), Infinity);
  assert.throws(() => divergence(full, Float32Array.of(1)), RangeError);
});
