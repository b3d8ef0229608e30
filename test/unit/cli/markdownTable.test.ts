import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from '../../../backend-native/cli/markdownTable.js';

test('a_table_is_markdown', () => {
  assert.equal(table(['a', 'b'], [['1', '2']]), '| a | b |\n| --- | --- |\n| 1 | 2 |\n');
});
