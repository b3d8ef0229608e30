import assert from 'node:assert/strict';
import { test } from 'node:test';
import { altTextFrom } from '../../../../extension/imageLinks/altText.js';

test('an_answer_becomes_one_plain_line', () => {
  for (const [answer, alt] of [
    ['A dialog with two buttons.', 'A dialog with two buttons.'],
    ['\n  Alt text: "A dialog"\n\nIt has two buttons.', 'A dialog'],
    ['# Description: a   red\tbar', 'a red bar'],
    ['“A terminal”', 'A terminal'],
    ['**A chart**', 'A chart'],
    ['"', ''],
    ['', ''],
  ] as const)
    assert.equal(altTextFrom(answer), alt);
});

test('a_long_answer_is_cut_between_words_and_says_so', () => {
  const alt = altTextFrom('word '.repeat(100));
  assert.ok(alt.length <= 150 && alt.endsWith('word…'), alt);
  assert.equal(altTextFrom('x'.repeat(400)).length, 76);
});
