import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pagesNamed } from '../../../backend-native/protocol/pageNumbers.js';

test('a_question_names_pages_one_by_one_and_in_ranges', () => {
  assert.deepEqual(pagesNamed('What does page 212 say?'), [212]);
  assert.deepEqual(pagesNamed('Compare pages 3 and 9, please'), [3, 9]);
  assert.deepEqual(pagesNamed('Summarise pages 3-5 and 9'), [3, 4, 5, 9]);
  assert.deepEqual(pagesNamed('Fasse Seite 7 bis 8 zusammen'), [7, 8]);
  assert.deepEqual(pagesNamed('What is on slide 4, and on slide 4 alone?'), [4]);
});

test('other_numbers_are_no_pages_and_a_range_is_never_endless', () => {
  assert.deepEqual(pagesNamed('How much is 212 in the pages?'), []);
  assert.deepEqual(pagesNamed('pages 9-3'), [9]);
  assert.deepEqual(pagesNamed('pages 1-999999'), [1]);
});
