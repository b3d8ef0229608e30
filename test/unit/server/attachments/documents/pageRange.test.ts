import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatPageRange,
  parsePageRange,
} from '../../../../../backend-native/server/attachments/documents/pageRange.js';
import { failsWith } from '../../../../failsWith.js';

const understood: Record<string, number[]> = {
  '1': [1],
  '1-3,7': [1, 2, 3, 7],
  ' 2 , 4 - 5 ': [2, 4, 5],
  '7,1-2,2': [1, 2, 7],
  '8-': [8, 9],
  '-2': [1, 2],
  '2–3': [2, 3],
};

for (const [text, pages] of Object.entries(understood)) {
  test(`"${text}"_is_${pages.join('_')}`, () => {
    assert.deepEqual(parsePageRange(text, 9), pages);
  });
}

const refused: Record<string, RegExp> = {
  '': /such as 1-3,7 but received ""/,
  '-': /received "-"/,
  'one': /received "one"/,
  '1,,2': /received "" in "1,,2"/,
  '1;2': /received "1;2"/,
  '1-2-3': /received "1-2-3"/,
  '0': /from 1 but received "0"/,
  '0-2': /from 1/,
  '3-1': /the first page before the last but received "3-1"/,
  '1-10': /up to 9, the last one, but received "1-10"/,
  '12-': /up to 9/,
  '1.5': /received "1.5"/,
  '99999999999999999999': /up to 9/,
};

for (const [text, message] of Object.entries(refused)) {
  test(`"${text}"_is_refused_with_the_part_that_is_wrong`, () => {
    assert.throws(() => parsePageRange(text, 9), failsWith('page_range_invalid', message));
  });
}

test('a_list_without_end_is_refused', () => {
  assert.throws(
    () => parsePageRange('1,'.repeat(100_000), 9),
    failsWith('page_range_invalid', /at most 1000 characters/),
  );
});

test('pages_are_written_as_they_are_read', () => {
  for (const text of ['', '1', '1-3,7', '2,4,6-9'])
    assert.equal(formatPageRange(text === '' ? [] : parsePageRange(text, 9)), text);
});
