import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lessToRead } from '../../../../webview/answer/readLess.js';

const reading = (done: number, total: number, secondsLeft?: number) =>
  lessToRead({ phase: 'prefill', done, total, ...(secondsLeft !== undefined && { secondsLeft }) });

test('what_takes_some_ten_seconds_is_offered_by_the_speed_so_far', () => {
  assert.deepEqual(reading(2000, 20_000, 60), { tokens: 3000, seconds: 10 });
  assert.deepEqual(reading(2100, 20_000, 60), { tokens: 3000, seconds: 11 }, 'it stands still while it is read');
});

test('a_slow_model_reads_so_much_that_it_tells_something', () => {
  assert.deepEqual(reading(100, 4100, 200), { tokens: 500, seconds: 25 });
});

test('nothing_is_offered_where_it_would_save_little_or_nothing_is_known', () => {
  assert.equal(reading(0, 20_000), null);
  assert.equal(reading(2000, 20_000, 15), null);
  assert.equal(reading(19_100, 20_000, 30), null, 'what is left is less than twice as much');
  assert.equal(lessToRead({ phase: 'answer', tokens: 1, text: 'A' }), null);
});
