import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageRangeProblem } from '../../../../webview/composer/pageRange.js';

test('ranges_within_the_document_are_good', () => {
  for (const range of ['', '  ', '1', '1-3,7', ' 2 - 9 , 9 ', '9'])
    assert.equal(pageRangeProblem(range, 9), null, range);
});

test('what_is_wrong_with_a_range_is_named', () => {
  for (const range of ['0', 'a', '1-', '-3', '1,,2', '1.5', '1;2', '1-2-3', '99999999'])
    assert.equal(pageRangeProblem(range, 9), 'syntax', range);
  assert.equal(pageRangeProblem('3-1', 9), 'backwards');
  assert.equal(pageRangeProblem('1-10', 9), 'beyond');
});
