import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TextLayer } from '../../../../../../backend-native/server/attachments/pictures/textLayer/textLayer.js';
import {
  hasContent,
  whereAnswer,
} from '../../../../../../backend-native/server/attachments/pictures/textLayer/whereAnswer.js';

const layer = (...rows: string[]): TextLayer => ({
  lines: rows.flatMap((cells, row) =>
    cells.split(' | ').map((text, i) => ({ text, box: [i * 100, row * 20, 90, 18], confidence: 1, block: 0, row })),
  ),
});

const found = (answer: string, question: string, ...layers: TextLayer[]) =>
  whereAnswer(answer, question, layers).map(({ layer: index, line }) => `${index}:${line.text}`);

test('the_line_that_holds_the_answer_is_named', () => {
  const screen = layer('Error: Expected 64 bytes but received 17', 'at readHeader (src/header.ts:42:11)');
  assert.deepEqual(found('Expected 64 bytes but received 17', 'What is the error?', screen), [
    '0:Error: Expected 64 bytes but received 17',
  ]);
  assert.deepEqual(found('src/header.ts:42:11', 'Where?', screen), ['0:at readHeader (src/header.ts:42:11)']);
});

test('of_equal_values_the_one_beside_the_words_of_the_question_is_named', () => {
  const table = layer('Build | passed', 'Tests | failed', 'Lint | passed');
  const [line] = whereAnswer('passed', 'What is the state of Lint?', [table]);
  assert.equal(line?.line.row, 2);
});

test('numbers_are_exact_and_words_may_have_a_slip', () => {
  const screen = layer('Error code E4719', 'recelved by the server');
  assert.deepEqual(found('E4718', 'Code?', screen), []);
  assert.deepEqual(found('received', 'What?', screen), ['0:recelved by the server']);
});

test('words_that_are_everywhere_match_nothing', () => {
  const screen = layer('The file is not in the folder');
  assert.deepEqual(found('it is not', 'Is it?', screen), []);
  assert.equal(hasContent('Yes.'), false);
  assert.equal(hasContent('not shown'), false);
  assert.equal(hasContent('17'), true);
});

test('lines_of_several_pictures_are_named_in_reading_order_and_single_short_words_are_not', () => {
  const [first, second] = [layer('Total | 42 EUR'), layer('Shipping | 7 EUR')];
  assert.deepEqual(found('7 EUR for shipping, 42 EUR in total', 'What does it cost?', first, second), [
    '0:42 EUR',
    '1:Shipping',
    '1:7 EUR',
  ]);
});

test('an_answer_without_its_words_on_the_screen_is_nowhere', () => {
  assert.deepEqual(found('Paris', 'Which city?', layer('Berlin', 'Madrid')), []);
});
