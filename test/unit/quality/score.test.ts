import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agree, isRight, normalised } from '../../quality/score/exactMatch.js';
import { median, pairedDifference, wilson } from '../../quality/score/statistics.js';
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
  // Beside a space a sign is left out everywhere; otherwise it becomes a space. A number with a comma leaves all signs
  // out.
  assert.deepEqual(normalised('a-b'), ['a', 'b']);
  assert.deepEqual(normalised('a - b c-d'), ['a', 'b', 'cd']);
  assert.deepEqual(normalised('1,000 a-b'), ['1000', 'ab']);
  assert.deepEqual(normalised('Version 3.5. Done.'), ['version', '3.5', 'done']);
});

test('a_choice_is_right_only_when_no_other_is_named', () => {
  const second = imageChoice('Which?', 1, 4, '');
  for (const said of ['Image 2', 'image 2.', '2', 'The second image', 'It is shown in image 2'])
    assert.ok(isRight(said, second), said);
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

test('paired_intervals_are_those_of_the_books', () => {
  // Airway hyper-responsiveness before and after a transplantation (Bentur et al. 2009), the example of Fagerland,
  // Lydersen and Laake, "Recommended tests and confidence intervals for paired binomial proportions", Statistics in
  // Medicine 33 (2014).
  const { difference, low, high } = pairedDifference({ both: 1, one: 7, other: 1, neither: 12 });
  assert.ok(Math.abs(difference + 6 / 21) < 1e-9);
  assert.ok(Math.abs(low + 0.507) < 5e-4 && Math.abs(high + 0.026) < 5e-4, `${low} ${high}`);
});

test('paired_differences_turn_with_the_pairs_and_are_narrower_than_those_of_strangers', () => {
  const there = pairedDifference({ both: 60, one: 8, other: 3, neither: 29 });
  const back = pairedDifference({ both: 60, one: 3, other: 8, neither: 29 });
  assert.ok(Math.abs(there.low + back.high) < 1e-12 && Math.abs(there.high + back.low) < 1e-12);
  // The same shares with answers that have nothing to do with each other.
  const strangers = pairedDifference({ both: 43, one: 25, other: 20, neither: 12 });
  assert.ok(there.high - there.low < strangers.high - strangers.low);
  // No difference was seen among ten: that is no proof that there is none.
  const same = pairedDifference({ both: 10, one: 0, other: 0, neither: 0 });
  assert.ok(same.difference === 0 && same.low < -0.2 && same.high > 0.2);
  assert.throws(() => pairedDifference({ both: 0, one: 0, other: 0, neither: 0 }), RangeError);
});

test('the_median_is_in_the_middle', () => {
  assert.deepEqual([median([3, 1, 2]), median([4, 1, 3, 2]), median([7]), median([])], [2, 2.5, 7, undefined]);
});
