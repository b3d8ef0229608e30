import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBytes, formatDuration, formatPercent, formatSpeed } from '../../../webview/format.js';

test('numbers_have_about_three_digits', () => {
  assert.equal(formatBytes(512), '0.5 KB');
  assert.equal(formatBytes(27.123 * 2 ** 20), '27.1 MB');
  assert.equal(formatBytes(1.5 * 2 ** 30), '1.5 GB');
  assert.equal(formatSpeed(31.249), '31.2 tokens/s');
  assert.equal(formatSpeed(131.249), '131 tokens/s');
});

test('small_shares_are_not_rounded_to_nothing', () => {
  assert.equal(formatPercent(0.004), '0.4%');
  assert.equal(formatPercent(0.2), '20%');
  assert.equal(formatPercent(0), '0%');
});

test('durations_are_told_in_the_unit_that_fits', () => {
  assert.equal(formatDuration(42.4), '42 ms');
  assert.equal(formatDuration(6840), '6.84 s');
  assert.equal(formatDuration(125_000), '2 min 5 s');
});
