import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lessToRead } from '../../../../webview/answer/readLess.js';

const reading = (done: number, total: number, secondsLeft?: number) =>
  lessToRead({ phase: 'prefill', done, total, ...(secondsLeft !== undefined && { secondsLeft }) }, true);

test('what_takes_some_ten_seconds_is_offered_by_the_speed_so_far', () => {
  assert.deepEqual(reading(2000, 20_000, 60), { what: 'documents', tokens: 3000, seconds: 10 });
  assert.deepEqual(
    reading(2100, 20_000, 60),
    { what: 'documents', tokens: 3000, seconds: 11 },
    'it stands still while it is read',
  );
});

test('a_slow_model_reads_so_much_that_it_tells_something', () => {
  assert.deepEqual(reading(100, 4100, 200), { what: 'documents', tokens: 500, seconds: 25 });
});

test('nothing_is_offered_where_it_would_save_little_or_nothing_is_known', () => {
  assert.equal(reading(0, 20_000), null);
  assert.equal(reading(2000, 20_000, 15), null);
  assert.equal(reading(19_100, 20_000, 30), null, 'what is left is less than twice as much');
  assert.equal(lessToRead({ phase: 'answer', tokens: 1, text: 'A' }, true), null);
});

test('images_in_pieces_are_offered_as_a_whole_until_half_of_them_is_read', () => {
  const images = (done: number, pieces?: number, secondsLeft = 60) =>
    lessToRead({ phase: 'prefill', done, total: 4000, secondsLeft, ...(pieces !== undefined && { pieces }) }, false);
  assert.deepEqual(images(500, 6), { what: 'images', pieces: 6 });
  assert.equal(images(500), null, 'each is read as one');
  assert.equal(images(500, 6, 15), null);
  assert.equal(images(2500, 6), null);
});
