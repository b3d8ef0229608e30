import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinedLines } from '../../../../../backend-native/server/attachments/documents/pdf/joinedLines.js';

/** Lines of 10 points, at these heights. */
function lines(...given: [text: string, baseline: number][]) {
  return given.map(([text, baseline]) => ({ text, baseline, fontSize: 10 }));
}

test('paragraphs_are_set_apart_and_lines_are_not', () => {
  assert.equal(joinedLines(lines(['one', 100], ['two', 88], ['three', 60], ['four', 48])), 'one\ntwo\n\nthree\nfour');
});

test('double_spaced_lines_are_one_paragraph', () => {
  assert.equal(joinedLines(lines(['one', 100], ['two', 76], ['three', 52], ['four', 28])), 'one\ntwo\nthree\nfour');
});

test('the_next_column_is_a_paragraph_of_its_own', () => {
  assert.equal(
    joinedLines(lines(['left', 100], ['more', 88], ['right', 100], ['more', 88])),
    'left\nmore\n\nright\nmore',
  );
});

test('hyphenated_words_become_whole', () => {
  assert.equal(joinedLines(lines(['an exam\ufffeple and a co\u0002operation', 10])), 'an example and a cooperation');
  assert.equal(joinedLines(lines(['the A\ufffeTeam of 19\ufffe20, so\u00adft', 10])), 'the A-Team of 19-20, soft');
});

test('what_is_no_character_is_dropped', () => {
  assert.equal(joinedLines(lines(['a\0b\u0007c\ufeff', 10], ['   ', 5], ['d  ', 0])), 'abc\nd');
});

test('a_page_without_text_is_empty', () => {
  assert.equal(joinedLines([]), '');
});
